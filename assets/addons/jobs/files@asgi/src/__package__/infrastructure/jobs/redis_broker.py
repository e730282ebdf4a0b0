"""Dramatiq's broker on Redis, made to lose nothing while Redis comes and goes.

As it comes, it forgets what a worker had fetched when the connection breaks (until that worker ends), and its threads
end at a timeout, which it does not expect.
"""

import logging
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Final, cast, final, override

from dramatiq import Broker, Consumer, MessageProxy, Worker
from dramatiq.brokers.redis import RedisBroker
from dramatiq.errors import ConnectionClosed
from dramatiq.middleware import Middleware
from redis import BlockingConnectionPool, Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from {{ package }}.infrastructure.config import JobsSettings, RedisSettings
from {{ package }}.infrastructure.jobs.keys import Keys
from {{ package }}.infrastructure.redis.client import pool_bounds

_NAP: Final = 0.1
_ALWAYS: Final = 1_000_000
_create_pool: Final = cast("Callable[..., BlockingConnectionPool]", BlockingConnectionPool.from_url)
_logger = logging.getLogger(__name__)


@final
class DurableRedisBroker(RedisBroker):
    """Every failure of Redis is a ConnectionClosed: the broker's threads wait for that to pass, and for no other."""

    def __init__(self, settings: JobsSettings, redis: RedisSettings, middleware: list[Middleware]) -> None:
        """Look for silent workers at every fetch: by default that is left to chance, and takes minutes."""
        self.redis: Redis = _client(redis)
        self._draining = Draining()
        super().__init__(  # pyright: ignore[reportUnknownMemberType] - dramatiq leaves the types of its parameters open
            client=self.redis,
            middleware=[*middleware, self._draining],
            namespace=settings.namespace,
            maintenance_chance=_ALWAYS,
            heartbeat_timeout=round(settings.redelivery * 1000),
            dead_message_ttl=settings.dead_letter_days * 86_400_000,
        )
        self._keys = Keys(settings.namespace)
        self._in_hand: defaultdict[str, set[str]] = defaultdict(set)
        self._away = False

    @override
    def consume(self, queue_name: str, prefetch: int = 1, timeout: int = 5000) -> Consumer:
        """Consume, also once more after a failure; what had been fetched and not come through is put back first."""
        in_hand = self._in_hand[queue_name]
        if queue_name in self.delay_queues:
            in_hand.clear()  # a consumer drops those that it delays
        self._put_back(queue_name, in_hand)
        consumer = super().consume(queue_name, prefetch, timeout)
        return TrackedConsumer(consumer, in_hand, self._draining.begun)

    @override
    def _dispatch(self, command: str) -> Callable[..., object]:
        return self._guarded(cast("Callable[[str], Callable[..., object]]", super()._dispatch)(command))

    def _put_back(self, queue_name: str, in_hand: set[str]) -> None:
        members = self._guarded(cast("Callable[..., object]", self.redis.smembers))
        fetched = cast("set[bytes]", members(self._keys.fetched(self.broker_id, queue_name)))
        lost = {message_id.decode() for message_id in fetched} - in_hand
        if lost:
            self._dispatch("requeue")(queue_name, *lost)

    def _guarded(self, ask: Callable[..., object]) -> Callable[..., object]:
        def guarded(*arguments: object) -> object:
            try:
                answer = ask(*arguments)
            except (RedisError, OSError) as error:
                reason = type(error).__name__
            else:
                self._say(away=False)
                return answer
            self._say(away=True, reason=reason)
            # Raised out here, it has no context that would bring the library's message along.
            raise ConnectionClosed(reason)

        return guarded

    def _say(self, *, away: bool, reason: str | None = None) -> None:
        if away is not self._away:
            self._away = away
            _logger.log(
                logging.WARNING if away else logging.INFO,
                "the job queue is %s",
                "unavailable" if away else "available again",
                extra={"reason": reason},
            )


@final
class Draining(Middleware):
    """Knows when a worker is told to stop: what it fetched from then on would only wait for its end."""

    def __init__(self) -> None:
        """Begin undisturbed."""
        self.begun: threading.Event = threading.Event()

    @override
    def before_worker_shutdown(self, broker: Broker, worker: Worker) -> None:
        self.begun.set()


@final
class TrackedConsumer(Consumer):
    """A consumer that knows which messages are in the hands of this process."""

    def __init__(self, inner: Consumer, in_hand: set[str], enough: threading.Event) -> None:
        """Take the consumer, where to note their ids, and when no more are wanted."""
        self._inner = inner
        self._in_hand = in_hand
        self._enough = enough

    @override
    def __next__(self) -> MessageProxy | None:
        if self._enough.is_set():
            time.sleep(_NAP)
            return None
        message = next(self._inner)
        if message is not None:
            self._in_hand.add(_id_of(message))
        return message

    @override
    def ack(self, message: MessageProxy) -> None:
        self._inner.ack(message)
        self._in_hand.discard(_id_of(message))

    @override
    def nack(self, message: MessageProxy) -> None:
        self._inner.nack(message)
        self._in_hand.discard(_id_of(message))

    @override
    def requeue(self, messages: Iterable[MessageProxy]) -> None:
        given = list(messages)
        self._inner.requeue(given)
        self._in_hand.difference_update(map(_id_of, given))

    @override
    def close(self) -> None:
        self._inner.close()


def _id_of(message: MessageProxy) -> str:
    return cast("str", message.options["redis_message_id"])


def _client(settings: RedisSettings) -> Redis:
    pool = _create_pool(
        settings.url.text,
        **pool_bounds(settings),
        # A fetch must not be tried again unseen: what the first one fetched would be lost sight of.
        retry=Retry(NoBackoff(), 0),
    )
    return Redis(connection_pool=pool)
