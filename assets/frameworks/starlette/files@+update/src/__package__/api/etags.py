"""Versions as ETags (RFC 9110): a change names the version that it is based on in If-Match."""

import re

from starlette.requests import Request

from {{ package }}.api.errors import ProblemTypeError


def etag(version: int) -> str:
    return f'"{version}"'


def expected_version(request: Request) -> int:
    """Return the version in If-Match. Raise 428 without that header, 412 for anything but one of our ETags."""
    if_match = request.headers.get("if-match")
    {{ partial("version_in_if_match") }}
