"""How a handler is declared, and what it is given."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import cast
from uuid import UUID

from {{ package }}.domain.jobs import Job
{{ slot("worker.services_imports") }}
{% for one in resources %}
from {{ package }}.domain.{{ one.service_module }} import {{ one.Noun }}Service
{% endfor %}

{{ slot("jobs.handler_types") }}


@dataclass(frozen=True, slots=True)
class WorkerServices:
    """What handlers work with. `bootstrap.py` creates it."""

{% for one in resources %}
    {{ one.nouns }}: {{ one.Noun }}Service
{% endfor %}
    {{ slot("worker.services") }}


@dataclass(frozen=True, slots=True)
class Run:
    """One attempt at a job. Whatever stands before the block of `done` may happen more than once."""

    job_id: UUID
    """The same in every attempt: the idempotency key for calls to other systems."""
    services: WorkerServices
    transaction: Transaction
    """Commits at the end of its block."""
    done: Transaction
    """Deletes the job and commits what the block writes, or raises when another worker has taken the job over."""


@dataclass(frozen=True, slots=True)
class Entry:
    kind: type[Job]
    handler: Handler[Job]
    on_death: OnDeath[Job] | None


@dataclass(frozen=True, slots=True)
class Handlers:
    by_name: dict[str, Entry] = field(default_factory=dict[str, Entry])
    periodic: list[tuple[Job, timedelta]] = field(default_factory=list[tuple[Job, timedelta]])

    def add[J: Job](
        self, kind: type[J], *, on_death: OnDeath[J] | None = None, every: timedelta | None = None
    ) -> Callable[[Handler[J]], Handler[J]]:
        """Declare the function below as the handler of a kind of job.

        `on_death` runs in the transaction that makes a job dead; when it fails, the job is dead without it. A kind with
        `every` is enqueued in each such period.
        """

        def declare(handler: Handler[J]) -> Handler[J]:
            name = kind.__name__
            if name in self.by_name:
                message = f"got a second handler for {name}; expected one"
                raise ValueError(message)
            dead = cast("OnDeath[Job] | None", on_death)
            self.by_name[name] = Entry(kind, cast("Handler[Job]", handler), dead)
            if every is not None:
                self.periodic.append((kind(), every))  # raises here, not in the worker, when a field has no default
            return handler

        return declare
