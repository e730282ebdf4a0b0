"""Sign-in with a browser: the port, and the values that pass through it."""

from dataclasses import dataclass
from typing import Protocol

from {{ package }}.domain.principal import Principal
from {{ package }}.domain.result import Result


@dataclass(frozen=True, slots=True)
class Attempt:
    """One way to the identity provider and back."""

    state: str
    nonce: str
    code_verifier: str
    return_to: str


@dataclass(frozen=True, slots=True)
class Person:
    """Who has signed in. `email` is empty unless the identity provider says that it is verified."""

    principal: Principal
    email: str


class IdentityProvider(Protocol):
    """All methods raise Unavailable if the provider does not answer."""

    @property
    def name(self) -> str: ...

    def authorization_url(self, attempt: Attempt) -> str: ...

    def redeem(self, code: str, attempt: Attempt) -> Result[Person, str]: ...

    def logout_url(self) -> str | None: ...
