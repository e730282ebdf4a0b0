"""Problem details (RFC 9457): the body of every error response."""

from collections.abc import Mapping
from http import HTTPStatus
from pydantic import BaseModel
from starlette.responses import Response

{{ partial("problem_models.py") }}


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
    document = Problem.model_validate(
        {"type": problem_type, "title": title, "status": status, "detail": detail, **members}
    )
    return Response(document.model_dump_json(exclude_none=True), status, headers, MEDIA_TYPE)
