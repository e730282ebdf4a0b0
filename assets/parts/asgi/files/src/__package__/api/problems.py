"""Problem details: the one shape of every answer that is not what was asked for. RFC 9457."""

from collections.abc import Mapping
from http import HTTPStatus

import msgspec
from starlette.responses import Response

MEDIA_TYPE = "application/problem+json"


class FieldProblem(msgspec.Struct, frozen=True):
    """One thing that is wrong with what was sent, and where, such as "body/total" or "query/limit"."""

    where: str
    message: str


class Problem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A problem document; a `type` left out means that the status says it all."""

    status: int
    title: str
    type: str = "about:blank"
    detail: str = ""
    request_id: str = ""
    errors: tuple[FieldProblem, ...] = ()
    checks: Mapping[str, str] = {}


def problem(status: int, detail: str = "", headers: Mapping[str, str] | None = None, **members: object) -> Response:
    """Answer with the problem that an HTTP status stands for, and any other members of a problem."""
    document = {"status": status, "title": HTTPStatus(status).phrase, "detail": detail, **members}
    return Response(msgspec.json.encode(msgspec.convert(document, Problem)), status, headers, MEDIA_TYPE)
