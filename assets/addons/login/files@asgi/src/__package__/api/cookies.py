"""The cookies of a session and of attempts to begin one. RFC 6265bis, sections 4.1.2 and 4.1.3."""

from dataclasses import dataclass
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

MOST_ATTEMPTS: Final = 5
"""So many tabs may be signing in; the oldest gives way, as headers with more would be refused."""
_ATTEMPT_SECONDS: Final = 600


@dataclass(frozen=True, slots=True)
class Cookies:
    """Where they are secure, no other host and no plain connection can plant them: `__Host-` sees to that."""

    service: str
    secure: bool

    def name(self, kind: str) -> str:
        """Return how a cookie of this kind is called."""
        return f"{'__Host-' if self.secure else ''}{self.service}-{kind}"

    def attempt(self, state: str) -> str:
        """Return how the cookie of one attempt is called."""
        return self.name(f"attempt-{state[:16]}")

    def keep(self, response: Response, name: str, value: str, seconds: int | None = None) -> None:
        """Have the browser keep it, for itself, for so long or until it is closed."""
        response.set_cookie(name, value, seconds, path="/", secure=self.secure, httponly=True, samesite="lax")

    def keep_attempt(self, request: Request, response: Response, state: str, value: str) -> None:
        """Have the browser keep an attempt, and forget those that are one too many: it sends the oldest first."""
        others = [name for name in request.cookies if name.startswith(self.attempt(""))]
        for name in others[: max(0, len(others) - MOST_ATTEMPTS + 1)]:
            self.forget(response, name)
        self.keep(response, self.attempt(state), value, _ATTEMPT_SECONDS)

    def forget(self, response: Response, name: str) -> None:
        """Have the browser forget it."""
        response.delete_cookie(name, path="/", secure=self.secure, httponly=True, samesite="lax")
