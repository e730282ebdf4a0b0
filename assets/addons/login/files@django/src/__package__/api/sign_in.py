"""What the routes for signing in and out need."""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib.auth.base_user import AbstractBaseUser

from {{ package }}.domain.sign_in import IdentityProvider, Person


@dataclass(frozen=True, slots=True)
class SignIn:
    """`account_of` gives the account of a person of an issuer; `path` is the path of PUBLIC_URL."""

    provider: IdentityProvider
    account_of: Callable[[str, Person], AbstractBaseUser]
    path: str
