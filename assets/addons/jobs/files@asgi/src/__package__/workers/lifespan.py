"""Opens what jobs need when a worker process starts, and closes it at its end."""

import logging
import signal
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from dataclasses import dataclass, field
from types import FrameType
from typing import final, override

from dramatiq import Broker, Worker
from dramatiq.asyncio import async_to_sync
from dramatiq.middleware import Middleware, MiddlewareError

from {{ package }}.workers.runner import Runner

_logger = logging.getLogger(__name__)


@final
@dataclass(eq=False)
class Lifespan(Middleware):
    """List it after the middleware AsyncIO: it uses that event loop."""

    open_runner: Callable[[], AbstractAsyncContextManager[Runner]]
    stack: AsyncExitStack = field(default_factory=AsyncExitStack)
    runner: Runner = field(init=False)

    @override
    def after_process_boot(self, broker: Broker) -> None:
        """Ignore a second SIGTERM, at which Dramatiq abandons running jobs. Ctrl-C in a terminal leads to two."""
        stop = signal.getsignal(signal.SIGTERM)

        def stop_once(number: int, frame: FrameType | None) -> None:
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            _logger.info("the worker ends after its running jobs")
            if callable(stop):
                stop(number, frame)

        signal.signal(signal.SIGTERM, stop_once)

    @override
    def before_worker_boot(self, broker: Broker, worker: Worker) -> None:
        try:
            self.runner = async_to_sync(self.stack.enter_async_context)(self.open_runner())
        except Exception as error:
            # Dramatiq only logs other exceptions, and starts the worker.
            message = "what jobs need cannot be opened"
            raise MiddlewareError(message) from error
        _logger.info("the worker is ready")

    @override
    def after_worker_shutdown(self, broker: Broker, worker: Worker) -> None:
        async_to_sync(self.stack.aclose)()
