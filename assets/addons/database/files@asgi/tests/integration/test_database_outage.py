"""PostgreSQL freezes, restarts or is down: every use case ends in time, says so, and works again afterwards."""

import asyncio
import gc
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator
from contextlib import suppress
from typing import Final, cast

import pytest
from msgspec import structs
from psycopg import AsyncConnection
from sqlalchemy import text

from {{ package }}.domain.errors import Unavailable
from {{ package }}.infrastructure import outages
from {{ package }}.infrastructure.config import DatabaseSettings
from {{ package }}.infrastructure.db.schema import check_schema
from {{ package }}.infrastructure.db.session import Database, open_database
from tests.fixtures.database import run
from tests.fixtures.tcp_proxy import TcpProxy

IN_TIME: Final = 5.0
"""Much longer than the settings of `proxied` add up to, and much shorter than for ever."""


@pytest.fixture(autouse=True)
def quiet(caplog: pytest.LogCaptureFixture) -> Generator[None]:
    """Fail if a library also logs what it has raised, be it when the leftovers are collected."""
    yield
    gc.collect()
    records = [record for record in caplog.get_records("call") if record.levelno >= logging.WARNING]
    assert [record.getMessage() for record in records if record.name != outages.__name__] == []


@pytest.fixture
async def database(proxied: DatabaseSettings) -> AsyncGenerator[Database]:
    """Open it, with its connection in the pool."""
    async with open_database(proxied) as opened:
        await ask(opened)
        yield opened


async def ask(database: Database) -> None:
    await run(database, "SELECT 1")


async def write(database: Database) -> None:
    await run(database, "DROP TABLE IF EXISTS nothing")


async def value(database: Database, sql: str) -> object:
    async with database.transaction(read_only=True):
        return cast("object", await database.session.scalar(text(sql)))


async def test_a_frozen_database_is_given_up_in_time(database: Database, proxy: TcpProxy) -> None:
    proxy.freeze()
    async with asyncio.timeout(IN_TIME):
        outcomes = await asyncio.gather(ask(database), ask(database), return_exceptions=True)
        outcomes += await asyncio.gather(ask(database), return_exceptions=True)  # with a new connection

    assert [type(outcome) for outcome in outcomes] == [Unavailable] * 3
    assert str(outcomes[1]) == "database: no connection is free"


async def test_the_service_ends_at_once_while_the_database_is_frozen(
    proxied: DatabaseSettings, proxy: TcpProxy
) -> None:
    async with asyncio.timeout(IN_TIME), open_database(structs.replace(proxied, statement_timeout=60)) as database:
        await ask(database)
        proxy.freeze()


async def test_a_restart_between_two_requests_goes_unnoticed(database: Database, proxy: TcpProxy) -> None:
    proxy.cut()

    await ask(database)


@pytest.mark.parametrize("asks", [True, False], ids=["at a statement", "at its commit"])
@pytest.mark.parametrize("interrupt", [TcpProxy.cut, TcpProxy.freeze])
async def test_a_use_case_that_loses_the_server_is_told_in_time_and_the_next_one_works(
    database: Database, proxy: TcpProxy, interrupt: Callable[[TcpProxy], None], *, asks: bool
) -> None:
    async def use_case() -> None:
        async with asyncio.timeout(IN_TIME), database.transaction():
            await database.session.execute(text("SELECT 1"))
            interrupt(proxy)
            if asks:
                await database.session.execute(text("SELECT 1"))

    with pytest.raises(Unavailable):
        await use_case()

    proxy.thaw()
    await ask(database)


@pytest.mark.parametrize("use_case", [check_schema, write])
async def test_a_database_that_is_read_only_is_told_until_it_takes_writes(
    database_settings: DatabaseSettings, use_case: Callable[[Database], Awaitable[object]]
) -> None:
    one = structs.replace(database_settings, pool_size=1)
    async with open_database(one) as administration, open_database(one) as database:
        alter = f'ALTER DATABASE "{await value(administration, "SELECT current_database()")}"'
        await run(administration, f"{alter} SET default_transaction_read_only = on")
        try:
            with pytest.raises(Unavailable, match="read-only"):
                await use_case(database)
            await ask(database)
        finally:
            await run(administration, f"{alter} RESET default_transaction_read_only")

        with suppress(Unavailable):  # The connection that was read from is found out, and thrown away.
            await use_case(database)
        await use_case(database)


async def test_the_server_ends_a_statement_that_takes_too_long_and_keeps_the_connection(database: Database) -> None:
    before = await value(database, "SELECT pg_backend_pid()")

    with pytest.raises(Unavailable, match="57014"):
        await run(database, "SELECT pg_sleep(5)")

    assert await value(database, "SELECT pg_backend_pid()") == before


@pytest.mark.parametrize(("pgbouncer", "prepared", "source"), [(False, True, "client"), (True, False, "default")])
async def test_behind_pgbouncer_nothing_is_prepared_and_no_server_option_is_sent(
    database_settings: DatabaseSettings, *, pgbouncer: bool, prepared: bool, source: str
) -> None:
    settings = structs.replace(database_settings, pgbouncer=pgbouncer, pool_size=1)
    async with open_database(settings) as database:
        for _ in range(10):
            await ask(database)

        assert await value(database, "SELECT count(*) > 0 FROM pg_prepared_statements") is prepared
        assert await value(database, "SELECT source FROM pg_settings WHERE name = 'tcp_user_timeout'") == source


async def test_either_side_notices_when_the_other_one_vanishes(database_settings: DatabaseSettings) -> None:
    async with open_database(database_settings) as database:
        async with database.transaction(read_only=True):
            connection = await (await database.session.connection()).get_raw_connection()
            parameters = cast("AsyncConnection", connection.driver_connection).info.get_parameters()
        assert (parameters["keepalives_idle"], parameters["tcp_user_timeout"]) == ("10", "10000")
        assert await value(database, "SHOW tcp_keepalives_idle") == "10"
        assert await value(database, "SHOW tcp_user_timeout") == "10000"
        assert await value(database, "SHOW idle_in_transaction_session_timeout") == "15s"
