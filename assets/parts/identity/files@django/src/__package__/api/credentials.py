"""What proves who calls, and what callers are told whose credentials do not suffice (RFC 6750)."""

from abc import ABC
from collections.abc import Mapping
from typing import ClassVar

from ninja.security.base import AuthBase

from {{ package }}.api.problems import ProblemError, problem
from {{ package }}.domain.principal import Principal
from {{ package }}.domain.result import Err, Result


class Scheme(AuthBase, ABC):
    """One way for callers to prove who they are.

    ninja calls it with the request. It returns None if that has no credentials of this kind, and decides if it has.
    """

    scheme: ClassVar[str]
    """The scheme in the `WWW-Authenticate` header."""
    documented_as: ClassVar[str]
    """The name of the scheme in the OpenAPI document."""

    def __init__(self, scopes: frozenset[str]) -> None:
        super().__init__()
        self.scopes: frozenset[str] = scopes

    def permitted(self, result: Result[Principal, str]) -> Principal:
        """Return the caller, or raise a 401 or 403."""
        if isinstance(result, Err):
            raise refused(401, result.error, challenge(self.scheme, error="invalid_token", error_description=result.error))
        if not self.scopes <= result.value.permissions:
            needed = " ".join(sorted(self.scopes))
            raise refused(403, f"This needs {needed}.", challenge(self.scheme, error="insufficient_scope", scope=needed))
        return result.value


def refused(status: int, detail: str, challenges: str) -> ProblemError:
    return ProblemError(problem(status, detail, {"WWW-Authenticate": challenges}))


def challenge(scheme: str, **parameters: str) -> str:
    named: Mapping[str, str] = {"realm": "{{ name }}", **parameters}
    return f"{scheme} {', '.join(f'{name}="{value}"' for name, value in named.items())}"
