def _new_session(self, principal: Principal) -> Session:
    now = int(self._clock())
    return Session(secrets.token_urlsafe(32), principal, secrets.token_urlsafe(32), now, now)

def _seconds_left(self, session: Session) -> int:
    longest = session.created_at + self._settings.max_seconds
    return min(longest, session.last_seen_at + self._settings.idle_seconds) - int(self._clock())

def _seen_now(self, session: Session) -> Session | None:
    """Return the session as seen now, or None if it was seen less than a tenth of the idle time ago."""
    now = int(self._clock())
    if now - session.last_seen_at < self._settings.idle_seconds // 10:
        return None
    return replace(session, last_seen_at=now)
