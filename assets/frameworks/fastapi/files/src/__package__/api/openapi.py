"""An application whose OpenAPI document says what really comes back: problems, as application/problem+json."""

from http import HTTPStatus
from typing import cast, override

import msgspec
from fastapi import APIRouter, FastAPI

from {{ package }}.api.problems import MEDIA_TYPE, Problem

type Json = dict[str, object]

_REFERENCES = "#/components/schemas/{name}"
_ANYWHERE = (
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.UNPROCESSABLE_ENTITY,
    HTTPStatus.INTERNAL_SERVER_ERROR,
    HTTPStatus.SERVICE_UNAVAILABLE,
)


class DocumentedAPI(FastAPI):
    """FastAPI that documents its problems with one shared schema."""

    def serve(self, router: APIRouter) -> None:
        """Serve a router's routes as they are; what `include_router` makes of them is looked up twice a request."""
        self.router.routes.extend(router.routes)

    @override
    def openapi(self) -> Json:
        if self.openapi_schema is None:
            document = super().openapi()
            _, schemas = msgspec.json.schema_components([Problem], ref_template=_REFERENCES)
            components = cast("Json", document.setdefault("components", {}))
            known = cast("Json", components.get("schemas", {}))
            components["schemas"] = {**known, **schemas}
        return super().openapi()


def problems(*statuses: HTTPStatus) -> dict[int | str, Json]:
    """Document that these statuses come back as problems, besides those that any request can meet."""
    return {int(status): _response(status) for status in (*_ANYWHERE, *statuses)}


def _response(status: HTTPStatus) -> Json:
    response: Json = {
        "description": status.phrase,
        "content": {MEDIA_TYPE: {"schema": {"$ref": _REFERENCES.format(name=Problem.__name__)}}},
    }
    if status is HTTPStatus.SERVICE_UNAVAILABLE:
        response["headers"] = {"Retry-After": {"description": "Seconds to wait", "schema": {"type": "integer"}}}
    return response
