"""The errors that use cases return, and `Unavailable`, which adapters raise."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class {{ Noun }}NotFound:
    id: UUID


@dataclass(frozen=True, slots=True)
class {{ Noun }}AlreadyExists:
    id: UUID


type {{ Noun }}Errors = {{ Noun }}NotFound | {{ Noun }}AlreadyExists


class Unavailable(Exception):  # noqa: N818 - the name of a state
    """A dependency does not work at the moment. Trying again after `retry_after` seconds makes sense."""

    def __init__(self, dependency: str, reason: str = "unavailable", *, retry_after: int = 2) -> None:
        super().__init__(f"{dependency}: {reason}")
        self.dependency: str = dependency
        self.reason: str = reason
        self.retry_after: int = retry_after
{% if slot("domain.errors") %}


{{ slot("domain.errors") }}
{% endif %}
