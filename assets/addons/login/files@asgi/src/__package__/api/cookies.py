"""The attributes of cookies. RFC 6265bis, sections 4.1.2 and 4.1.3."""

from dataclasses import dataclass

from starlette.responses import Response


@dataclass(frozen=True, slots=True)
class Cookies:
    """Behind https the prefix `__Host-` keeps other hosts and plain connections from setting them."""

    service: str
    secure: bool

    def name(self, kind: str) -> str:
        return f"{'__Host-' if self.secure else ''}{self.service}-{kind}"

    def set(self, response: Response, name: str, value: str, max_age: int | None = None) -> None:
        response.set_cookie(name, value, max_age, path="/", secure=self.secure, httponly=True, samesite="lax")

    def delete(self, response: Response, name: str) -> None:
        response.delete_cookie(name, path="/", secure=self.secure, httponly=True, samesite="lax")
