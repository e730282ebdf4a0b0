"""Turns everything that can go wrong into problem details, and says so in the OpenAPI document, in one place."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import TypedDict, cast, override
import msgspec
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response
from {{ package }}.api.middleware import record_reason
from {{ package }}.api.problems import MEDIA_TYPE, FieldProblem, Problem, problem
{{ slot("errors.imports") }}
from {{ package }}.domain.errors import {{ Noun }}AlreadyExists, {{ Noun }}Refusal, {{ Noun }}NotFound, Unavailable

type Json = dict[str, object]

_REFERENCES = "#/components/schemas/{name}"
_ANYWHERE = (400, {{ slot("errors.anywhere") }} 422, 500, 503)
HANDLED = (HTTPException, RequestValidationError, Unavailable)


class Invalid(TypedDict):
    """What pydantic says of one thing that is wrong; what was sent is left out of the answer."""

    loc: tuple[str | int, ...]
    msg: str


class DocumentedAPI(FastAPI):
    """FastAPI that documents the problems it answers with one shared schema."""

    @override
    def openapi(self) -> Json:
        document = super().openapi()
        _, schemas = msgspec.json.schema_components([Problem], ref_template=_REFERENCES)
        components = cast("dict[str, Json]", document.setdefault("components", {}))
        components.setdefault("schemas", {}).update(schemas)
        {{ slot("errors.components") }}
        return document


def problems(*statuses: int) -> dict[int | str, Json]:
    """Document that these statuses come back as problems, besides those that any request can meet."""
    content: Json = {MEDIA_TYPE: {"schema": {"$ref": _REFERENCES.format(name=Problem.__name__)}}}
    return {status: {"description": HTTPStatus(status).phrase, "content": content} for status in _ANYWHERE + statuses}


def problem_for(error: {{ Noun }}Refusal) -> HTTPException | RequestValidationError:
    """Say how a domain error is answered; the type checker asks for a line whenever the domain gains one."""
    match error:
        case {{ Noun }}NotFound():
            return HTTPException(404, f"There is no {{ noun_words }} {error.id}.")
        case {{ Noun }}AlreadyExists():
            return HTTPException(409, f"{{ Noun_words }} {error.id} exists already.")


def refused(where: str, message: str) -> RequestValidationError:
    """Turn down a request that is not valid in one place, such as "body/total" or "query/limit"."""
    return RequestValidationError([Invalid(loc=(where,), msg=message)])


async def answer(request: Request, error: HTTPException | RequestValidationError | Unavailable) -> Response:
    """Answer with the problem behind an exception."""
    match error:
        case HTTPException():
            detail = "" if error.detail == HTTPStatus(error.status_code).phrase else error.detail
            return problem(error.status_code, detail, error.headers)
        case RequestValidationError():
            found = cast("Sequence[Invalid]", error.errors())
            # Bounded: whoever sends a hundred thousand wrong fields is not told of each.
            errors = [FieldProblem("/".join(map(str, entry["loc"]))[:200], entry["msg"]) for entry in found[:50]]
            return problem(422, "The request is not valid.", errors=errors)
        case Unavailable():
            record_reason(request.scope, str(error))
            return problem(503, f"The {error.dependency} is unavailable.", {"Retry-After": str(error.retry_after)})
