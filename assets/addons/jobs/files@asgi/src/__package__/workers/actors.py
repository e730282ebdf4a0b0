"""The jobs there are: convert in, call a use case. What a job does and the note that it has, are one transaction."""

from uuid import UUID

from {{ package }}.domain.jobs import {{ Noun }}Created, PruneAudit
from {{ package }}.workers.runner import Runner
from {{ package }}.workers.work import Work


def declare_actors(runner: Runner) -> None:
    """Say which function does which job; each kind of job needs its line."""
    runner.add({{ Noun }}Created, note_created)
    runner.add(PruneAudit, prune_audit)


async def note_created(work: Work, job_id: UUID, job: {{ Noun }}Created) -> None:
    """Note in the audit trail that there is one more."""
    async with work.transaction():
        await work.audit.note_created(job_id, job)


async def prune_audit(work: Work, _job_id: UUID, _job: PruneAudit) -> None:
    """Prune the audit trail; to do so twice changes nothing."""
    async with work.transaction():
        await work.audit.prune()
