"""Bearer tokens (RFC 6750), from the Authorization header only: a query would end up in logs."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.requests import Request

from {{ package }}.domain.principal import Principal
from {{ package }}.domain.result import Err, Result


@dataclass(frozen=True, slots=True)
class BearerTokens:
    verify: Callable[[str], Awaitable[Result[Principal, str]]]
    scheme: str = "Bearer"

    async def authenticate(self, request: Request) -> Result[Principal, str] | None:
        sent = request.headers.getlist("authorization")
        if not any(value[:7].lower() == "bearer " for value in sent):
            return None
        if len(sent) > 1:
            return Err("There is more than one Authorization header.")
        return await self.verify(sent[0][7:].strip())
