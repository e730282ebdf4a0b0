"""What is asked for, and that somebody does it."""

from datetime import timedelta
from typing import cast, get_args
from uuid import uuid4

import msgspec
import pytest

from {{ package }}.domain.audit import RETENTION, AuditUseCases
from {{ package }}.domain.jobs import Job, PruneAudit
from {{ package }}.infrastructure.config import JobsSettings
from {{ package }}.infrastructure.environment import SettingsError, read_settings
from {{ package }}.infrastructure.jobs.envelope import QUEUE, seal
from {{ package }}.infrastructure.jobs.system import JobSystem
from {{ package }}.workers.actors import declare_actors
from {{ package }}.workers.runner import Runner
from {{ package }}.workers.work import Work
from tests.fixtures.jobs import CREATED, NOON, Noted

KINDS = cast("tuple[type[Job], ...]", get_args(cast("object", Job.__value__)))


async def test_every_kind_of_job_has_an_actor(in_process: JobSystem, work: Work) -> None:
    declare_actors(Runner(in_process.broker, work, timeout=1))

    assert in_process.broker.get_declared_actors() == {kind.__name__ for kind in KINDS}
    assert in_process.broker.get_declared_queues() >= {QUEUE}


@pytest.mark.parametrize("job", [CREATED, PruneAudit()])
def test_what_is_sealed_is_read_again(job: Job) -> None:
    envelope = seal(job)

    assert envelope.name == type(job).__name__
    assert msgspec.json.decode(envelope.payload, type=type(job)) == job


def test_each_job_has_an_id_of_its_own_that_its_message_keeps() -> None:
    one, other = seal(CREATED), seal(CREATED)

    assert one.id != other.id
    assert one.message().args[0] == one.message().message_id == str(one.id)


async def test_an_entry_says_what_happened_when_and_when_it_was_noted(noted: Noted) -> None:
    job_id = uuid4()

    assert await AuditUseCases(noted, clock=lambda: NOON + timedelta(minutes=1)).note_created(job_id, CREATED)

    entry = noted.entries[job_id]
    assert (entry.subject, entry.happened_at) == (CREATED.{{ noun }}_id, NOON)
    assert entry.noted_at == NOON + timedelta(minutes=1)


async def test_a_job_that_comes_again_notes_nothing(noted: Noted) -> None:
    job_id = uuid4()
    service = AuditUseCases(noted)
    await service.note_created(job_id, CREATED)

    assert not await service.note_created(job_id, CREATED)
    assert len(noted.entries) == 1


async def test_what_is_old_enough_is_pruned_and_nothing_else(noted: Noted) -> None:
    await AuditUseCases(noted, clock=lambda: NOON).note_created(uuid4(), CREATED)

    assert await AuditUseCases(noted, clock=lambda: NOON + RETENTION).prune() == 0
    assert await AuditUseCases(noted, clock=lambda: NOON + RETENTION + timedelta(seconds=1)).prune() == 1


def test_entries_outlive_every_job_that_could_come_again() -> None:
    with pytest.raises(SettingsError, match="JOBS_DEAD_LETTER_DAYS"):
        read_settings(JobsSettings, {"JOBS_DEAD_LETTER_DAYS": str(RETENTION.days)}, production=False)
