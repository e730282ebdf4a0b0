"""Cursors: the position in a listing as clients see it. They hand it back unread."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from contextlib import suppress
from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID
{% if "+filters" in uses %}
from msgspec import UNSET, UnsetType
{% endif %}
from msgspec import Meta, Struct

from {{ package }}.api.errors import invalid_field
from {{ package }}.domain.models import PagePosition


class Listing(Struct, frozen=True):
    """The query of a listing: at most `limit` items, behind the `next_cursor` of the page before."""

    limit: Annotated[int, Meta(ge=1, le=100)] = 50
    cursor: Annotated[str, Meta(max_length=200)] | None = None
{% if "+filters" in uses %}


def given[T](value: T | UnsetType) -> T | None:
    return None if value is UNSET else value
{% endif %}


{{ partial("cursors.py") }}
