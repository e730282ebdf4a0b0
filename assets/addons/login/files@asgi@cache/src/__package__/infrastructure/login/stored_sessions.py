"""Sessions in Redis; the cookie has a signed random id. One that is ended is over for every copy of the cookie."""

import secrets
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from hashlib import sha256
from typing import final

import msgspec

from {{ package }}.domain.errors import Unavailable
from {{ package }}.domain.principal import Principal
from {{ package }}.domain.result import Ok, Result
from {{ package }}.domain.sign_in import Session
from {{ package }}.infrastructure.config import SessionSettings
from {{ package }}.infrastructure.login.signed_cookie import SignedCookie
from {{ package }}.infrastructure.redis.client import RedisClient


@final
class StoredSessions:
    """While Redis does not answer, a session is unavailable, not over."""

    def __init__(self, settings: SessionSettings, redis: RedisClient, clock: Callable[[], float] = time.time) -> None:
        self._cookie = SignedCookie(settings.secret, "session-id", str)
        self._settings = settings
        self._redis = redis
        self._clock = clock

    async def begin(self, principal: Principal) -> Result[str, str]:
        """Return the cookie of a new session. An ID token is bounded, so its roles are few enough."""
        session = self._new_session(principal)
        await self.store(session)
        return Ok(self._cookie.dumps(session.id))

    async def find(self, cookie: str) -> Session | None:
        session_id = self._cookie.loads(cookie)
        content = await self._redis.send("GET", _key(session_id)) if session_id else None
        session = msgspec.json.decode(content, type=Session) if isinstance(content, bytes) else None
        if session is None or self._seconds_left(session) <= 0:
            return None
        if seen := self._seen_now(session):
            # XX: a session that was ended meanwhile stays ended. What fails now is done with a later request.
            with suppress(Unavailable):
                await self.store(seen, "XX")
        return session

    async def end(self, session: Session) -> None:
        await self._redis.send("DEL", _key(session.id))

    async def store(self, session: Session, *conditions: str) -> None:
        """Write a session, under the conditions of Redis's SET."""
        expiry = self._seconds_left(session)
        await self._redis.send("SET", _key(session.id), msgspec.json.encode(session), "EX", expiry, *conditions)

    {{ partial("session_times.py") }}


def _key(session_id: str) -> str:
    """Return the key of a session. It is a hash, so that who can list the keys cannot make cookies of them."""
    return f"{{ package }}:session:{sha256(session_id.encode()).hexdigest()}"
