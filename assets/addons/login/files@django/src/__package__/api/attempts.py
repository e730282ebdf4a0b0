"""Sign-in attempts, each in a signed cookie of the browser that began it."""

import re
import secrets
from dataclasses import asdict
from typing import Final, cast

from django.conf import settings
from django.core import signing
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse

from {{ package }}.domain.sign_in import Attempt

ATTEMPT_SECONDS: Final = 600
MAX_ATTEMPTS: Final = 5
"""So many tabs of a browser can be signing in at once. More cookies would make its requests too large."""
_SALT: Final = "sign-in attempt"


def new_attempt(return_to: str) -> Attempt:
    state, nonce, code_verifier = (secrets.token_urlsafe(32) for _ in range(3))
    return Attempt(state, nonce, code_verifier, return_to)


def keep_attempt(request: HttpRequest, response: HttpResponse, attempt: Attempt) -> None:
    """Give the browser the cookie of an attempt, and take the oldest ones away."""
    # A request may have names that no cookie can have, and that cannot be deleted.
    others = [name for name in request.COOKIES if re.fullmatch(_cookie_name(r"[\w-]{16}"), name, re.ASCII)]
    for oldest in others[: max(0, len(others) - MAX_ATTEMPTS + 1)]:
        response.delete_cookie(oldest)
    value = signing.dumps(asdict(attempt), salt=_SALT)
    secure = cast("bool", settings.SESSION_COOKIE_SECURE)
    name = _cookie_name(attempt.state)
    response.set_cookie(name, value, ATTEMPT_SECONDS, secure=secure, httponly=True, samesite="Lax")


def use_attempt(request: HttpRequest, state: str) -> Attempt | None:
    """Return the attempt that this browser began under this state. It can be used once in each process."""
    cookie = request.COOKIES.get(_cookie_name(state), "")
    try:
        kept = cast("dict[str, str]", signing.loads(cookie, salt=_SALT, max_age=ATTEMPT_SECONDS))
    except signing.BadSignature:
        return None
    unused = kept["state"] == state and cache.add(f"attempt-{state}", 1, ATTEMPT_SECONDS)
    return Attempt(**kept) if unused else None


def forget_attempt(response: HttpResponse, attempt: Attempt) -> None:
    response.delete_cookie(_cookie_name(attempt.state))


def _cookie_name(state: str) -> str:
    session = cast("str", settings.SESSION_COOKIE_NAME)
    return f"{session.removesuffix('session')}attempt-{state[:16]}"
