CONCURRENCY: Final = 8
NO_URL: Final = FetchFailed("is no http:// or https:// URL without a user", permanent=True)
NO_PORT: Final = FetchFailed("has a port that is not allowed", permanent=True)
NOWHERE: Final = FetchFailed("is nowhere that can be reached from here", permanent=True)
NOT_LOOKED_UP: Final = FetchFailed("cannot be looked up now", permanent=False)
NOT_CONNECTED: Final = FetchFailed("cannot be connected to", permanent=False)
UNENCRYPTED: Final = FetchFailed("redirects from https:// to http://", permanent=True)
TOO_MANY_REDIRECTS: Final = FetchFailed("redirects too often", permanent=True)
TOO_LARGE: Final = FetchFailed("is too large", permanent=True)
TOO_SLOW: Final = FetchFailed("takes too long", permanent=False)
BROKEN: Final = FetchFailed("gives no complete answer", permanent=False)
_CONNECT_SECONDS: Final = 2.0
_MAX_ADDRESSES: Final = 3
_PORTS: Final = {"http": 80, "https": 443}
_PASSING: Final = frozenset({408, 425, 429})


class RefusedError(httpx2.TransportError):
    """Ends a fetch with what its caller gets."""

    def __init__(self, failed: FetchFailed) -> None:
        super().__init__(failed.reason)
        self.failed: FetchFailed = failed
