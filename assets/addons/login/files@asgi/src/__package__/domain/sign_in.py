"""Sign-in with a browser: the ports, and the values that pass through them."""

from dataclasses import dataclass
from typing import Protocol

from {{ package }}.domain.principal import Principal
from {{ package }}.domain.result import Result


@dataclass(frozen=True, slots=True)
class Attempt:
    """One way to the identity provider and back. Times are in seconds since 1970."""

    state: str
    nonce: str
    code_verifier: str
    return_to: str
    expires_at: int


@dataclass(frozen=True, slots=True)
class Session:
    """A person who is signed in. Writes send `csrf_token`, which no other site can know."""

    id: str
    principal: Principal
    csrf_token: str
    created_at: int
    last_seen_at: int


class IdentityProvider(Protocol):
    """All methods raise Unavailable if the provider does not answer."""

    @property
    def name(self) -> str: ...

    async def authorization_url(self, attempt: Attempt) -> str: ...

    async def redeem(self, code: str, attempt: Attempt) -> Result[Principal, str]:
        """Return who has signed in, or why the answer is refused."""
        ...

    async def logout_url(self) -> str | None:
        """Return where the browser signs out of the provider too."""
        ...


class Attempts(Protocol):
    def begin(self, return_to: str) -> tuple[Attempt, str]:
        """Return a new attempt and its cookie."""
        ...

    def use(self, state: str, cookie: str) -> Attempt | None:
        """Return the attempt that this browser began under this state. It can be used once."""
        ...


class Sessions(Protocol):
    """Methods raise Unavailable if the store of the sessions does not answer."""

    async def begin(self, principal: Principal) -> Result[str, str]:
        """Return the cookie of a new session, or why it cannot be stored."""
        ...

    async def find(self, cookie: str) -> Session | None: ...

    {{ slot("login.session_methods") }}

    async def end(self, session: Session) -> None: ...
