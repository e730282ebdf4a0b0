"""Maps every error to a problem response, and documents those responses in OpenAPI."""

from http import HTTPStatus
from typing import TypedDict, cast, override
from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation
from ninja.renderers import BaseRenderer
from pydantic_core import to_json
from {{ package }}.api.limits import read_body
from {{ package }}.api.problems import MEDIA_TYPE, FieldProblem, Problem, ProblemError, problem
from {{ package }}.domain.errors import DomainError, NotFound, NotUnique, StillReferenced, UnknownReference, VersionMismatch
{{ slot("errors.imports") }}


class ProblemTypeError(HttpError):
    """An HttpError with a type of problem that clients can switch on, such as "invalid-request"."""

    def __init__(self, status: int, kind: str, detail: str) -> None:
        super().__init__(status, detail)
        self.kind: str = kind


{{ partial("problem_for.py") }}


def invalid_field(where: str, message: str) -> ValidationError:
    """Return the 422 for one part of the request, such as "body/total"."""
    return ValidationError([{"loc": (where,), "msg": message}])


def raised_problem(_request: HttpRequest, error: ProblemError) -> HttpResponse:
    return error.response


def http_problem(_request: HttpRequest, error: HttpError) -> HttpResponse:
    if error.__cause__ is not None:  # ninja could not parse the body
        return invalid_request([FieldProblem(where="body", message="expected JSON")])
    detail = None if error.message == HTTPStatus(error.status_code).phrase else error.message
    kind = error.kind if isinstance(error, ProblemTypeError) else None
    return problem(error.status_code, detail, kind=kind)


def validation_problem(_request: HttpRequest, error: ValidationError) -> HttpResponse:
    found = cast("list[_InvalidField]", error.errors)[:50]  # a client may send any number of wrong fields
    return invalid_request([FieldProblem(where=_where(entry["loc"]), message=entry["msg"].removeprefix("Value error, ")) for entry in found])


def invalid_request(errors: list[FieldProblem]) -> HttpResponse:
    return problem(422, "The request is not valid.", kind="invalid-request", errors=errors)


def _where(location: tuple[str | int, ...]) -> str:
    """Return the place of an error. ninja names the parameter of the route that takes the body behind "body"."""
    source, *names = map(str, location)
    return "/".join([source, *names[source == "body" :]])[:200]


def problems(*statuses: int) -> dict[int, type[Problem]]:
    """Document these error responses: `response={200: ..., **problems(404)}`."""
    return dict.fromkeys((*statuses, *COMMON_PROBLEMS), Problem)


COMMON_PROBLEMS = (400, {{ slot("errors.anywhere") }} 422, 500, 503)
LOCATION = {"description": "The path of what was created", "schema": {"type": "string"}}


class _InvalidField(TypedDict):
    """One entry of ValidationError.errors."""

    loc: tuple[str | int, ...]
    msg: str


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
    def get_content_type(self) -> str:
        return "application/json"

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
