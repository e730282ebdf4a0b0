"""Opens what jobs need when a worker process starts, and closes it at its end."""

{{ slot("lifespan.imports") }}
import logging
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from dataclasses import dataclass, field
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
    {{ slot("lifespan.fields") }}
    runner: Runner = field(init=False)

    @override
    def before_worker_boot(self, broker: Broker, worker: Worker) -> None:
        try:
            async_to_sync(self._open)()
        except Exception as error:
            # Dramatiq only logs other exceptions, and starts the worker.
            message = "what jobs need cannot be opened"
            raise MiddlewareError(message) from error
        _logger.info("the worker is ready")

    @override
    def after_worker_shutdown(self, broker: Broker, worker: Worker) -> None:
        async_to_sync(self.stack.aclose)()

    async def _open(self) -> None:
        self.runner = await self.stack.enter_async_context(self.open_runner())
        {{ slot("lifespan.opened") }}
