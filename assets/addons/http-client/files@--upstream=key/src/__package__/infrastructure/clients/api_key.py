"""The key that another service knows this one by."""

from collections.abc import Generator
from dataclasses import dataclass, field
from typing import Final, Self, final, override

import httpx2

HEADER: Final = "X-API-Key"


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A text that `repr` and so no log shows."""

    text: str = field(repr=False)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a key that a header can hold. The message of the `ValueError` does not repeat it."""
        if not (text.isascii() and text.isprintable()):
            message = "expected printable ASCII characters"
            raise ValueError(message)
        return cls(text)


@final
class ApiKeyAuth(httpx2.Auth):
    """Puts the key into each request."""

    def __init__(self, key: ApiKey) -> None:
        self._key = key

    @override
    def auth_flow(self, request: httpx2.Request) -> Generator[httpx2.Request, httpx2.Response]:
        request.headers[HEADER] = self._key.text
        yield request
