"""Maps every error to a problem response, and documents those responses in OpenAPI."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import cast, final, override
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation
from ninja.renderers import BaseRenderer
from pydantic_core import ErrorDetails, to_json
from {{ package }}.api.limits import read_body
from {{ package }}.api.middleware import Respond, record_reason
from {{ package }}.api.problems import MEDIA_TYPE, FieldProblem, Problem, ProblemError, problem
from {{ package }}.api.services import ApiRequest
from {{ package }}.domain.errors import DomainError, NotFound, NotUnique, StillReferenced, Unavailable, UnknownReference, VersionMismatch
{{ slot("errors.imports") }}


class ProblemTypeError(ProblemError):
    """Ends a request with a type of problem that clients can switch on, such as "order-not-found"."""

    def __init__(self, status: int, kind: str, detail: str) -> None:
        super().__init__(problem(status, detail, kind=kind))


{{ partial("problem_for.py") }}


def invalid_field(where: str, message: str) -> ValidationError:
    """Return the 422 for one part of the request, such as "body/total"."""
    return ValidationError([{"loc": (where,), "msg": message}])


def raised_problem(_request: HttpRequest, error: ProblemError) -> HttpResponse:
    return error.response


def http_problem(request: HttpRequest, error: HttpError) -> HttpResponse:
    if error.status_code == HTTPStatus.BAD_REQUEST and error.__cause__ is not None:  # ninja could not parse the body
        return validation_problem(request, invalid_field("body", "expected JSON"))
    return problem(error.status_code, error.message)


def validation_problem(_request: HttpRequest, error: ValidationError) -> HttpResponse:
    found = cast("list[ErrorDetails]", error.errors)[:50]  # a client may send any number of wrong fields
    errors = [FieldProblem(where=_where(entry["loc"]), message=entry["msg"].removeprefix("Value error, ")) for entry in found]
    return problem(422, "The request is not valid.", kind="invalid-request", errors=errors)


def _where(location: tuple[str | int, ...]) -> str:
    """Return the place of an error. ninja names the parameter of the route that takes the body behind "body"."""
    source, *names = map(str, location)
    return "/".join([source, *names[source == "body" :]])[:200]


def problems(*statuses: int) -> dict[int, type[Problem]]:
    """Document these error responses: `response={200: ..., **problems(404)}`."""
    return dict.fromkeys((*statuses, 400, {{ slot("errors.anywhere") }} 422, 500, 503), Problem)


LOCATION = {"description": "The path of what was created", "schema": {"type": "string"}}


class JsonRenderer(BaseRenderer):
    """Renders as pydantic does: ninja's own renderer cuts times to milliseconds."""

    media_type: str | None = "application/json"

    @override
    def render(self, request: HttpRequest, data: object, *, response_status: int) -> bytes:
        return to_json(data)


class ProblemAPI(NinjaAPI):
    """Documents problems and the Location of what was created, and names operations after their functions."""

    @override
    def create_temporal_response(self, request: HttpRequest) -> HttpResponse:
        """Read the body: ninja calls this once it knows that the caller may call, and before it parses anything."""
        if refused := read_body(request):
            raise ProblemError(refused)
        return super().create_temporal_response(request)

    @override
    def get_openapi_operation_id(self, operation: Operation) -> str:
        return operation.view_func.__name__  # pyright: ignore[reportUnknownMemberType] - a Callable of anything

    @override
    def get_openapi_schema(self, *, path_prefix: str | None = None, path_params: dict[str, object] | None = None) -> OpenAPISchema:
        document = {{ slot("errors.document", "super().get_openapi_schema(path_prefix=path_prefix, path_params=path_params)") }}
        paths = cast("dict[str, dict[str, dict[str, dict[int, dict[str, dict[str, object]]]]]]", document["paths"])
        for operation in (operation for path in paths.values() for operation in path.values()):
            for status, response in operation["responses"].items():
                if int(status) == HTTPStatus.CREATED:
                    response.setdefault("headers", {})["Location"] = LOCATION
                if int(status) >= HTTPStatus.BAD_REQUEST:
                    response["content"] = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
        return document


@final
@dataclass(frozen=True, slots=True)
class Outages:
    """Responds 503 when a view fails because a dependency is unavailable. Django turns other failures into 500."""

    get_response: Respond

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: ApiRequest, error: Exception) -> HttpResponseBase | None:
        failure = request.services.translate_error(error)
        if not isinstance(failure, Unavailable):
            if failure is error:
                return None
            raise failure.with_traceback(error.__traceback__) from None  # so that Django logs no values
        record_reason(str(failure))
        {{ slot("errors.unavailable") }}
        headers = {"Retry-After": str(failure.retry_after)}
        detail = f"The {failure.dependency} is unavailable."
        return problem(503, detail, headers, kind="dependency-unavailable")
