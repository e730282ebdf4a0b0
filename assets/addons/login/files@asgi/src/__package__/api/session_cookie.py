"""Session cookies. Browsers send them with requests of other sites too, so writes need a CSRF token."""

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
from {{ package }}.domain.sign_in import Attempts, IdentityProvider, Session, Sessions

CSRF_HEADER: Final = "X-CSRF-Token"
_SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True, slots=True)
class SessionCookie:
    sessions: Sessions
    cookies: Cookies
    origin: str
    scheme: str = "Session"

    @property
    def name(self) -> str:
        return self.cookies.name("session")

    async def authenticate(self, request: Request) -> Result[Principal, str] | None:
        """Return whose session it is. Raise a 403 for a write that another site may have caused."""
        cookie = request.cookies.get(self.name)
        if cookie is None:
            return None
        session = await self.sessions.find(cookie)
        if session is None:
            return Err("The session is over; sign in again.")
        if request.method not in _SAFE_METHODS and (reason := cross_site(request.headers, session, self.origin)):
            raise HTTPException(403, reason)
        request.state.session = session
        return Ok(session.principal)

    {{ slot("login.cookie_methods") }}

    async def end(self, request: Request, response: Response) -> bool:
        """End the session that let this request in, if one did, and return whether."""
        session = session_of(request)
        if session is None:
            return False
        await self.sessions.end(session)
        self.cookies.delete(response, self.name)
        request.state.session = None
        return True


@dataclass(frozen=True, slots=True)
class SignIn:
    """What the routes for signing in and out need. `path` is the path of PUBLIC_URL."""

    provider: IdentityProvider
    attempts: Attempts
    browser: SessionCookie
    path: str


def session_of(request: Request) -> Session | None:
    """Return the session that let this request in, if one did."""
    return cast("Session | None", getattr(request.state, "session", None))


def cross_site(headers: Mapping[str, str], session: Session, origin: str) -> str:
    """Return why a write may come from another site: what the browser says about its origin, or a missing token."""
    if headers.get("origin", origin) != origin or headers.get("sec-fetch-site", "same-origin") != "same-origin":
        return "The request comes from another site."
    if not compare_digest(headers.get(CSRF_HEADER, "").encode(), session.csrf_token.encode()):
        return f"A write with a session needs the header {CSRF_HEADER}, with the token from /me."
    return ""
