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

    async def begin(self, request: Request, response: Response, person: Principal) -> None:
        """Begin a session. The one that the browser had, whoever set it, is ended."""
        if (cookie := request.cookies.get(self.name)) and (earlier := await self.sessions.find(cookie)):
            await self.sessions.end(earlier)
        begun = await self.sessions.begin(person)
        if isinstance(begun, Err):
            raise HTTPException(403, begun.error)
        self.cookies.set(response, self.name, begun.value)

    async def authenticate(self, request: Request) -> Result[Principal, str] | None:
        """Return whose session it is. Raise a 403 for a write that another site may have caused."""
        cookie = request.cookies.get(self.name)
        if cookie is None:
            return None
        session = await self.sessions.find(cookie)
        if session is None:
            return Err("The session is over; sign in again.")
        if request.method not in _SAFE_METHODS:
            self._refuse_other_sites(request.headers, session)
        request.state.session = session
        return Ok(session.principal)

    {{ slot("login.cookie_methods") }}

    async def end(self, request: Request) -> None:
        """End the session that let this request in. Raise a 401 if other credentials did."""
        session = session_of(request)
        if session is None:
            raise HTTPException(401, "There is no session to end.", {"WWW-Authenticate": self.scheme})
        await self.sessions.end(session)
        request.state.session = None

    def forget(self, response: Response) -> None:
        self.cookies.delete(response, self.name)

    def _refuse_other_sites(self, headers: Mapping[str, str], session: Session) -> None:
        """Raise a 403 if the browser names another origin, or if the CSRF token is missing."""
        if headers.get("origin", self.origin) != self.origin or headers.get("sec-fetch-site", "same-origin") != "same-origin":
            raise HTTPException(403, "The request comes from another site.")
        if not compare_digest(headers.get(CSRF_HEADER, "").encode(), session.csrf_token.encode()):
            raise HTTPException(403, f"A write with a session needs the header {CSRF_HEADER}, with the token from /me.")


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
