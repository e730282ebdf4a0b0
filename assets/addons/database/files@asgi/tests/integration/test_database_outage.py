"""PostgreSQL freezes, restarts or is down: every use case ends in time, says so, and works again afterwards."""

import asyncio
import gc
import logging
import socket
from collections.abc import AsyncGenerator, Generator
from typing import Final

import pytest
from asyncpg import Connection  # pyright: ignore[reportMissingTypeStubs] - there are none
from msgspec import structs
from sqlalchemy import Executable, text

from {{ package }}.domain.errors import Unavailable
from {{ package }}.infrastructure.db import session
from {{ package }}.infrastructure.db.engine import create_engine
from {{ package }}.infrastructure.db.postgresql import socket_of
from {{ package }}.infrastructure.db.schema import check_schema
from {{ package }}.infrastructure.db.session import Database, open_database
from {{ package }}.infrastructure.config import DatabaseSettings
from tests.fixtures.tcp_proxy import TcpProxy

IN_TIME: Final = 3.0
"""Much longer than the settings below add up to, and much shorter than for ever."""

QUESTION: Final = text("SELECT 1")


@pytest.fixture(autouse=True)
def quiet(caplog: pytest.LogCaptureFixture) -> Generator[None]:
    """Fail if a library also logs what it has raised, be it when the leftovers are collected."""
    yield
    _ = gc.collect()
    assert [record.getMessage() for record in caplog.get_records("call") if record.levelno >= logging.WARNING] == []


@pytest.fixture
async def database(proxied: DatabaseSettings, proxy: TcpProxy) -> AsyncGenerator[Database]:
    """Open it, with its connection in the pool."""
    async with open_database(proxied) as opened:
        await ask(opened)
        yield opened
        proxy.thaw()


async def ask(database: Database, question: Executable = QUESTION) -> None:
    """Be a use case."""
    async with database.transaction():
        _ = await database.rows(question, {})


async def test_a_database_that_freezes_is_given_up_in_time(proxied: DatabaseSettings, proxy: TcpProxy) -> None:
    under_way = asyncio.Barrier(4)
    frozen = asyncio.Event()

    async def begin(database: Database) -> None:
        async with database.transaction():
            _ = await database.rows(QUESTION, {})
            _ = await under_way.wait()
            _ = await frozen.wait()

    async def go_on(database: Database) -> None:
        async with database.transaction():
            _ = await database.rows(QUESTION, {})
            _ = await under_way.wait()
            _ = await frozen.wait()
            _ = await database.rows(QUESTION, {})

    async def come_back(database: Database) -> None:
        await ask(database)
        _ = await under_way.wait()
        _ = await frozen.wait()
        await ask(database)

    async with asyncio.timeout(IN_TIME), open_database(structs.replace(proxied, pool_size=3)) as database:
        asking = [asyncio.create_task(each(database)) for each in (begin, go_on, come_back)]
        _ = await under_way.wait()
        proxy.freeze()
        frozen.set()
        outcomes = await asyncio.gather(*asking, ask(database), return_exceptions=True)
        assert [isinstance(outcome, Unavailable) for outcome in outcomes] == [True] * 4

        proxy.thaw()
        _ = await asyncio.gather(*(ask(database) for _ in range(3)))


async def test_a_database_that_was_never_there_is_given_up_in_time(proxied: DatabaseSettings, proxy: TcpProxy) -> None:
    async with open_database(proxied) as database:
        proxy.freeze()
        async with asyncio.timeout(IN_TIME):
            with pytest.raises(Unavailable):
                await ask(database)

        proxy.thaw()
        await ask(database)


async def test_a_connection_that_is_not_free_is_not_waited_for_too_long(proxied: DatabaseSettings) -> None:
    async with open_database(structs.replace(proxied, idle_transaction_timeout=60)) as database:
        late = asyncio.Barrier(2)

        async def hold() -> None:
            async with database.transaction():
                _ = await database.rows(QUESTION, {})
                _ = await late.wait()
                _ = await late.wait()

        holding = asyncio.create_task(hold())
        _ = await late.wait()
        async with asyncio.timeout(IN_TIME):
            with pytest.raises(Unavailable):
                await ask(database)

        _ = await late.wait()
        await holding
        await ask(database)


async def test_a_restart_between_two_requests_goes_unnoticed(database: Database, proxy: TcpProxy) -> None:
    await proxy.cut()

    await ask(database)


async def test_a_restart_during_a_request_is_told(database: Database, proxy: TcpProxy) -> None:
    async def be_interrupted() -> None:
        async with database.transaction():
            _ = await database.rows(QUESTION, {})
            await proxy.cut()
            _ = await database.rows(QUESTION, {})

    with pytest.raises(Unavailable):
        await be_interrupted()

    await ask(database)


async def test_a_database_that_is_down_is_told_at_once_until_it_is_up(database: Database, proxy: TcpProxy) -> None:
    await proxy.refuse()
    for question in (ask, check_schema):
        with pytest.raises(Unavailable) as caught:
            _ = await question(database)
        assert caught.value.dependency == "database"
        assert caught.value.retry_after > 0

    await proxy.listen()
    await ask(database)
    _ = await check_schema(database)


async def test_the_server_ends_a_statement_that_takes_too_long(database: Database, proxy: TcpProxy) -> None:
    with pytest.raises(Unavailable, match="57014"):
        await ask(database, text("SELECT pg_sleep(5)"))

    assert proxy.connections == 1


async def test_the_server_ends_a_transaction_that_is_left_open(database: Database, proxy: TcpProxy) -> None:
    async def fall_asleep() -> None:
        async with database.transaction():
            _ = await database.rows(QUESTION, {})
            async with asyncio.timeout(IN_TIME):
                await proxy.empty()
            _ = await database.rows(QUESTION, {})

    with pytest.raises(Unavailable):
        await fall_asleep()

    await ask(database)


async def test_a_cancelled_request_frees_its_connection_even_from_a_frozen_database(
    database: Database,
    proxy: TcpProxy,
) -> None:
    proxy.freeze()
    asking = asyncio.create_task(ask(database))
    await asyncio.sleep(0)
    _ = asking.cancel()
    async with asyncio.timeout(IN_TIME):
        with pytest.raises(asyncio.CancelledError):
            await asking

    proxy.thaw()
    await ask(database)


async def test_the_service_ends_in_time_while_the_database_is_frozen(
    proxied: DatabaseSettings,
    proxy: TcpProxy,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(session, "CLOSING", 0.1)

    async with asyncio.timeout(IN_TIME), open_database(structs.replace(proxied, statement_timeout=60)) as database:
        await ask(database)
        proxy.freeze()


@pytest.mark.skipif(not hasattr(socket, "TCP_USER_TIMEOUT"), reason="this system has no TCP_USER_TIMEOUT")
async def test_either_side_notices_when_the_other_one_vanishes(proxied: DatabaseSettings) -> None:
    engine = create_engine(proxied)
    async with engine.connect() as connection:
        near = socket_of((await connection.get_raw_connection()).driver_connection)
        assert near.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
        assert near.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE) == 10
        assert near.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 10_000
        assert await connection.scalar(text("SHOW tcp_keepalives_idle")) == "10"
        assert await connection.scalar(text("SHOW tcp_user_timeout")) == "10000"
    await engine.dispose()


def test_canary_asyncpg_has_the_private_name_that_leads_to_its_socket() -> None:
    gone = "asyncpg.Connection has no _transport any more: socket_of in infrastructure/db/postgresql.py has to follow"
    assert hasattr(Connection, "_transport"), gone
