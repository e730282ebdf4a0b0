"""The use cases, and the ports that they need. Their signatures say everything that can go wrong."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Protocol
from uuid import UUID, uuid4
from {{ package }}.domain.errors import NotFound, NotUnique, StillReferenced, UnknownReference, VersionMismatch
from {{ package }}.domain.models import PagePosition, Paginated
from {{ package }}.domain.result import Err, Ok, Result
{% for one in resources %}
from {{ package }}.domain.models import New{{ one.Noun }}, {{ one.Noun }}, {{ one.Noun }}Changes
{% for field in one.fields if field.type == "enum" %}
from {{ package }}.domain.models import {{ field.enum_class }}
{% endfor %}
{% endfor %}
{{ slot("use_cases.imports") }}


def utc_now() -> datetime:
    return datetime.now(UTC)


{{ each("use_cases.py") }}
