"""The pages through which a person signs in with a browser. They redirect."""

from django.http import HttpResponse
from ninja import Router
from ninja.errors import HttpError

from {{ package }}.api.attempts import forget_attempt, keep_attempt, new_attempt, use_attempt
from {{ package }}.api.return_path import return_path
from {{ package }}.api.services import ApiRequest
from {{ package }}.api.session_cookie import begin_session
from {{ package }}.api.sign_in import SignIn
from {{ package }}.domain.errors import Unavailable
from {{ package }}.domain.result import Err

router = Router()


@router.get("/login", auth=None, include_in_schema=False, url_name="login")
def login(request: ApiRequest) -> HttpResponse:
    sign_in = request.services.sign_in
    attempt = new_attempt(return_path(request.GET.get("return_to", ""), sign_in.path))
    response = _redirect(sign_in.provider.authorization_url(attempt))
    keep_attempt(request, response, attempt)
    return response


@router.get("/callback", auth=None, include_in_schema=False)
def callback(request: ApiRequest) -> HttpResponse:
    """Begin a session for the person whom the identity provider names. Each attempt can be used once."""
    sign_in, answer = request.services.sign_in, dict(request.GET.items())
    attempt = use_attempt(request, answer.get("state", ""))
    if attempt is None or any(len(values) > 1 for _, values in request.GET.lists()):
        raise HttpError(400, "This sign-in began elsewhere, was used, or is too old: start again at /login.")
    person = sign_in.provider.redeem(_code(answer, sign_in), attempt)
    if isinstance(person, Err):
        raise HttpError(400, f"The sign-in failed. {person.error}")
    account = sign_in.account_of(sign_in.provider.name, person.value)
    if not account.is_active:
        raise HttpError(403, "The account is not active.")
    begin_session(request, account, person.value.principal)
    response = _redirect(attempt.return_to)
    forget_attempt(response, attempt)
    return response


def _code(answer: dict[str, str], sign_in: SignIn) -> str:
    """Return the code of the identity provider's answer. Its texts are not repeated. RFC 6749, section 4.1.2.1."""
    if answer.get("iss", sign_in.provider.name) != sign_in.provider.name:  # RFC 9207
        raise HttpError(400, "The answer is from another identity provider.")
    if answer.get("error") in {"server_error", "temporarily_unavailable"}:
        raise Unavailable(dependency="identity provider", reason="answered that it is unavailable")
    if answer.get("error") == "access_denied":
        raise HttpError(403, "The sign-in was refused at the identity provider.")
    if "error" in answer or not answer.get("code"):
        raise HttpError(400, "The identity provider did not sign anybody in.")
    return answer["code"]


def _redirect(place: str) -> HttpResponse:
    return HttpResponse(
        status=303, headers={"Location": place, "Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
    )
