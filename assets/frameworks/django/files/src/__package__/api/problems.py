"""Problem details (RFC 9457): the body of every error response."""

from collections.abc import Mapping
from http import HTTPStatus
from django.http import HttpResponse
from pydantic import BaseModel

{{ partial("problem_models.py") }}


class ProblemError(Exception):
    """Ends a request with this response, before its route is called."""

    def __init__(self, response: HttpResponse) -> None:
        super().__init__()
        self.response: HttpResponse = response


def problem(
    status: int,
    detail: str | None = None,
    headers: Mapping[str, str] | None = None,
    *,
    kind: str | None = None,
    **members: object,
) -> HttpResponse:
    """Return a problem response. `kind` names a type of problem of this service, such as "invalid-request"."""
    problem_type = f"urn:problem-type:{{ name }}:{kind}" if kind else "about:blank"
    title = kind.replace("-", " ").capitalize() if kind else HTTPStatus(status).phrase
    document = Problem.model_validate(
        {"type": problem_type, "title": title, "status": status, "detail": detail, **members}
    )
    return HttpResponse(document.model_dump_json(exclude_none=True), MEDIA_TYPE, status, headers=headers)
