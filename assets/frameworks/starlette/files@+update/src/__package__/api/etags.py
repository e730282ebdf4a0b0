"""Versions as ETags (RFC 9110): a change names the version that it is based on in If-Match."""

import re

from starlette.requests import Request

from {{ package }}.api.errors import ProblemTypeError


def etag(version: int) -> str:
    return f'"{version}"'


def expected_version(request: Request) -> int:
    """Return the version in If-Match. Raise 428 without that header, 412 for anything but one of our ETags."""
    if_match = request.headers.get("if-match")
    if if_match is None:
        raise ProblemTypeError(428, "if-match-required", "Send the ETag of the last response in If-Match.")
    sent = re.fullmatch(r'"([0-9]{1,18})"', if_match)
    if sent is None:
        raise ProblemTypeError(412, "version-mismatch", "If-Match is not the ETag of a response of this service.")
    return int(sent[1])
