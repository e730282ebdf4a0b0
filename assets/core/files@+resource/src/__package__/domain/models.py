"""The values of the domain."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import TypedDict
from uuid import UUID


{{ each("model.py") }}
{% if resources | selectattr("can_list") | list %}


@dataclass(frozen=True, slots=True, order=True)
class PagePosition:
    """The position of an item in a listing, newest first."""

    created_at: datetime
    id: UUID


@dataclass(frozen=True, slots=True)
class Paginated[T]:
    """One page of a listing. The next page starts after `next`, which is None on the last page."""

    items: tuple[T, ...]
    next: PagePosition | None
{% endif %}
