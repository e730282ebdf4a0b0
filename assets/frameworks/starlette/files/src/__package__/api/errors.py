"""Maps every error to a problem response."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import cast
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from {{ package }}.api.problems import FieldProblem, problem
from {{ package }}.domain.errors import DomainError, NotFound, NotUnique, StillReferenced, UnknownReference, VersionMismatch
{{ slot("errors.imports") }}


class ProblemTypeError(HTTPException):
    """An HTTPException with a type of problem that clients can switch on, such as "invalid-request"."""

    def __init__(self, status: int, kind: str, detail: str, errors: Sequence[FieldProblem] = ()) -> None:
        super().__init__(status, detail)
        self.kind: str = kind
        self.errors: Sequence[FieldProblem] = errors
{% if "+resource" in uses %}


{{ partial("problem_for.py") }}
{% endif %}


def invalid_field(where: str, message: str) -> ProblemTypeError:
    """Return the 422 for one part of the request, such as "body/total"."""
    found = FieldProblem(where[:200], message[:200])
    return ProblemTypeError(422, "invalid-request", "The request is not valid.", [found])


async def http_problem(_request: Request, error: Exception) -> Response:
    if isinstance(error, ProblemTypeError):
        return problem(error.status_code, error.detail, kind=error.kind, errors=error.errors)
    raised = cast("HTTPException", error)
    detail = None if raised.detail == HTTPStatus(raised.status_code).phrase else raised.detail
    return problem(raised.status_code, detail, raised.headers)


async def disconnect_problem(_request: Request, _error: Exception) -> Response:
    """Answer a client that went away while it sent its body. That is no error of the service."""
    return problem(400)


{% if slot("errors.handlers") %}
{{ slot("errors.handlers") }}
{% endif %}
