"""What the cache needs of a unit of work: entries are deleted after it, and read only within one that reads."""

from contextlib import suppress
import pytest
from sqlalchemy import select
from {{ package }}.infrastructure.db.session import Database


async def test_a_unit_of_work_says_whether_it_only_reads(database: Database) -> None:
    async with database.transaction():
        assert not database.read_only
    async with database.transaction(read_only=True):
        assert database.read_only


@pytest.mark.parametrize("fails", [False, True])
async def test_what_runs_after_a_unit_of_work_runs_once_and_also_if_it_failed(database: Database, *, fails: bool) -> None:
    ended: list[bool] = []

    async def run() -> None:
        ended.append(not session.in_transaction())

    with suppress(LookupError):
        async with database.transaction():
            session = database.session
            await session.execute(select(1))
            database.after_transaction(run)
            if fails:
                raise LookupError

    assert ended == [True]
