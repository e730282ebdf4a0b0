"""Everything that can be said no to, and the one thing that can go missing."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class {{ Noun }}NotFound:
    """There is no {{ noun_words }} with this id."""

    id: UUID


@dataclass(frozen=True, slots=True)
class {{ Noun }}AlreadyExists:
    """{{ A_noun }} with this id is there already."""

    id: UUID


type {{ Noun }}Refusal = {{ Noun }}NotFound | {{ Noun }}AlreadyExists


class Unavailable(Exception):  # noqa: N818 - it names a state of the world, and reads so where it is caught
    """Something the service needs does not answer; trying again after `retry_after` seconds makes sense."""

    def __init__(self, dependency: str, reason: str = "unavailable", *, retry_after: int = 2) -> None:
        super().__init__(f"{dependency}: {reason}")
        self.dependency: str = dependency
        self.reason: str = reason
        self.retry_after: int = retry_after
{% if slot("domain.errors") %}


{{ slot("domain.errors") }}
{% endif %}
