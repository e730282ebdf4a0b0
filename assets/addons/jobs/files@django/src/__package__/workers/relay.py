"""Sends the ids of jobs that are due to Redis, soon after the commit that enqueued them."""

import logging
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from itertools import takewhile
from threading import Event, Thread
from time import monotonic
from typing import Final, final, override

from dramatiq import Broker, Worker
from dramatiq.middleware import Middleware, MiddlewareError

from {{ package }}.domain.errors import Unavailable
from {{ package }}.domain.jobs import JobStore
from {{ package }}.workers.registry import Handlers
from {{ package }}.workers.runner import Runner

POLL_SECONDS: Final = 1.0
"""How long to wait for a notification. Jobs whose delay or lease is over come without one."""

_logger = logging.getLogger(__name__)


@final
@dataclass(eq=False)
class Relay(Middleware):
    """Opens what jobs need when a worker process starts, and relays in a thread until its end."""

    create_runner: Callable[[], Runner]
    send: Callable[[str], object] = field(init=False)
    runner: Runner = field(init=False)
    stopping: Event = field(default_factory=Event)
    thread: Thread = field(init=False)

    @override
    def before_worker_boot(self, broker: Broker, worker: Worker) -> None:
        try:
            self.runner = self.create_runner()
        except Exception as error:
            # Dramatiq only logs other exceptions, and starts the worker.
            message = "what jobs need cannot be opened"
            raise MiddlewareError(message) from error
        arguments = (self.runner.store, self.runner.handlers, self.send, self.stopping)
        self.thread = Thread(target=relay, args=arguments, daemon=True)
        self.thread.start()
        _logger.info("the worker is ready")

    @override
    def after_worker_shutdown(self, broker: Broker, worker: Worker) -> None:
        self.stopping.set()
        self.thread.join()


def relay(store: JobStore, handlers: Handlers, send: Callable[[str], object], stopping: Event) -> None:
    """Relay until it is told to stop. What is not sent, or lost after it was, is sent again some time later."""
    failing, periodic_at = False, 0.0
    while not stopping.is_set():
        try:
            with closing(store.wake_ups(POLL_SECONDS)) as wake_ups:
                for _ in takewhile(lambda _: not stopping.is_set(), wake_ups):
                    if monotonic() >= periodic_at:
                        periodic_at = monotonic() + POLL_SECONDS
                        enqueue_periodic(store, handlers)
                    while ids := store.take_unsent():
                        for job_id in ids:
                            send(str(job_id))
                    if failing:
                        _logger.warning("the relay works again")
                    failing = False
        except Exception as error:  # noqa: BLE001 - the relay outlives every outage
            if not failing:
                _logger.warning("jobs cannot be sent: %s", type(error).__name__)
            failing = True
            stopping.wait(POLL_SECONDS)


def enqueue_periodic(store: JobStore, handlers: Handlers) -> None:
    """Enqueue periodic jobs that are due. One that cannot be enqueued is logged, and holds up no other."""
    for job, every in handlers.periodic:
        try:
            store.enqueue_periodic(job, every)
        except Unavailable:
            raise
        except Exception as error:  # noqa: BLE001 - the others go on
            _logger.warning("%s cannot be enqueued: %s", type(job).__name__, type(error).__name__)
