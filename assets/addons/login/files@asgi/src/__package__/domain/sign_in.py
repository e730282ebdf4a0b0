"""Signing in: a browser is sent to the identity provider with questions that only its true answer fits."""

from dataclasses import dataclass
from typing import Protocol

from {{ package }}.domain.principal import Principal
from {{ package }}.domain.result import Result


@dataclass(frozen=True, slots=True)
class Attempt:
    """One way to the provider and back; `until` is in seconds since the epoch."""

    state: str
    nonce: str
    verifier: str
    return_to: str
    until: int


class Attempts(Protocol):
    """Makes attempts, and knows its own again."""

    def begin(self, return_to: str) -> tuple[Attempt, str]:
        """Return a new one, and what the browser keeps of it."""
        ...

    def find(self, state: str, kept: str) -> Attempt | None:
        """Return what this browser began under this state, if it still may end it."""
        ...


class IdentityProvider(Protocol):
    """Says who somebody is; raises Unavailable when it does not answer."""

    @property
    def name(self) -> str:
        """How it writes itself."""
        ...

    async def authorization_url(self, attempt: Attempt) -> str:
        """Return where to send the browser."""
        ...

    async def principal(self, code: str, attempt: Attempt) -> Result[Principal, str]:
        """Say who came back with this code, or why that cannot be believed."""
        ...

    async def logout_url(self) -> str | None:
        """Return where a browser signs out of the provider too, if it can."""
        ...
