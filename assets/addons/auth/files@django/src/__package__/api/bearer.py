"""Bearer tokens (RFC 6750), from the Authorization header only: a query would end up in logs."""

from typing import ClassVar, cast, final, override

from django.http import HttpRequest

from {{ package }}.api.credentials import Scheme
from {{ package }}.api.services import ApiRequest
from {{ package }}.domain.principal import Principal


@final
class BearerToken(Scheme):
    """As ninja's HttpBearer, which writes tokens to the log where DEBUG is set."""

    scheme: ClassVar[str] = "Bearer"
    documented_as: ClassVar[str] = "bearer"
    openapi_type: ClassVar[str] = "http"
    openapi_scheme: ClassVar[str] = "bearer"
    openapi_bearerFormat: ClassVar[str] = "JWT"  # noqa: N815 - OpenAPI's name

    @override
    def __call__(self, request: HttpRequest) -> Principal | None:
        sent = request.headers.get("Authorization", "")
        if sent[:7].lower() != "bearer ":
            return None
        return self.permitted(cast("ApiRequest", request).services.verify_token(sent[7:].strip()))
