"""Who may call: a route says what it needs with `requires`; the guard finds out who calls before the body is read."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol, cast

from starlette.exceptions import HTTPException
from starlette.requests import Request
from {{ package }}.domain.principal import Principal
from {{ package }}.domain.result import Err, Result

_MARK: Final = "required_scopes"
_REALM: Final = "{{ name }}"


class Authenticator(Protocol):
    """One way for callers to show who they are."""

    @property
    def scheme(self) -> str:
        """Its name in a `WWW-Authenticate` header."""
        ...

    async def authenticate(self, request: Request) -> Result[Principal, str] | None:
        """Say who calls, or why what was shown is no good; None when nothing of this kind was shown.

        It raises Unavailable when that cannot be told, and never reads the body.
        """
        ...


@dataclass(frozen=True, slots=True)
class Guard:
    """Lets nobody pass that none of its authenticators knows: without one, nobody at all."""

    authenticators: Sequence[Authenticator]

    async def admit(self, request: Request, scopes: frozenset[str]) -> Principal:
        """Return who calls and keep it for `principal_of`, or raise a 401 or a 403 as RFC 6750 has them."""
        for authenticator in self.authenticators:
            shown = await authenticator.authenticate(request)
            if shown is not None:
                principal = _accepted(authenticator.scheme, shown, scopes)
                _state(request)["principal"] = principal
                return principal
        challenge = ", ".join(_challenge(authenticator.scheme) for authenticator in self.authenticators)
        raise _refusal(401, "Who calls was not said.", challenge)


def requires[**P, R](*scopes: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Mark a handler with all that its caller must be allowed; with nothing, who calls must be known at least."""

    def mark(handler: Callable[P, R]) -> Callable[P, R]:
        setattr(handler, _MARK, frozenset(scopes))
        return handler

    return mark


def scopes_of(handler: Callable[..., object]) -> frozenset[str]:
    """Return what `requires` marked a handler with; one without it is a mistake, not a public route."""
    scopes = cast("frozenset[str] | None", getattr(handler, _MARK, None))
    if scopes is None:
        message = f"got {handler!r} without scopes; expected @requires(...) under the line that makes it a route"
        raise TypeError(message)
    return scopes


def principal_of(request: Request) -> Principal:
    """Return who calls; only a guarded route knows."""
    return cast("Principal", _state(request)["principal"])


def _state(request: Request) -> dict[str, object]:
    return cast("dict[str, object]", request.scope["state"])


def _accepted(scheme: str, shown: Result[Principal, str], scopes: frozenset[str]) -> Principal:
    if isinstance(shown, Err):
        challenge = _challenge(scheme, error="invalid_token", error_description=shown.error)
        raise _refusal(401, shown.error, challenge)
    if scopes <= shown.value.permissions:
        return shown.value
    needed = " ".join(sorted(scopes))
    challenge = _challenge(scheme, error="insufficient_scope", scope=needed)
    raise _refusal(403, f"This needs {needed}.", challenge)


def _challenge(scheme: str, **parameters: str) -> str:
    said: Mapping[str, str] = {"realm": _REALM, **parameters}
    return f"{scheme} {', '.join(f'{name}="{value}"' for name, value in said.items())}"


def _refusal(status: int, detail: str, challenge: str) -> HTTPException:
    return HTTPException(status, detail, {"WWW-Authenticate": challenge})
