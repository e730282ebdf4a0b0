"""The pages through which a person signs in with a browser: plain Starlette routes that redirect."""

import re
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from {{ package }}.api.return_path import return_path
from {{ package }}.api.services import services_of
from {{ package }}.api.session_cookie import SignIn
from {{ package }}.domain.errors import Unavailable
from {{ package }}.domain.result import Err
from {{ package }}.domain.sign_in import ATTEMPT_SECONDS

MAX_ATTEMPTS: Final = 5
"""So many tabs of a browser can be signing in at once. More cookies would make its requests too large."""
_REDIRECT_HEADERS: Final = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}


async def login(request: Request) -> Response:
    sign_in = services_of(request).sign_in
    return_to = request.query_params.get("return_to", "")
    attempt, value = sign_in.attempts.begin(return_path(return_to, sign_in.path))
    response = _redirect(await sign_in.provider.authorization_url(attempt))
    cookies = sign_in.browser.cookies
    # A request may have names that no cookie can have, and that cannot be deleted.
    others = [name for name in request.cookies if re.fullmatch(_attempt_cookie(sign_in, r"[\w-]{16}"), name, re.ASCII)]
    for oldest in others[: max(0, len(others) - MAX_ATTEMPTS + 1)]:
        cookies.delete(response, oldest)
    cookies.set(response, _attempt_cookie(sign_in, attempt.state), value, ATTEMPT_SECONDS)
    return response


async def callback(request: Request) -> Response:
    """Begin a session for the person whom the identity provider names. Each attempt can be used once."""
    sign_in = services_of(request).sign_in
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
    await sign_in.browser.begin(request, response, person.value)
    sign_in.browser.cookies.delete(response, name)
    return response


def _code(answer: dict[str, str], sign_in: SignIn) -> str:
    """Return the code of the identity provider's answer. Its texts are not repeated. RFC 6749, section 4.1.2.1."""
    if answer.get("iss", sign_in.provider.name) != sign_in.provider.name:  # RFC 9207
        raise HTTPException(400, "The answer is from another identity provider.")
    if answer.get("error") in {"server_error", "temporarily_unavailable"}:
        raise Unavailable(dependency="identity provider", reason="answered that it is unavailable")
    if answer.get("error") == "access_denied":
        raise HTTPException(403, "The sign-in was refused at the identity provider.")
    if "error" in answer or not answer.get("code"):
        raise HTTPException(400, "The identity provider did not sign anybody in.")
    return answer["code"]


def _attempt_cookie(sign_in: SignIn, state: str) -> str:
    return sign_in.browser.cookies.name(f"attempt-{state[:16]}")


def _redirect(place: str) -> Response:
    return Response(status_code=303, headers={**_REDIRECT_HEADERS, "Location": place})
