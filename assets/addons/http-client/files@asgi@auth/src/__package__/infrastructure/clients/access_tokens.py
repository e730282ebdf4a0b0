"""A token for calls to another service: fetched by one call while others wait, kept until shortly before its end."""

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextvars import Context
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final, final, override
from httpx2 import Auth, Request, Response
from {{ package }}.domain.errors import Unavailable

LEEWAY_SECONDS: Final = 30.0
"""So long before its end a token is no longer used, or for half of its life if that is less."""
PAUSE_SECONDS: Final = 1.0
"""For so long after a failure the issuer is left alone."""


@dataclass(frozen=True, slots=True, repr=False)
class Token:
    """An access token, and for how many seconds it is good."""

    text: str
    seconds: float


@final
class AccessTokens:
    """Keeps one token."""

    def __init__(self, fetch: Callable[[], Awaitable[Token]], clock: Callable[[], float] = time.monotonic) -> None:
        """Take how to get one; it raises Unavailable when it cannot be had."""
        self._fetch = fetch
        self._clock = clock
        self._token = ""
        self._until = 0.0
        self._failure: Unavailable | None = None
        self._fetching: asyncio.Task[None] | None = None

    async def current(self) -> str:
        """Return a token that is good, or raise Unavailable."""
        if not self._settled():
            if self._fetching is None or self._fetching.done():
                # In a context of its own: it outlives the request that it was started in.
                self._fetching = asyncio.create_task(self._refresh(), context=Context())
            # Whoever stops waiting does not stop it for the others.
            await asyncio.shield(self._fetching)
        if self._failure is not None:
            raise Unavailable(self._failure.dependency, self._failure.reason)
        return self._token

    def forget(self, token: str) -> None:
        """Use this one no longer: it was refused. A newer one stays."""
        if token == self._token:
            self._until = 0.0

    def close(self) -> None:
        """Stop a fetch that still runs."""
        if self._fetching is not None:
            self._fetching.cancel()

    def _settled(self) -> bool:
        """Whether there is a token, or it is too soon to ask for one again."""
        return self._clock() < self._until

    async def _refresh(self) -> None:
        try:
            token = await self._fetch()
        except Unavailable as error:
            self._failure, self._until = error, self._clock() + PAUSE_SECONDS
        else:
            good_for = token.seconds - min(LEEWAY_SECONDS, token.seconds / 2)
            self._failure, self._token, self._until = None, token.text, self._clock() + good_for


@final
class BearerAuth(Auth):
    """Puts the token on each request; one that is refused is fetched anew, once."""

    def __init__(self, tokens: AccessTokens) -> None:
        self._tokens = tokens

    @override
    async def async_auth_flow(self, request: Request) -> AsyncGenerator[Request, Response]:
        token = await self._tokens.current()
        request.headers["Authorization"] = f"Bearer {token}"
        response = yield request
        if response.status_code == HTTPStatus.UNAUTHORIZED:
            self._tokens.forget(token)
            request.headers["Authorization"] = f"Bearer {await self._tokens.current()}"
            yield request
