"""When a call is made once more, and how long after: never where it could do harm twice, never past its deadline."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import Enum
from typing import Final

IDEMPOTENT: Final = frozenset({"GET", "HEAD", "OPTIONS", "PUT", "DELETE"})
"""Methods that may be repeated without asking. RFC 9110, section 9.2.2."""
FIRST_PAUSE: Final = 0.1
LONGEST_PAUSE: Final = 2.0
_LONGEST_WISH: Final = 86_400.0
_DIGITS: Final = 10


class Fate(Enum):
    """What is known of a call that has failed."""

    UNSENT = "nothing of it has arrived"
    UNSURE = "it may have been carried out"
    LASTING = "the next one would fail alike"
    MALFORMED = "it was answered with what cannot be understood"


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a call has no answer that counts; `wish` is how many seconds the other side asked to be left alone."""

    reason: str
    fate: Fate
    wish: float = 0.0

    def may_be_repeated(self, *, harmless: bool) -> bool:
        """Tell whether another attempt makes sense and does no harm; `harmless` is what may be done twice."""
        return self.fate is Fate.UNSENT or (self.fate is Fate.UNSURE and harmless)


def pause_after(attempt: int, wish: float, jitter: Callable[[], float] = random.random) -> float:
    """Return how many seconds to wait after attempt 1, 2, …: at random up to twice as long each time, after any wish.

    Clients that failed together do not come back together.
    """
    longest = min(LONGEST_PAUSE, FIRST_PAUSE * 2.0 ** (attempt - 1))
    return wish + jitter() * longest


def wished(retry_after: str, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> float:
    """Read Retry-After, seconds or a date, as seconds from now; 0 if it says nothing. RFC 9110, section 10.2.3."""
    text = retry_after.strip()
    if text.isascii() and text.isdigit():
        seconds = float(text[:_DIGITS])
    else:
        try:
            moment = parsedate_to_datetime(text)
            seconds = (moment.replace(tzinfo=moment.tzinfo or UTC) - now()).total_seconds()
        except (ValueError, OverflowError):
            return 0.0
    return min(max(seconds, 0.0), _LONGEST_WISH)
