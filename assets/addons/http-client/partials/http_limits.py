MAX_BYTES: Final = 1_048_576
"""A larger answer is not read to its end."""
ATTEMPTS: Final = 3
FIRST_PAUSE: Final = 0.1
_LONGEST_WAIT: Final = 86_400.0
_IDEMPOTENT: Final = frozenset({"GET", "HEAD", "OPTIONS", "PUT", "DELETE"})
_PASSING: Final = frozenset({408, 425, 429, 502, 503, 504})
