"""Turns everything that can go wrong into problem details, and says so in the OpenAPI document, in one place."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import TypedDict, cast, override
import msgspec
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response
from {{ package }}.api.problems import MEDIA_TYPE, FieldProblem, Problem, ProblemError, ProblemResponse, problem
from {{ package }}.domain.errors import {{ Noun }}AlreadyExists, {{ Noun }}Refusal, {{ Noun }}NotFound, Unavailable

type Json = dict[str, object]

_REFERENCES = "#/components/schemas/{name}"
_ANYWHERE = (
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.UNPROCESSABLE_ENTITY,
    HTTPStatus.INTERNAL_SERVER_ERROR,
    HTTPStatus.SERVICE_UNAVAILABLE,
)


class Invalid(TypedDict):
    """What pydantic says of one thing that is wrong; what was sent is left out of the answer."""

    loc: tuple[str | int, ...]
    msg: str


class DocumentedAPI(FastAPI):
    """FastAPI that answers errors with problems and documents them with one shared schema."""

    @override
    def setup(self) -> None:
        super().setup()
        self.add_exception_handler(ProblemError, _on_problem)
        self.add_exception_handler(HTTPException, _on_http_error)
        self.add_exception_handler(RequestValidationError, _on_invalid_request)
        self.add_exception_handler(Unavailable, _on_unavailable)

    @override
    def openapi(self) -> Json:
        if self.openapi_schema is None:
            components = cast("dict[str, Json]", super().openapi().setdefault("components", {}))
            _, schemas = msgspec.json.schema_components([Problem], ref_template=_REFERENCES)
            components["schemas"] = {**components.get("schemas", {}), **schemas}
        return super().openapi()


def problems(*statuses: HTTPStatus) -> dict[int | str, Json]:
    """Document that these statuses come back as problems, besides those that any request can meet."""
    content: Json = {MEDIA_TYPE: {"schema": {"$ref": _REFERENCES.format(name=Problem.__name__)}}}
    return {int(status): {"description": status.phrase, "content": content} for status in (*_ANYWHERE, *statuses)}


def problem_for(error: {{ Noun }}Refusal) -> ProblemError:
    """Say how a domain error is answered; the type checker asks for a line whenever the domain gains one."""
    match error:
        case {{ Noun }}NotFound():
            return ProblemError(problem(HTTPStatus.NOT_FOUND, f"There is no {{ noun_words }} {error.id}."))
        case {{ Noun }}AlreadyExists():
            return ProblemError(problem(HTTPStatus.CONFLICT, f"{{ Noun_words }} {error.id} exists already."))


async def _on_problem(_request: Request, error: Exception) -> Response:
    known = cast("ProblemError", error)
    return ProblemResponse(known.problem, known.headers)


async def _on_http_error(_request: Request, error: Exception) -> Response:
    known = cast("HTTPException", error)
    status = HTTPStatus(known.status_code)
    return ProblemResponse(problem(status, "" if known.detail == status.phrase else known.detail), known.headers)


async def _on_invalid_request(_request: Request, error: Exception) -> Response:
    found = cast("Sequence[Invalid]", cast("RequestValidationError", error).errors())
    # Bounded: whoever sends a hundred thousand wrong fields is not told of each.
    errors = tuple(FieldProblem("/".join(map(str, entry["loc"]))[:200], entry["msg"]) for entry in found[:50])
    return ProblemResponse(problem(HTTPStatus.UNPROCESSABLE_ENTITY, "The request is not valid.", errors=errors))


async def _on_unavailable(_request: Request, error: Exception) -> Response:
    known = cast("Unavailable", error)
    body = problem(HTTPStatus.SERVICE_UNAVAILABLE, f"The {known.dependency} is unavailable.")
    return ProblemResponse(body, {"Retry-After": str(known.retry_after)})
