"""Sessions that Redis holds; the cookie has a signed random id. One that is ended is over everywhere at once."""

import time
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from hashlib import sha256
from typing import Final, final

import msgspec

from {{ package }}.domain.errors import Unavailable
from {{ package }}.domain.principal import Principal
from {{ package }}.domain.result import Err, Ok, Result
from {{ package }}.domain.session import Lifetime, Session, Sessions
from {{ package }}.infrastructure.config import RedisSettings, SessionSettings
from {{ package }}.infrastructure.login.cookie_sessions import new_session
from {{ package }}.infrastructure.login.seal import Seal
from {{ package }}.infrastructure.redis.client import RedisClient, open_redis

MOST_BYTES: Final = 65_536


@asynccontextmanager
async def open_sessions(settings: SessionSettings, redis: RedisSettings) -> AsyncGenerator[Sessions]:
    """Open the sessions for the lifetime of the service."""
    async with open_redis(redis) as client:
        yield StoredSessions(settings, client)


@final
class StoredSessions:
    """Keeps them in Redis for as long as they are good; what cannot be asked there is unavailable, not over."""

    cookie: str = "session-id"

    def __init__(self, settings: SessionSettings, redis: RedisClient, clock: Callable[[], float] = time.time) -> None:
        self._seal = Seal(settings.secret, "session-id", str)
        self._lifetime = Lifetime(settings.max_seconds, settings.idle_seconds)
        self._redis = redis
        self._clock = clock

    async def begin(self, principal: Principal) -> Result[str, str]:
        """Begin one under an id that nobody has seen before; return what shows it, or why it cannot be kept."""
        session = new_session(principal, self._clock())
        if len(msgspec.json.encode(session)) > MOST_BYTES:
            return Err("The account has more roles than a session can hold.")
        await self.keep(session)
        return Ok(self.show(session))

    def show(self, session: Session) -> str:
        """Return what shows it."""
        return self._seal.close(session.id)

    async def keep(self, session: Session, *conditions: str) -> None:
        """Write it, under the conditions that SET has for that."""
        left = self._lifetime.left(session, int(self._clock()))
        if left > 0:
            await self._redis.send("SET", _key(session.id), msgspec.json.encode(session), "EX", left, *conditions)

    async def find(self, shown: str) -> Session | None:
        """Return the session that this shows, if it is not over."""
        key = self._seal.open(shown)
        content = await self._redis.send("GET", _key(key)) if key else None
        session = msgspec.json.decode(content, type=Session) if isinstance(content, bytes) else None
        now = int(self._clock())
        if session is None or self._lifetime.left(session, now) <= 0:
            return None
        if self._lifetime.wants_renewal(session, now):
            # XX: one that has been ended meanwhile stays so. What cannot be noted now will be with a later request.
            with suppress(Unavailable):
                await self.keep(replace(session, seen_at=now), "XX")
        return session

    def renewed(self, session: Session) -> str | None:
        """Change nothing in the browser: being seen has been noted in Redis."""
        _ = session

    async def end(self, session: Session) -> None:
        """End it everywhere."""
        await self._redis.send("DEL", _key(session.id))


def _key(session_id: str) -> str:
    """Hash the id: who can list the keys of Redis cannot make cookies of them."""
    return f"{{ package }}:session:{sha256(session_id.encode()).hexdigest()}"
