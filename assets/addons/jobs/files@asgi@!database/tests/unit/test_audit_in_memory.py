from datetime import timedelta
from uuid import uuid4

from {{ package }}.domain.audit import RETENTION, AuditUseCases
from {{ package }}.infrastructure.audit import InMemoryAuditTrail
from tests.fixtures.jobs import CREATED, NOON


async def test_a_job_is_noted_once() -> None:
    service, job_id = AuditUseCases(InMemoryAuditTrail()), uuid4()

    assert [await service.note_created(job_id, CREATED) for _ in range(2)] == [True, False]


async def test_it_keeps_no_more_than_its_bound() -> None:
    service = AuditUseCases(InMemoryAuditTrail(entries=2))
    ids = [uuid4() for _ in range(3)]

    for job_id in ids:
        assert await service.note_created(job_id, CREATED)

    assert [await service.note_created(job_id, CREATED) for job_id in ids[1:]] == [False, False]
    assert await service.note_created(ids[0], CREATED)


async def test_what_is_old_enough_goes() -> None:
    trail = InMemoryAuditTrail()
    await AuditUseCases(trail, clock=lambda: NOON).note_created(uuid4(), CREATED)

    assert await AuditUseCases(trail, clock=lambda: NOON + RETENTION).prune() == 0
    assert await AuditUseCases(trail, clock=lambda: NOON + RETENTION + timedelta(seconds=1)).prune() == 1
