"""Cursors: the position in a listing as clients see it. They hand it back unread."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from contextlib import suppress
from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from fastapi import Query

from {{ package }}.api.errors import invalid_field
from {{ package }}.domain.models import PagePosition

Limit = Annotated[int, Query(ge=1, le=100, description="The most items to return")]
Cursor = Annotated[str | None, Query(max_length=200, description="The `next_cursor` of the page before")]


{{ partial("cursors.py") }}
