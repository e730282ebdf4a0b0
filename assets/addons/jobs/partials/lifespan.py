@final
@dataclass(eq=False)
class Lifespan(Middleware):
    """Opens what jobs need when a worker starts, on the event loop of the middleware before it, and closes it."""

    open_runner: Callable[[], AbstractAsyncContextManager[Runner]]
    stack: AsyncExitStack = field(default_factory=AsyncExitStack)
    runner: Runner = field(init=False)

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
