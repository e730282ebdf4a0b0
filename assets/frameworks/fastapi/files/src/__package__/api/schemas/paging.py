"""Cursors: a position in a listing as a caller sees it, opaque and only to be handed back."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import Query

from {{ package }}.api.errors import refused
from {{ package }}.domain.models import PagePosition

Limit = Annotated[int, Query(ge=1, le=100, description="How many at most")]
Cursor = Annotated[str | None, Query(max_length=200, description="The `next_cursor` of the page before")]


def encode_cursor(position: PagePosition) -> str:
    """Return the cursor for a position."""
    return urlsafe_b64encode(f"{position.created_at.isoformat()} {position.id}".encode()).decode()


def decode_cursor(cursor: str | None) -> PagePosition | None:
    """Return the position behind a cursor, or raise a 422 when it is none of ours."""
    if cursor is None:
        return None
    with suppress(ValueError):
        created_at, _, key = urlsafe_b64decode(cursor.encode()).decode().partition(" ")
        position = PagePosition(datetime.fromisoformat(created_at), UUID(key))
        if position.created_at.utcoffset() == timedelta(0):
            return position
    raise refused(where="query/cursor", message="expected the next_cursor of an earlier page")
