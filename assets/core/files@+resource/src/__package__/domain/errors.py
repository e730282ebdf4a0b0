"""The errors of the domain. Use cases return them."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class NotFound:
    """There is no `noun` with this id."""

    noun: str
    id: UUID
{% if "+unique" in uses %}


@dataclass(frozen=True, slots=True)
class NotUnique:
    """Another `noun` has the same values in these fields."""

    noun: str
    fields: tuple[str, ...]
{% endif %}
{% if "+reference" in uses %}


@dataclass(frozen=True, slots=True)
class UnknownReference:
    """A field refers to something that does not exist."""

    field: str
{% endif %}
{% if "+referenced" in uses %}


@dataclass(frozen=True, slots=True)
class StillReferenced:
    """Something else refers to this `noun`, so it cannot be deleted."""

    noun: str
    id: UUID
{% endif %}
{% if "+update" in uses %}


@dataclass(frozen=True, slots=True)
class VersionMismatch:
    """The `noun` has been changed since the caller read it."""

    noun: str
    id: UUID
{% endif %}


type DomainError = NotFound{% for error in domain_errors %} | {{ error }}{% endfor %}
{% if slot("domain.errors") %}


{{ slot("domain.errors") }}
{% endif %}
