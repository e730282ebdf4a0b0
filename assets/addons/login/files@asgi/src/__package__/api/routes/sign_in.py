"""Signing in and out. Plain Starlette routes: browsers go here, not programs."""

from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from {{ package }}.api.problems import problem
from {{ package }}.api.return_path import return_path
from {{ package }}.api.services import get_services
from {{ package }}.api.session_cookie import session_of
from {{ package }}.domain.errors import Unavailable
from {{ package }}.domain.principal import Principal
from {{ package }}.domain.result import Err, Ok, Result
from {{ package }}.domain.sign_in import Attempt

_NOT_KEPT: Final = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
_LATER: Final = frozenset({"server_error", "temporarily_unavailable"})


async def login(request: Request) -> Response:
    """Send the browser to the issuer, with a cookie by which it is known when it comes back."""
    sign_in = (await get_services(request)).sign_in
    attempt, kept = sign_in.attempts.begin(return_path(request.query_params.get("return_to", "")))
    response = _redirect(await sign_in.provider.authorization_url(attempt))
    sign_in.browser.cookies.keep_attempt(request, response, attempt.state, kept)
    return response


async def callback(request: Request) -> Response:
    """Begin a session for whom the issuer names, in the browser that asked; each attempt ends here once."""
    sign_in = (await get_services(request)).sign_in
    cookies = sign_in.browser.cookies
    answers = dict(request.query_params)
    state = answers.get("state", "")
    attempt = sign_in.attempts.find(state, request.cookies.get(cookies.attempt(state), ""))
    if attempt is None or len(answers) != len(request.query_params.multi_items()):
        return problem(400, "This browser did not begin that, or too long ago: start again at /login.", _NOT_KEPT)
    match await _outcome(request, answers, attempt):
        case Ok(shown):
            response = _redirect(attempt.return_to)
            cookies.keep(response, sign_in.browser.name, shown)
        case Err(refusal):
            response = refusal
    cookies.forget(response, cookies.attempt(state))
    return response


async def _outcome(request: Request, answers: dict[str, str], attempt: Attempt) -> Result[str, Response]:
    """Return what shows the new session, or the answer instead."""
    sign_in = (await get_services(request)).sign_in
    # An answer from another issuer than was asked: RFC 9207.
    if answers.get("iss", sign_in.provider.name) != sign_in.provider.name:
        return Err(problem(400, "Another issuer answered than was asked.", _NOT_KEPT))
    if error := answers.get("error"):
        return Err(_refusal(error))
    if not (code := answers.get("code")):
        return Err(problem(400, "The issuer's answer has no code.", _NOT_KEPT))
    found = await sign_in.provider.principal(code, attempt)
    if isinstance(found, Err):
        return Err(problem(400, f"The sign-in cannot be believed: {found.error}.", _NOT_KEPT))
    return await _begin(request, found.value)


async def _begin(request: Request, principal: Principal) -> Result[str, Response]:
    """Begin a session under a new id; the one that the browser had before, whoever gave it that, is ended."""
    browser = (await get_services(request)).sign_in.browser
    if (shown := request.cookies.get(browser.name)) and (before := await browser.sessions.find(shown)):
        await browser.sessions.end(before)
    begun = await browser.sessions.begin(principal)
    return Err(problem(403, begun.error, _NOT_KEPT)) if isinstance(begun, Err) else begun


async def logout(request: Request) -> Response:
    """End the session; `next` is where the browser goes to sign out of the issuer too."""
    sign_in = (await get_services(request)).sign_in
    known = await sign_in.browser.authenticate(request)
    session = session_of(request)
    if known is None or session is None:
        raise HTTPException(401, "There is no session to end.", {"WWW-Authenticate": sign_in.browser.scheme})
    await sign_in.browser.sessions.end(session)
    try:
        place = await sign_in.provider.logout_url()
    except Unavailable:
        place = None  # the session here has ended all the same
    response = JSONResponse({"next": place or "/"}, headers=_NOT_KEPT)
    sign_in.browser.cookies.forget(response, sign_in.browser.name)
    return response


def _refusal(error: str) -> Response:
    """Answer what the issuer says instead of a code; its words are not repeated. RFC 6749, section 4.1.2.1."""
    if error in _LATER:
        return problem(503, "The identity provider is unavailable.", {**_NOT_KEPT, "Retry-After": "5"})
    if error == "access_denied":
        return problem(403, "The sign-in was refused at the identity provider.", _NOT_KEPT)
    return problem(400, "The identity provider could not sign anybody in.", _NOT_KEPT)


def _redirect(place: str) -> Response:
    return Response(status_code=303, headers={**_NOT_KEPT, "Location": place})
