"""Dramatiq carries the ids of jobs to workers. What it loses is sent again."""

import logging
from collections.abc import Callable
from uuid import UUID

import dramatiq
from dramatiq.brokers.redis import RedisBroker

from {{ package }}.workers.relay import Relay
from {{ package }}.workers.runner import Runner


def create_broker(url: str, create_runner: Callable[[], Runner]) -> RedisBroker:
    """Return the broker with its one actor. Nothing connects before a worker starts."""
    relay = Relay(create_runner)
    broker = RedisBroker(url=url, namespace="{{ package }}", middleware=[relay])
    dramatiq.set_broker(broker)

    @dramatiq.actor(broker=broker)
    def run_job(job_id: str) -> None:
        relay.runner.run(UUID(job_id))

    relay.send = run_job.send
    run_job.logger.setLevel(logging.WARNING)  # at DEBUG it would log each id twice more
    return broker
