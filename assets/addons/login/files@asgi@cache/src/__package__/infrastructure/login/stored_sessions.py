"""Sessions in Redis; the cookie has a signed random id. One that is ended is over for every copy of the cookie."""

import secrets
import time
from collections.abc import Callable
from hashlib import sha256
from typing import final

import msgspec

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
        session = Session(principal, secrets.token_urlsafe(32), int(self._clock()), id=secrets.token_urlsafe(32))
        content, expiry = msgspec.json.encode(session), self._settings.idle_seconds
        await self._redis.send("SET", session_key(session.id), content, "EX", expiry)
        return Ok(self._cookie.dumps(session.id))

    async def find(self, cookie: str) -> Session | None:
        """Return the session, which lasts longer by being used, but SESSION_MAX_SECONDS at most."""
        session_id = self._cookie.loads(cookie)
        if session_id is None:
            return None
        content = await self._redis.send("GETEX", session_key(session_id), "EX", self._settings.idle_seconds)
        session = _read(content) if isinstance(content, bytes) else None
        return session if session and self._clock() < session.created_at + self._settings.max_seconds else None

    async def end(self, session: Session) -> None:
        await self._redis.send("DEL", session_key(session.id))

    {{ slot("login.stored_methods") }}


def _read(content: bytes) -> Session | None:
    try:
        return msgspec.json.decode(content, type=Session)
    except ValueError:  # another version of the service wrote it: the person signs in again
        return None


def session_key(session_id: str) -> str:
    """Return the key of a session. It is a hash, so that who can list the keys cannot make cookies of them."""
    return f"{{ package }}:session:{sha256(session_id.encode()).hexdigest()}"
