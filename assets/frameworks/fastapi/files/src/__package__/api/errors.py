"""Maps every error to a problem response, and documents those responses in OpenAPI."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import cast, override
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic_core import ErrorDetails
from starlette.exceptions import HTTPException
from starlette.responses import Response
from {{ package }}.api.problems import MEDIA_TYPE, FieldProblem, Problem, problem
from {{ package }}.domain.errors import DomainError, NotFound, NotUnique, StillReferenced, UnknownReference, VersionMismatch
{{ slot("errors.imports") }}

type Responses = dict[int | str, dict[str, object]]


class ProblemTypeError(HTTPException):
    """An HTTPException with a type of problem that clients can switch on, such as "invalid-request"."""

    def __init__(self, status: int, kind: str, detail: str) -> None:
        super().__init__(status, detail)
        self.kind: str = kind

{% if "+resource" in uses %}


{{ partial("problem_for.py") }}
{% endif %}


def invalid_field(where: str, message: str) -> RequestValidationError:
    """Return the 422 for one part of the request, such as "body/total"."""
    return RequestValidationError([{"loc": (where,), "msg": message}])


async def http_problem(_request: Request, error: HTTPException) -> Response:
    # FastAPI's own HTTPException takes any JSON as its detail.
    detail = None if error.detail == HTTPStatus(error.status_code).phrase else str(error.detail)
    kind = error.kind if isinstance(error, ProblemTypeError) else None
    return problem(error.status_code, detail, error.headers, kind=kind)


async def validation_problem(_request: Request, error: RequestValidationError) -> Response:
    found = cast("Sequence[ErrorDetails]", error.errors())[:50]  # a client may send any number of wrong fields
    errors = [FieldProblem(where=_place(entry), message=entry["msg"].removeprefix("Value error, ")) for entry in found]
    return problem(422, "The request is not valid.", kind="invalid-request", errors=errors)


def _place(error: ErrorDetails) -> str:
    """Return where the request is wrong. Of a body that is no JSON, FastAPI names the character too."""
    named = error["loc"][:1] if error.get("type") == "json_invalid" else error["loc"]
    return "/".join(map(str, named))[:200]


{% if slot("errors.handlers") %}
{{ slot("errors.handlers") }}
{% endif %}


def problems(*statuses: int) -> Responses:
    """Document these error responses: `responses=problems(404)`."""
    return {status: {"model": Problem} for status in statuses}


COMMON_PROBLEMS = problems(400, {{ slot("errors.anywhere") }} 422, 500, 503)


class ProblemAPI(FastAPI):
    """Documents error responses as application/problem+json, which FastAPI lists as application/json."""

    @override
    def openapi(self) -> dict[str, object]:
        document = super().openapi()
        paths = cast("dict[str, dict[str, dict[str, Responses]]]", document["paths"])
        for operation in (operation for path in paths.values() for operation in path.values()):
            for status, response in operation["responses"].items():
                if str(status) >= "400":
                    response["content"] = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
        return document
