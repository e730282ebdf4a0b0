"""Problem details: the one shape of every answer that is not what was asked for. RFC 9457."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import ClassVar

import msgspec
from msgspec import Struct
from starlette.responses import Response

MEDIA_TYPE = "application/problem+json"

_ENCODER = msgspec.json.Encoder()


class FieldProblem(Struct, frozen=True):
    """One thing that is wrong with what was sent, and where, such as "body/total" or "query/limit"."""

    where: str
    message: str


class Problem(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A problem document; a `type` left out means that the status says it all."""

    status: int
    title: str
    type: str = "about:blank"
    detail: str = ""
    request_id: str = ""
    errors: tuple[FieldProblem, ...] = ()
    checks: Mapping[str, str] = {}


class ProblemError(Exception):
    """Raised at the edge to answer with a problem."""

    def __init__(self, problem: Problem, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(problem.title)
        self.problem: Problem = problem
        self.headers: Mapping[str, str] = headers or {}


class ProblemResponse(Response):
    """A problem on the wire."""

    media_type: ClassVar[str] = MEDIA_TYPE

    def __init__(self, problem: Problem, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(_ENCODER.encode(problem), status_code=problem.status, headers=headers)


def problem(status: HTTPStatus, detail: str = "", **members: object) -> Problem:
    """Return the problem for an HTTP status."""
    return msgspec.convert({"status": status, "title": status.phrase, "detail": detail, **members}, Problem)


def refused(where: str, message: str) -> ProblemError:
    """Return the problem of a request that is not valid at one place."""
    errors = (FieldProblem(where, message),)
    return ProblemError(problem(HTTPStatus.UNPROCESSABLE_ENTITY, "The request is not valid.", errors=errors))
