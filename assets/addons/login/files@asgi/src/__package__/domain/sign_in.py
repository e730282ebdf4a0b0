"""Sign-in with a browser: the ports, and the values that pass through them."""

from dataclasses import dataclass
from typing import Final, Protocol

from {{ package }}.domain.principal import Principal
from {{ package }}.domain.result import Result

ATTEMPT_SECONDS: Final = 600


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

    principal: Principal
    csrf_token: str
    created_at: int
    {{ slot("login.session_fields") }}


class IdentityProvider(Protocol):
    """All methods raise Unavailable if the provider does not answer."""

    @property
    def name(self) -> str: ...

    async def authorization_url(self, attempt: Attempt) -> str: ...

    async def redeem(self, code: str, attempt: Attempt) -> Result[Principal, str]: ...

    async def logout_url(self) -> str | None: ...


class Attempts(Protocol):
    """Each attempt has a cookie, and can be used once."""

    def begin(self, return_to: str) -> tuple[Attempt, str]: ...

    def use(self, state: str, cookie: str) -> Attempt | None: ...


class Sessions(Protocol):
    """All methods raise Unavailable if the store of the sessions does not answer."""

    async def begin(self, principal: Principal) -> Result[str, str]: ...

    async def find(self, cookie: str) -> Session | None: ...

    {{ slot("login.session_methods") }}

    async def end(self, session: Session) -> None: ...
