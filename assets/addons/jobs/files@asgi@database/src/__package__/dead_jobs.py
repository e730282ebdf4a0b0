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


def main(words: Sequence[str]) -> None:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("command", choices=["list", "requeue"])
    parser.add_argument("ids", nargs="*", type=UUID, metavar="ID", help="what to try again; without any, all dead jobs")
    try:
        asyncio.run(_answer(parser.parse_args(words, namespace=Arguments())))
    except Unavailable as error:
        sys.exit(str(error))


async def _answer(arguments: Arguments) -> None:
    settings = load_section(JobsSettings)
    async with open_database(load_section(DatabaseSettings)) as database:
        store = SqlJobQueue(database, settings.attempts, timedelta(seconds=settings.lease))
        if arguments.command == "requeue":
            print(f"{await store.requeue(arguments.ids)} will be tried again")
            return
        for dead in await store.dead():
            print(f"{dead.id}  {dead.dead_at:%Y-%m-%d %H:%M}  {dead.kind}  {dead.attempts} attempts  {dead.last_error}")


if __name__ == "__main__":
    main(sys.argv[1:])
