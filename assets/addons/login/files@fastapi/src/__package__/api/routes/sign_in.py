"""Signing in and out with a browser."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from pydantic import BaseModel

from {{ package }}.api.errors import problems
from {{ package }}.api.guarded_route import Caller, GuardedRoute, requires
from {{ package }}.api.return_path import return_path
from {{ package }}.api.services import AppServices
from {{ package }}.api.session_cookie import SignIn, session_of
from {{ package }}.domain.errors import Unavailable
from {{ package }}.domain.principal import Principal
from {{ package }}.domain.result import Err

MAX_ATTEMPTS: Final = 5
"""So many tabs of a browser can be signing in at once. More cookies would make its requests too large."""
_ATTEMPT_SECONDS: Final = 600
_PROVIDER: Final = "identity provider"
_REDIRECT_HEADERS: Final = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}


async def get_sign_in(services: AppServices) -> SignIn:
    return services.sign_in


AppSignIn = Annotated[SignIn, Depends(get_sign_in)]
pages = APIRouter(tags=["sign-in"], include_in_schema=False)
router = APIRouter(tags=["sign-in"], route_class=GuardedRoute)


@pages.get("/login")
async def login(request: Request, sign_in: AppSignIn, return_to: str = "") -> Response:
    attempt, value = sign_in.attempts.begin(return_path(return_to, sign_in.path))
    response = _redirect(await sign_in.provider.authorization_url(attempt))
    cookies = sign_in.browser.cookies
    others = [name for name in request.cookies if name.startswith(_attempt_cookie(sign_in, ""))]
    for oldest in others[: max(0, len(others) - MAX_ATTEMPTS + 1)]:
        cookies.delete(response, oldest)
    cookies.set(response, _attempt_cookie(sign_in, attempt.state), value, _ATTEMPT_SECONDS)
    return response


@pages.get("/callback")
async def callback(request: Request, sign_in: AppSignIn) -> Response:
    """Begin a session for the person whom the identity provider names. Each attempt can be used once."""
    answer = dict(request.query_params)
    state = answer.get("state", "")
    name = _attempt_cookie(sign_in, state)
    attempt = sign_in.attempts.use(state, request.cookies.get(name, ""))
    if attempt is None or len(answer) != len(request.query_params.multi_items()):
        raise HTTPException(400, "This sign-in began elsewhere, was used, or is too old: start again at /login.")
    person = await sign_in.provider.redeem(_code(answer, sign_in), attempt)
    if isinstance(person, Err):
        raise HTTPException(400, f"The sign-in failed. {person.error}")
    response = _redirect(attempt.return_to)
    sign_in.browser.cookies.set(response, sign_in.browser.name, await _begin_session(request, sign_in, person.value))
    sign_in.browser.cookies.delete(response, name)
    return response


class LogoutOut(BaseModel):
    """`next` is where the browser goes to sign out of the identity provider too."""

    next: str


@router.post("/logout", dependencies=requires(), responses=problems(408, 413))
async def logout(request: Request, response: Response, sign_in: AppSignIn) -> LogoutOut:
    if not await sign_in.browser.end(request, response):
        raise HTTPException(401, "There is no session to end.", {"WWW-Authenticate": sign_in.browser.scheme})
    try:
        url = await sign_in.provider.logout_url()
    except Unavailable:
        url = None  # the session has ended all the same
    return LogoutOut(next=url or f"{sign_in.path}/")


class MeOut(BaseModel):
    """`csrf_token` is what writes with this session send as `X-CSRF-Token`. It is null for other credentials."""

    subject: str
    permissions: list[str]
    csrf_token: str | None


@router.get("/me", dependencies=requires())
async def me(request: Request, caller: Caller) -> MeOut:
    session = session_of(request)
    csrf_token = session.csrf_token if session else None
    return MeOut(subject=caller.subject, permissions=sorted(caller.permissions), csrf_token=csrf_token)


def _code(answer: dict[str, str], sign_in: SignIn) -> str:
    """Return the code of the identity provider's answer. Its texts are not repeated. RFC 6749, section 4.1.2.1."""
    if answer.get("iss", sign_in.provider.name) != sign_in.provider.name:  # RFC 9207
        raise HTTPException(400, "The answer is from another identity provider.")
    if answer.get("error") in {"server_error", "temporarily_unavailable"}:
        raise Unavailable(_PROVIDER, "answered that it is unavailable")
    if answer.get("error") == "access_denied":
        raise HTTPException(403, "The sign-in was refused at the identity provider.")
    if "error" in answer or not answer.get("code"):
        raise HTTPException(400, "The identity provider did not sign anybody in.")
    return answer["code"]


async def _begin_session(request: Request, sign_in: SignIn, person: Principal) -> str:
    """Return the cookie of a new session. The one that the browser had, whoever set it, is ended."""
    sessions = sign_in.browser.sessions
    if (cookie := request.cookies.get(sign_in.browser.name)) and (earlier := await sessions.find(cookie)):
        await sessions.end(earlier)
    begun = await sessions.begin(person)
    if isinstance(begun, Err):
        raise HTTPException(403, begun.error)
    return begun.value


def _attempt_cookie(sign_in: SignIn, state: str) -> str:
    return sign_in.browser.cookies.name(f"attempt-{state[:16]}")


def _redirect(place: str) -> Response:
    return Response(status_code=303, headers={**_REDIRECT_HEADERS, "Location": place})
