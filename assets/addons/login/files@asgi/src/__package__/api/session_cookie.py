"""Callers known by the cookie of their session, which browsers send along whoever made them ask."""

from collections.abc import Mapping
from dataclasses import dataclass
from hmac import compare_digest
from typing import Final, cast

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from {{ package }}.api.cookies import Cookies
from {{ package }}.domain.principal import Principal
from {{ package }}.domain.result import Err, Ok, Result
from {{ package }}.domain.session import Session, Sessions

CSRF_HEADER: Final = "X-CSRF-Token"
_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True, slots=True)
class SessionCookie:
    """Knows callers by their session; `origin` is this service's own."""

    sessions: Sessions
    cookies: Cookies
    origin: str
    scheme: str = "Session"

    @property
    def name(self) -> str:
        """How the cookie is called."""
        return self.cookies.name(self.sessions.cookie)

    async def authenticate(self, request: Request) -> Result[Principal, str] | None:
        """Say whose session it is; raise a 403 for a write that another site may have brought about."""
        shown = request.cookies.get(self.name)
        if shown is None:
            return None
        session = await self.sessions.find(shown)
        if session is None:
            return Err("The session is over; sign in again.")
        if request.method not in _SAFE and (objection := foreign(request.headers, session.csrf, self.origin)):
            raise HTTPException(403, objection)
        _state(request)["session"] = session
        return Ok(session.principal)

    def renew(self, request: Request, response: Response) -> None:
        """Have the browser keep the session longer, if this request showed one."""
        session = session_of(request)
        if session and (shown := self.sessions.renewed(session)):
            self.cookies.keep(response, self.name, shown)


def session_of(request: Request) -> Session | None:
    """Return the session that this request was let in by, if it was one."""
    return cast("Session | None", _state(request).get("session"))


def foreign(headers: Mapping[str, str], csrf: str, origin: str) -> str:
    """Say what speaks against a write: a browser's word for where it comes from, or that it lacks the token."""
    if headers.get("origin", origin) != origin or headers.get("sec-fetch-site", "same-origin") != "same-origin":
        return "Another site asked for this."
    if not compare_digest(headers.get(CSRF_HEADER, "").encode(), csrf.encode()):
        return f"A write by session needs the header {CSRF_HEADER}, with the token that /me shows."
    return ""


def _state(request: Request) -> dict[str, object]:
    return cast("dict[str, object]", request.scope["state"])
