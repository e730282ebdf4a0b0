"""Problem details (RFC 9457): the body of every error response."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus

import msgspec
from starlette.responses import Response

MEDIA_TYPE = "application/problem+json"


class FieldProblem(msgspec.Struct, frozen=True):
    """What is wrong with one part of the request, such as "body/total" or "query/limit"."""

    where: str
    message: str


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """Clients switch on `type`, which stays the same; "about:blank" means that `status` says everything."""

    type: str
    title: str
    status: int
    detail: str | None = None
    request_id: str | None = None
    errors: Sequence[FieldProblem] = ()


def problem(
    status: int,
    detail: str | None = None,
    headers: Mapping[str, str] | None = None,
    *,
    kind: str | None = None,
    **members: object,
) -> Response:
    """Return a problem response. `kind` names a type of problem of this service, such as "invalid-request"."""
    problem_type = f"urn:problem-type:{{ name }}:{kind}" if kind else "about:blank"
    title = kind.replace("-", " ").capitalize() if kind else HTTPStatus(status).phrase
    document = msgspec.convert(
        {"type": problem_type, "title": title, "status": status, "detail": detail, **members}, Problem
    )
    return Response(msgspec.json.encode(document), status, headers, MEDIA_TYPE)
