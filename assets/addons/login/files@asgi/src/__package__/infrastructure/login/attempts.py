"""Attempts to sign in, kept by the browser that makes them: nothing that a stranger begins takes memory here."""

import secrets
import time
from collections.abc import Callable
from typing import Final, final

from {{ package }}.domain.sign_in import Attempt
from {{ package }}.infrastructure.login.seal import Seal
from {{ package }}.infrastructure.login.secret import Secret

ATTEMPT_SECONDS: Final = 600
"""For this long a person may take to sign in at the issuer."""


@final
class SealedAttempts:
    """Signs what the browser keeps."""

    def __init__(self, secret: Secret, clock: Callable[[], float] = time.time) -> None:
        self._seal = Seal(secret, "attempt", Attempt)
        self._clock = clock

    def begin(self, return_to: str) -> tuple[Attempt, str]:
        """Return a new one, and what the browser keeps of it."""
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        attempt = Attempt(state, nonce, verifier, return_to, int(self._clock()) + ATTEMPT_SECONDS)
        return attempt, self._seal.close(attempt)

    def find(self, state: str, kept: str) -> Attempt | None:
        """Return what this browser began under this state, if it still may end it."""
        attempt = self._seal.open(kept)
        if attempt is None or attempt.until <= self._clock():
            return None
        return attempt if secrets.compare_digest(attempt.state.encode(), state.encode()) else None
