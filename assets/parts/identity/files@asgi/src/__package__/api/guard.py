"""Authentication and authorization of requests. It needs no body, so callers are refused before theirs is read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from starlette.exceptions import HTTPException
from starlette.requests import Request

from {{ package }}.domain.principal import Principal
from {{ package }}.domain.result import Err, Result


class Authenticator(Protocol):
    """One way for callers to prove who they are, with its scheme in the `WWW-Authenticate` header."""

    @property
    def scheme(self) -> str: ...

    async def authenticate(self, request: Request) -> Result[Principal, str] | None:
        """Return the caller, or why its credentials are refused, or None if the request has none of this kind.

        Raise Unavailable if that cannot be decided.
        """
        ...


@dataclass(frozen=True, slots=True)
class Guard:
    """Asks the authenticators in order. The first one that finds credentials decides."""

    authenticators: Sequence[Authenticator]

    async def authorize(self, request: Request, scopes: frozenset[str]) -> None:
        """Store the caller for `get_principal`, or raise a 401 or 403 as RFC 6750 describes them."""
        for authenticator in self.authenticators:
            result = await authenticator.authenticate(request)
            if result is not None:
                request.state.principal = _permitted(authenticator.scheme, result, scopes)
                return
        challenges = ", ".join(_challenge(authenticator.scheme) for authenticator in self.authenticators)
        raise HTTPException(401, "The request has no credentials.", {"WWW-Authenticate": challenges})


def _permitted(scheme: str, result: Result[Principal, str], scopes: frozenset[str]) -> Principal:
    if isinstance(result, Err):
        challenge = _challenge(scheme, error="invalid_token", error_description=result.error)
        raise HTTPException(401, result.error, {"WWW-Authenticate": challenge})
    if not scopes <= result.value.permissions:
        needed = " ".join(sorted(scopes))
        challenge = _challenge(scheme, error="insufficient_scope", scope=needed)
        raise HTTPException(403, f"This needs {needed}.", {"WWW-Authenticate": challenge})
    return result.value


def _challenge(scheme: str, **parameters: str) -> str:
    named: Mapping[str, str] = {"realm": "{{ name }}", **parameters}
    return f"{scheme} {', '.join(f'{name}="{value}"' for name, value in named.items())}"
