"""Maps every error to a problem response."""

from http import HTTPStatus
from typing import cast
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from {{ package }}.api.problems import FieldProblem, problem
from {{ package }}.domain.errors import DomainError, NotFound, NotUnique, StillReferenced, UnknownReference, VersionMismatch
{{ slot("errors.imports") }}

{% if "+resource" in uses %}
{{ partial("problem_type_error.py") }}


{{ partial("problem_for.py") }}


{% endif %}
class InvalidRequest(HTTPException):
    """A 422 that names the part of the request that is wrong."""

    def __init__(self, where: str, message: str) -> None:
        super().__init__(422)
        self.found: FieldProblem = FieldProblem(where[:200], message[:200])


def invalid_field(where: str, message: str) -> InvalidRequest:
    """Return the 422 for one part of the request, such as "body/total"."""
    return InvalidRequest(where, message)


async def http_problem(_request: Request, error: Exception) -> Response:
    if isinstance(error, InvalidRequest):
        return problem(422, "The request is not valid.", kind="invalid-request", errors=[error.found])
    raised = cast("HTTPException", error)
    detail = None if raised.detail == HTTPStatus(raised.status_code).phrase else raised.detail
{% if "+resource" in uses %}
    kind = raised.kind if isinstance(raised, ProblemTypeError) else None
    return problem(raised.status_code, detail, raised.headers, kind=kind)
{% else %}
    return problem(raised.status_code, detail, raised.headers)
{% endif %}
{% if slot("errors.handlers") %}


{{ slot("errors.handlers") }}
{% endif %}
