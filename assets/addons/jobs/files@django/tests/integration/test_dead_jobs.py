"""The commands for jobs that failed too often."""

from collections.abc import Generator
from io import StringIO

import pytest
from django.core.management import call_command

from tests.fixtures.jobs import ATTEMPTS, Jobs, own_jobs


@pytest.fixture
def jobs(transactional_db: None) -> Generator[Jobs]:
    del transactional_db
    with own_jobs() as jobs:
        yield jobs


def dead_jobs(*words: str) -> list[str]:
    output = StringIO()
    call_command("dead_jobs", *words, stdout=output)
    return output.getvalue().splitlines()


def test_dead_jobs_are_listed_and_tried_again(jobs: Jobs) -> None:
    for _ in range(3):
        jobs.enqueue()
    for _ in range(ATTEMPTS):
        jobs.run_due()
        jobs.make_due()
    first, second, third = (str(row.id) for row in jobs.store.dead())

    listed = dead_jobs("list")
    assert [line.split()[0] for line in listed] == [first, second, third]
    assert "Note  3 attempts  JobError: no handler for Note" in listed[0]
    assert dead_jobs("requeue", second) == ["1 will be tried again"]
    assert [str(job_id) for job_id in jobs.store.take_unsent()] == [second]
    assert dead_jobs("requeue") == ["2 will be tried again"]
    assert dead_jobs("list") == []
    jobs.run_due()
    assert sorted(row.attempts for row in jobs.rows()) == [ATTEMPTS, ATTEMPTS + 1, ATTEMPTS + 1]
