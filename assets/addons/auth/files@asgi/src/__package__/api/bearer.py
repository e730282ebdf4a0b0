"""Tokens in the Authorization header; nowhere else, for a query ends up in logs."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import cast

from starlette.requests import Request
from {{ package }}.domain.principal import Principal
from {{ package }}.domain.result import Err, Result

type VerifyToken = Callable[[str], Awaitable[Result[Principal, str]]]


@dataclass(frozen=True, slots=True)
class BearerTokens:
    """Knows callers by the token they bear."""

    verify: VerifyToken
    scheme: str = "Bearer"

    async def authenticate(self, request: Request) -> Result[Principal, str] | None:
        """Say who bears a token that is good, or what is wrong with it."""
        headers = cast("list[tuple[bytes, bytes]]", request.scope["headers"])
        given = [value for name, value in headers if name == b"authorization"]
        if not any(value[:7].lower() == b"bearer " for value in given):
            return None
        if len(given) > 1:
            return Err("There is more than one Authorization header.")
        return await self.verify(given[0][7:].strip().decode("latin-1"))
