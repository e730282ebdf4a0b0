"""Versions as ETags (RFC 9110): a change names the version that it is based on in If-Match."""

import re
from typing import Final

from django.http import HttpRequest

from {{ package }}.api.errors import ProblemTypeError

# Declared as a parameter, a missing header would be a 422.
IF_MATCH: Final[dict[str, object]] = {
    "parameters": [
        {
            "name": "If-Match",
            "in": "header",
            "required": True,
            "description": "The ETag of the version to change",
            "schema": {"type": "string"},
        }
    ]
}
"""The `openapi_extra` of a route that calls `expected_version`."""


def versioned(status: int, **others: object) -> dict[str, object]:
    """Return the `openapi_extra` of a route whose response with this status has an ETag."""
    header = {"description": "The version, for If-Match", "schema": {"type": "string"}}
    return {"responses": {status: {"headers": {"ETag": header}}}, **others}


def etag(version: int) -> str:
    return f'"{version}"'


def expected_version(request: HttpRequest) -> int:
    """Return the version in If-Match. Raise 428 without that header, 412 for anything but one of our ETags."""
    if_match = request.headers.get("If-Match")
    {{ partial("version_in_if_match") }}
