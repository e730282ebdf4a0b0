"""Requests that clients may repeat: the Idempotency-Key header, as draft-ietf-httpapi-idempotency-key-header has it."""

import re
from dataclasses import dataclass
from hashlib import sha256
from typing import Final
import msgspec
from starlette.requests import Request
from starlette.responses import Response
from {{ package }}.api.errors import ProblemTypeError
from {{ package }}.api.services import services_of
from {{ package }}.domain.idempotency import IdempotencyKeys, RequestKey
{{ slot("idempotency.imports") }}

_NAME: Final = "Idempotency-Key"


class Answer(msgspec.Struct, frozen=True):
    """What is kept of an answer, to give it again byte for byte."""

    headers: dict[str, str]
    body: str

    def response(self) -> Response:
        return Response(self.body, 201, self.headers)


@dataclass(frozen=True, slots=True)
class KeyedRequest:
    """A request to create something once, however often it is sent."""

    keys: IdempotencyKeys
    key: RequestKey
    fingerprint: str

    async def first_answer(self) -> Response | None:
        """Return the answer to the first request with this key, or None if this is it. Raise a 422 if that differed."""
        fingerprint, answer = await self.keys.claim(self.key, self.fingerprint)
        if fingerprint != self.fingerprint:
            detail = f"This {_NAME} came with another body before; take a new key."
            raise ProblemTypeError(422, "idempotency-key-reused", detail)
        return msgspec.json.decode(answer, type=Answer).response() if answer else None

    async def keep(self, response: Response) -> Response:
        """Keep a response as the answer, and return it."""
        answer = Answer(dict(response.headers), bytes(response.body).decode())
        await self.keys.keep(self.key, msgspec.json.encode(answer).decode())
        return response


async def keyed_request(request: Request) -> KeyedRequest:
    """Return the request with its key. Raise a 400 if it has none."""
    key = request.headers.get(_NAME, "")
    if not re.fullmatch("[ -~]{1,255}", key):
        raise ProblemTypeError(400, "idempotency-key-required", f"Send an {_NAME} of 1 to 255 printable ASCII characters.")
    caller = {{ slot("idempotency.caller", '""') }}
    fingerprint = sha256(await request.body()).hexdigest()
    return KeyedRequest(services_of(request).idempotency_keys, RequestKey(caller, request.url.path, key), fingerprint)
