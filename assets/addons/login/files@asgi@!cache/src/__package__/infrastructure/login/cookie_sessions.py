"""Sessions that the cookie itself holds: who it is, which scopes, until when. It never holds a token."""

import secrets
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Final, final

from {{ package }}.domain.principal import Principal
from {{ package }}.domain.result import Err, Ok, Result
from {{ package }}.domain.sign_in import Session
from {{ package }}.infrastructure.config import SessionSettings
from {{ package }}.infrastructure.login.signed_cookie import SignedCookie

MAX_COOKIE_BYTES: Final = 3800
"""Browsers keep 4096 bytes, with the cookie's name and attributes. RFC 6265, section 6.1."""


@final
class CookieSessions:
    """Stores nothing. When a session is ended the browser forgets it; a copy of the cookie lasts until it expires.

    A response that is under way meanwhile may set the cookie again.
    """

    def __init__(self, settings: SessionSettings, clock: Callable[[], float] = time.time) -> None:
        self._cookie = SignedCookie(settings.secret, "session", Session)
        self._settings = settings
        self._clock = clock

    async def begin(self, principal: Principal) -> Result[str, str]:
        """Return the cookie of a new session, or why there is none."""
        now = int(self._clock())
        cookie = self._cookie.dumps(Session(principal, secrets.token_urlsafe(32), now, last_seen_at=now))
        return Ok(cookie) if len(cookie) <= MAX_COOKIE_BYTES else Err("The account has more roles than a cookie holds.")

    async def find(self, cookie: str) -> Session | None:
        session = self._cookie.loads(cookie)
        return session if session and self._clock() < self._end_of(session) else None

    def renewed(self, session: Session) -> str | None:
        """Return the cookie to send, or None if the session was seen less than a tenth of the idle time ago."""
        now = int(self._clock())
        if now - session.last_seen_at < self._settings.idle_seconds // 10:
            return None
        return self._cookie.dumps(replace(session, last_seen_at=now))

    async def end(self, session: Session) -> None:
        """Do nothing: the browser is told to forget the cookie."""
        del session

    def _end_of(self, session: Session) -> int:
        longest = session.created_at + self._settings.max_seconds
        return min(longest, session.last_seen_at + self._settings.idle_seconds)
