"""Sessions of people who signed in at the identity provider. Writes need Django's CSRF token."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Final, cast, final, override

from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest
from ninja.utils import check_csrf  # pyright: ignore[reportUnknownVariableType] - a Callable of anything

from {{ package }}.api.credentials import Scheme
from {{ package }}.api.limits import read_body
from {{ package }}.api.problems import ProblemError, problem
from {{ package }}.api.services import ApiRequest
from {{ package }}.domain.principal import Principal
from {{ package }}.domain.result import Err, Ok, Result

_PERSON: Final = "person"
_SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})


def begin_session(request: HttpRequest, account: AbstractBaseUser, person: Principal) -> None:
    """Begin a session with the roles of this sign-in. The one that the browser had, whoever set it, is ended."""
    request.session.flush()
    login(request, account)
    request.session[_PERSON] = {"subject": person.subject, "permissions": sorted(person.permissions)}


@final
class SessionCookie(Scheme):
    scheme: ClassVar[str] = "Session"
    documented_as: ClassVar[str] = "session"
    openapi_type: ClassVar[str] = "apiKey"
    openapi_in: ClassVar[str] = "cookie"
    openapi_name: ClassVar[str] = cast("str", settings.SESSION_COOKIE_NAME)
    openapi_description: ClassVar[str] = "Set by /login. Writes send X-CSRF-Token too."

    @override
    def __call__(self, request: HttpRequest) -> Principal | None:
        """Return whose session it is. Raise a 403 for a write that another site may have caused."""
        if self.openapi_name not in request.COOKIES:
            return None
        caller = self.permitted(_person(request))
        if request.method not in _SAFE_METHODS:
            _refuse_other_sites(request)
        cast("ApiRequest", request).by_session = True
        return caller


def is_by_session(request: HttpRequest) -> bool:
    """Tell whether it was the session that let this request in, and not other credentials."""
    return cast("bool", getattr(request, "by_session", False))


def _person(request: HttpRequest) -> Result[Principal, str]:
    """Return who signed in at the identity provider, if the account is still there and active."""
    person = cast("dict[str, object] | None", request.session.get(_PERSON))
    if person is None or not request.user.is_authenticated:
        return Err("The session is over; sign in again.")
    return Ok(Principal(str(person["subject"]), frozenset(cast("list[str]", person["permissions"]))))


def _refuse_other_sites(request: HttpRequest) -> None:
    """Raise a 403 without a good CSRF token. Django looks for it in the body too, which is read within its limits."""
    if refused := read_body(request):
        raise ProblemError(refused)
    if check_csrf(request):
        reason = "A write with a session comes from this origin, and has the token from /me in the header X-CSRF-Token."
        raise ProblemError(problem(403, reason))
