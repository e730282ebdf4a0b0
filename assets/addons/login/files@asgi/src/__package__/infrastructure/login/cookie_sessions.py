"""Sessions that the cookie itself holds, signed: who it is, what they may do and until when; never a token."""

import secrets
import time
from collections.abc import Callable
from dataclasses import replace
from typing import final

from {{ package }}.domain.principal import Principal
from {{ package }}.domain.result import Err, Ok, Result
from {{ package }}.domain.session import Lifetime, Session
from {{ package }}.infrastructure.config import SessionSettings
from {{ package }}.infrastructure.login.seal import MOST_BYTES, Seal


def new_session(principal: Principal, now: float) -> Session:
    """Return one under an id that nobody has seen before."""
    return Session(secrets.token_urlsafe(32), principal, secrets.token_urlsafe(32), int(now), int(now))


@final
class CookieSessions:
    """Keeps nothing. One that is ended is forgotten by its browser; a copy is good until its time is up."""

    cookie: str = "session"

    def __init__(self, settings: SessionSettings, clock: Callable[[], float] = time.time) -> None:
        self._seal = Seal(settings.secret, "session", Session)
        self._lifetime = Lifetime(settings.max_seconds, settings.idle_seconds)
        self._clock = clock

    async def begin(self, principal: Principal) -> Result[str, str]:
        """Begin one under an id that nobody has seen before; return what shows it, or why it cannot be kept."""
        shown = self.show(new_session(principal, self._clock()))
        return Ok(shown) if len(shown) <= MOST_BYTES else Err("The account has more roles than a cookie can hold.")

    def show(self, session: Session) -> str:
        """Return what shows it."""
        return self._seal.close(session)

    async def find(self, shown: str) -> Session | None:
        """Return the session that this shows, if it is not over."""
        session = self._seal.open(shown)
        return session if session and self._lifetime.left(session, int(self._clock())) > 0 else None

    def renewed(self, session: Session) -> str | None:
        """Return what shows it from now on, if that changes by having been seen."""
        now = int(self._clock())
        return self.show(replace(session, seen_at=now)) if self._lifetime.wants_renewal(session, now) else None

    async def end(self, session: Session) -> None:
        """Do nothing: the browser is told to forget it."""
        _ = session
