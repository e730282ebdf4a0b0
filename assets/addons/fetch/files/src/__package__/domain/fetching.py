"""The port through which use cases fetch what a URL from outside names."""

from dataclasses import dataclass
from typing import Protocol
from {{ package }}.domain.result import Result


@dataclass(frozen=True, slots=True)
class Fetched:
    """What was found, and under which URL in the end. A stranger says all of it, the content type too."""

    url: str
    status: int
    content_type: str
    content: bytes
    redirected: bool = False


@dataclass(frozen=True, slots=True)
class FetchFailed:
    """Why nothing was fetched; if it is not permanent, trying again later makes sense.

    `status` and `url` are those of an answer other than 2xx, after redirects.
    """

    reason: str
    permanent: bool
    status: int | None = None
    url: str | None = None


class Fetcher(Protocol):
    async def check(self, url: str) -> Result[None, FetchFailed]:
        """Tell whether `get` would ask for this URL now."""
        ...

    async def get(self, url: str) -> Result[Fetched, FetchFailed]: ...
