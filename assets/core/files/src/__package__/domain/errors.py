"""The errors of the domain. Use cases return them."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class {{ Noun }}NotFound:
    id: UUID


@dataclass(frozen=True, slots=True)
class {{ Noun }}AlreadyExists:
    id: UUID


type {{ Noun }}Errors = {{ Noun }}NotFound | {{ Noun }}AlreadyExists
{% if slot("domain.errors") %}


{{ slot("domain.errors") }}
{% endif %}
