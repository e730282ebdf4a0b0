"""Sessions that the cookie itself holds: who it is, which scopes, until when. It never holds a token."""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import final

from {{ package }}.domain.principal import Principal
from {{ package }}.domain.result import Err, Ok, Result
from {{ package }}.domain.sign_in import Session
from {{ package }}.infrastructure.config import SessionSettings
from {{ package }}.infrastructure.login.signed_cookie import MAX_COOKIE_BYTES, SignedCookie


@dataclass(frozen=True, slots=True)
class SessionClock:
    """Decides how long sessions last."""

    settings: SessionSettings
    now: Callable[[], float] = time.time

    def new_session(self, principal: Principal) -> Session:
        now = int(self.now())
        return Session(secrets.token_urlsafe(32), principal, secrets.token_urlsafe(32), now, now)

    def seconds_left(self, session: Session) -> int:
        longest = session.created_at + self.settings.max_seconds
        return min(longest, session.last_seen_at + self.settings.idle_seconds) - int(self.now())

    def renewed(self, session: Session) -> Session | None:
        """Return the session as seen now, or None if it was renewed less than a tenth of the idle time ago."""
        now = int(self.now())
        if now - session.last_seen_at < self.settings.idle_seconds // 10:
            return None
        return replace(session, last_seen_at=now)


@final
class CookieSessions:
    """Stores nothing. When a session is ended the browser forgets it; a copy of the cookie lasts until it expires."""

    cookie_name: str = "session"

    def __init__(self, clock: SessionClock) -> None:
        self._cookie = SignedCookie(clock.settings.secret, "session", Session)
        self._clock = clock

    async def begin(self, principal: Principal) -> Result[str, str]:
        cookie = self.show(self._clock.new_session(principal))
        return Ok(cookie) if len(cookie) <= MAX_COOKIE_BYTES else Err("The account has more roles than a cookie holds.")

    def show(self, session: Session) -> str:
        """Return the cookie of a session."""
        return self._cookie.dumps(session)

    async def find(self, cookie: str) -> Session | None:
        session = self._cookie.loads(cookie)
        return session if session and self._clock.seconds_left(session) > 0 else None

    def renewed(self, session: Session) -> str | None:
        """Return the cookie to send, if it changes because the session was used."""
        seen = self._clock.renewed(session)
        return self.show(seen) if seen else None

    async def end(self, session: Session) -> None:
        """Do nothing: the browser is told to forget the cookie."""
        del session
