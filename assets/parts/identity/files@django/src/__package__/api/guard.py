"""Who may call a route: `auth=requires(...)`. ninja decides before the body is read."""

from collections.abc import Callable, Sequence
from typing import Final, Never, cast, override

from django.http import HttpRequest
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation
{{ slot("identity.scheme_imports") }}

from {{ package }}.api.credentials import Scheme, challenge, refused
from {{ package }}.api.problems import ProblemError, problem

SCHEMES: Final[Sequence[type[Scheme]]] = (
    {{ slot("identity.schemes") }}
)


def requires(*scopes: str) -> Sequence[Callable[[HttpRequest], object]]:
    """Let only callers with all these scopes reach a route, or every known caller if there are none."""
    return [*(scheme(frozenset(scopes)) for scheme in SCHEMES), _no_credentials]


def _no_credentials(_request: HttpRequest) -> Never:
    challenges = ", ".join(challenge(scheme.scheme) for scheme in SCHEMES)
    raise refused(401, "The request has no credentials.", challenges)


def nobody(_request: HttpRequest) -> Never:
    """Refuse everybody: a route that does not say who may call it is a mistake, not a public route."""
    raise ProblemError(problem(403, "The route does not say who may call it."))


class GuardedSchema(OpenAPISchema):
    """The OpenAPI document, with the scopes that ninja leaves out."""

    @override
    def operation_security(self, operation: Operation) -> list[dict[str, list[str]]]:
        required = cast("Sequence[object]", operation.auth_callbacks)
        schemes = [found for found in required if isinstance(found, Scheme)]
        self.securitySchemes.update({scheme.documented_as: scheme.openapi_security_schema for scheme in schemes})
        return [{scheme.documented_as: sorted(scheme.scopes)} for scheme in schemes]
