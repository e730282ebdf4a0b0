"""What handlers work with. `bootstrap.py` creates it."""

from dataclasses import dataclass

from {{ package }}.domain.services import {{ Noun }}Service


@dataclass(frozen=True, slots=True)
class WorkerServices:
    {{ nouns }}: {{ Noun }}Service
