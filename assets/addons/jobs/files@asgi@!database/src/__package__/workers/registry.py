"""How a handler is declared, and what it is given."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import cast
from uuid import UUID

from {{ package }}.domain.jobs import Job
{{ slot("worker.services_imports") }}
{% for one in resources %}
from {{ package }}.domain.{{ one.service_module }} import {{ one.Noun }}Service
{% endfor %}

type Handler[J: Job] = Callable[[Run, J], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class WorkerServices:
    """What handlers work with. `bootstrap.py` creates it."""

{% for one in resources %}
    {{ one.nouns }}: {{ one.Noun }}Service
{% endfor %}
    {{ slot("worker.services") }}


@dataclass(frozen=True, slots=True)
class Run:
    """One attempt at a job. There may be another one, even after this one has done everything."""

    job_id: UUID
    """The same in every attempt: the idempotency key for calls to other systems."""
    services: WorkerServices


@dataclass(frozen=True, slots=True)
class Entry:
    kind: type[Job]
    handler: Handler[Job]


@dataclass(frozen=True, slots=True)
class Handlers:
    by_name: dict[str, Entry] = field(default_factory=dict[str, Entry])

    def add[J: Job](self, kind: type[J]) -> Callable[[Handler[J]], Handler[J]]:
        """Declare the function below as the handler of a kind of job."""

        def declare(handler: Handler[J]) -> Handler[J]:
            name = kind.__name__
            if name in self.by_name:
                message = f"got a second handler for {name}; expected one"
                raise ValueError(message)
            self.by_name[name] = Entry(kind, cast("Handler[Job]", handler))
            return handler

        return declare
