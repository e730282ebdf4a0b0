"""Versions as ETags (RFC 9110): a change names the version that it is based on in If-Match."""

import re
from typing import Annotated

from fastapi import Depends, Header

from {{ package }}.api.errors import ProblemTypeError

ETAG_HEADER: dict[str, object] = {
    "ETag": {"description": "The version, for If-Match", "schema": {"type": "string"}},
}


def etag(version: int) -> str:
    return f'"{version}"'


async def expected_version(if_match: Annotated[str | None, Header(description="The ETag of the version to change")] = None) -> int:
    """Return the version in If-Match. Raise 428 without that header, 412 for anything but one of our ETags."""
    if if_match is None:
        raise ProblemTypeError(428, "if-match-required", "Send the ETag of the last response in If-Match.")
    sent = re.fullmatch(r'"([0-9]{1,18})"', if_match)
    if sent is None:
        raise ProblemTypeError(412, "version-mismatch", "If-Match is not the ETag of a response of this service.")
    return int(sent[1])


ExpectedVersion = Annotated[int, Depends(expected_version)]
