"""What the routes that sign people in and out work with."""

from dataclasses import dataclass

from {{ package }}.api.session_cookie import SessionCookie
from {{ package }}.domain.sign_in import Attempts, IdentityProvider


@dataclass(frozen=True, slots=True)
class SignIn:
    """The provider, the attempts under way, and the sessions they end in."""

    provider: IdentityProvider
    attempts: Attempts
    browser: SessionCookie
