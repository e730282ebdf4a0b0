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
    {{ partial("version_in_if_match") }}


ExpectedVersion = Annotated[int, Depends(expected_version)]
