"""Runs jobs beside the service, `python -m {{ package }}.worker`, and tells how they are."""

import asyncio
import logging
import signal
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from uuid import UUID

from {{ package }}.bootstrap import create_services
from {{ package }}.domain.errors import Unavailable
from {{ package }}.infrastructure.config import Settings, load_settings
from {{ package }}.infrastructure.jobs.letters import DeadLetter
from {{ package }}.infrastructure.jobs.system import open_jobs
from {{ package }}.infrastructure.logging import configure_logging
from {{ package }}.workers.runner import current_job_id

_IN_PROCESS = "JOBS_REDIS_URL: got memory://, or nothing: the service does its jobs itself then; expected redis://…"
_logger = logging.getLogger(__name__)


class Arguments(Namespace):
    """What is asked for."""

    command: str = "run"
    jobs: Sequence[UUID] = ()
    all: bool = False


def main() -> None:
    """Work until told to stop, or answer; end with 0 if all is well."""
    arguments = _parser().parse_args(namespace=Arguments())
    settings = load_settings()
    if arguments.command == "run":
        configure_logging(settings.app.log_level, json=settings.app.production, request_id=current_job_id)
    try:
        sys.exit(asyncio.run(_work(settings) if arguments.command == "run" else _answer(settings, arguments)))
    except Unavailable as error:
        sys.exit(str(error))


def _parser() -> ArgumentParser:
    parser = ArgumentParser(description="Run jobs, or say how they are.")
    commands = parser.add_subparsers(dest="command")
    commands.add_parser("run", help="run jobs until told to stop; the default")
    commands.add_parser("health", help="end with 0 while a worker on this machine works")
    commands.add_parser("dead-letters", help="list the jobs that have failed for good")
    requeue = commands.add_parser("requeue", help="try dead letters again, as if for the first time")
    requeue.add_argument("jobs", nargs="*", type=UUID, metavar="JOB_ID", help="those that are listed so")
    requeue.add_argument("--all", action="store_true", help="all of them")
    return parser


async def _work(settings: Settings) -> int | str:
    if settings.jobs_redis.url.in_process:
        return _IN_PROCESS
    told_to_stop = asyncio.Event()
    for signum in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(signum, told_to_stop.set)
    async with create_services(settings, working=True):
        _logger.info("the worker is ready")
        await told_to_stop.wait()
        _logger.info("the worker finishes what it is doing")
    return 0


async def _answer(settings: Settings, arguments: Arguments) -> int | str:
    async with open_jobs(settings.jobs, settings.jobs_redis) as jobs:
        if jobs.letters is None:
            return _IN_PROCESS
        match arguments.command:
            case "health":
                return 0 if await jobs.status.alive() else "no worker on this machine has given a sign of life of late"
            case "dead-letters":
                return _show(await jobs.letters.list())
            case _:
                wanted = None if arguments.all else frozenset(arguments.jobs)
                count = await jobs.letters.requeue(wanted)
                print(f"{count} will be tried again")
                return 0 if wanted is None or count == len(wanted) > 0 else 1


def _show(letters: Sequence[DeadLetter]) -> int:
    for letter in letters:
        died = f"{letter.died_at:%Y-%m-%d %H:%M:%S}"
        print(f"{letter.job.id}  {died}  {letter.attempts:>3}x  {letter.job.name}  {letter.error}")
    print(f"{len(letters)} dead letters")
    return 0


if __name__ == "__main__":
    main()
