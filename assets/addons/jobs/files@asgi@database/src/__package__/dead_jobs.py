"""Lists the jobs that failed too often, and has them tried again."""

import asyncio
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from {{ package }}.domain.errors import Unavailable
from {{ package }}.infrastructure.config import DatabaseSettings, JobsSettings, load_section
from {{ package }}.infrastructure.db.jobs import SqlJobQueue
from {{ package }}.infrastructure.db.session import open_database


class Arguments(Namespace):
    command: str = ""
    ids: Sequence[UUID] = ()
    all: bool = False


def main(words: Sequence[str]) -> None:
    parser = ArgumentParser(description="List dead jobs, or have them tried again.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("list")
    requeue = commands.add_parser("requeue")
    requeue.add_argument("ids", nargs="*", type=UUID, metavar="ID")
    requeue.add_argument("--all", action="store_true")
    arguments = parser.parse_args(words, namespace=Arguments())
    if arguments.command == "requeue" and arguments.all == bool(arguments.ids):
        requeue.error("got neither ids nor --all, or both; expected one of them")
    try:
        asyncio.run(_answer(arguments))
    except Unavailable as error:
        sys.exit(str(error))


async def _answer(arguments: Arguments) -> None:
    settings = load_section(JobsSettings)
    async with open_database(load_section(DatabaseSettings)) as database:
        store = SqlJobQueue(database, attempts=settings.attempts, lease=timedelta(seconds=settings.lease))
        if arguments.command == "requeue":
            print(f"{await store.requeue(None if arguments.all else arguments.ids)} will be tried again")
            return
        for dead in await store.dead():
            print(f"{dead.id}  {dead.dead_at:%Y-%m-%d %H:%M}  {dead.kind}  {dead.attempts} attempts  {dead.last_error}")


if __name__ == "__main__":
    main(sys.argv[1:])
