"""Turns everything that can go wrong into problem details, in one place."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import TypedDict, cast
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response
from {{ package }}.api.problems import FieldProblem, ProblemError, ProblemResponse, problem, unavailable
from {{ package }}.domain.errors import {{ Noun }}AlreadyExists, {{ Noun }}Refusal, {{ Noun }}NotFound, Unavailable


class Invalid(TypedDict):
    """What pydantic says of one thing that is wrong; what was sent is left out of the answer."""

    loc: tuple[str | int, ...]
    msg: str


def problem_for(error: {{ Noun }}Refusal) -> ProblemError:
    """Say how a domain error is answered; the type checker asks for a line whenever the domain gains one."""
    match error:
        case {{ Noun }}NotFound():
            return ProblemError(problem(HTTPStatus.NOT_FOUND, f"There is no {{ noun_words }} {error.id}."))
        case {{ Noun }}AlreadyExists():
            return ProblemError(problem(HTTPStatus.CONFLICT, f"{{ Noun_words }} {error.id} exists already."))


def register_errors(app: FastAPI) -> None:
    """Have every error answered as a problem. What no handler knows, the request context answers with a bare 500."""
    app.add_exception_handler(ProblemError, _on_problem)
    app.add_exception_handler(HTTPException, _on_http_error)
    app.add_exception_handler(RequestValidationError, _on_invalid_request)
    app.add_exception_handler(Unavailable, _on_unavailable)


async def _on_problem(_request: Request, error: Exception) -> Response:
    return _answer(cast("ProblemError", error))


async def _on_http_error(_request: Request, error: Exception) -> Response:
    known = cast("HTTPException", error)
    status = HTTPStatus(known.status_code)
    detail = "" if known.detail == status.phrase else known.detail
    return _answer(ProblemError(problem(status, detail), known.headers))


async def _on_invalid_request(_request: Request, error: Exception) -> Response:
    found = cast("Sequence[Invalid]", cast("RequestValidationError", error).errors())
    errors = tuple(FieldProblem("/".join(map(str, entry["loc"])), entry["msg"]) for entry in found)
    body = problem(HTTPStatus.UNPROCESSABLE_ENTITY, "The request is not valid.", errors=errors)
    return _answer(ProblemError(body))


async def _on_unavailable(_request: Request, error: Exception) -> Response:
    known = cast("Unavailable", error)
    return _answer(unavailable(f"The {known.dependency} is unavailable.", known.retry_after))


def _answer(error: ProblemError) -> Response:
    return ProblemResponse(error.problem, error.headers)
