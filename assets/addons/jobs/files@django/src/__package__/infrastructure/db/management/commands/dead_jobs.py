"""`manage.py dead_jobs`: lists the jobs that failed too often, and has them tried again."""

from argparse import ArgumentParser
from collections.abc import Sequence
from datetime import timedelta
from typing import cast, final, override
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from {{ package }}.domain.errors import Unavailable
from {{ package }}.infrastructure.config import JobsSettings, load_section
from {{ package }}.infrastructure.db.jobs import SqlJobQueue


@final
class Command(BaseCommand):
    help: str = "Lists the jobs that failed too often, and has them tried again"

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("action", choices=["list", "requeue"])
        parser.add_argument("ids", nargs="*", type=UUID, metavar="ID", help="what to try again; without any, all")

    @override
    def handle(self, *args: object, **options: object) -> None:
        settings = load_section(JobsSettings)
        store = SqlJobQueue(settings.attempts, timedelta(seconds=settings.lease))
        try:
            if options["action"] == "list":
                self._list(store)
            else:
                count = store.requeue(cast("Sequence[UUID]", options["ids"]))
                self.stdout.write(f"{count} will be tried again")
        except Unavailable as error:
            raise CommandError(str(error)) from None

    def _list(self, store: SqlJobQueue) -> None:
        for dead in store.dead():
            at = f"{dead.dead_at:%Y-%m-%d %H:%M}"
            self.stdout.write(f"{dead.id}  {at}  {dead.kind}  {dead.attempts} attempts  {dead.last_error}")
