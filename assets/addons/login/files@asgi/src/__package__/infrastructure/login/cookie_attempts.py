"""Sign-in attempts in signed cookies. Only those that were used take memory, until they expire."""

import secrets
import time
from collections.abc import Callable
from itertools import takewhile
from typing import final

from {{ package }}.domain.sign_in import ATTEMPT_SECONDS, Attempt
from {{ package }}.infrastructure.secret import Secret
from {{ package }}.infrastructure.login.signed_cookie import SignedCookie


@final
class CookieAttempts:
    def __init__(self, secret: Secret, clock: Callable[[], float] = time.time) -> None:
        self._cookie = SignedCookie(secret, "attempt", Attempt)
        self._clock = clock
        self._used: dict[str, float] = {}

    def begin(self, return_to: str) -> tuple[Attempt, str]:
        """Return a new attempt and its cookie."""
        state, nonce, code_verifier = (secrets.token_urlsafe(32) for _ in range(3))
        attempt = Attempt(state, nonce, code_verifier, return_to, int(self._clock()) + ATTEMPT_SECONDS)
        return attempt, self._cookie.dumps(attempt)

    def use(self, state: str, cookie: str) -> Attempt | None:
        """Return the attempt that this browser began under this state. It can be used once in each process."""
        attempt, now = self._cookie.loads(cookie), self._clock()
        if attempt is None or attempt.expires_at <= now or attempt.state != state:
            return None
        for used in list(takewhile(lambda used: self._used[used] <= now, self._used)):
            del self._used[used]
        if state in self._used:
            return None
        self._used[state] = now + ATTEMPT_SECONDS
        return attempt
