"""Requests that clients may repeat: the Idempotency-Key header, as draft-ietf-httpapi-idempotency-key-header has it."""

import re
from dataclasses import dataclass
from hashlib import sha256
from typing import Annotated, Final
from fastapi import Depends, Request, Response
from pydantic import BaseModel
from {{ package }}.api.errors import ProblemTypeError
from {{ package }}.api.services import AppServices
from {{ package }}.domain.idempotency import IdempotencyKeys, RequestKey
{{ slot("idempotency.imports") }}

_NAME: Final = "Idempotency-Key"
_KEY: Final = "^[ -~]{1,255}$"
# Declared as a parameter, a missing header would be a 422.
KEY_REQUIRED: Final[dict[str, object]] = {
    "parameters": [
        {
            "name": _NAME,
            "in": "header",
            "required": True,
            "description": "New for each thing to create; a repeated request has the same, and gets its answer",
            "schema": {"type": "string", "pattern": _KEY},
        }
    ]
}
"""The `openapi_extra` of a route that takes `Once`."""


class Answer(BaseModel):
    """What is kept of an answer, to give it again byte for byte."""

    headers: dict[str, str]
    body: str

    def response(self) -> Response:
        return Response(self.body, 201, self.headers, "application/json")


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
        return Answer.model_validate_json(answer).response() if answer else None

    async def answer(self, created: BaseModel, response: Response) -> Response:
        """Return and keep the answer: what was created, with the headers that the response has so far."""
        answer = Answer(headers=dict(response.headers), body=created.model_dump_json())
        await self.keys.keep(self.key, answer.model_dump_json())
        return answer.response()


async def keyed_request(request: Request, services: AppServices) -> KeyedRequest:
    """Return the request with its key. Raise a 400 if it has none."""
    key = request.headers.get(_NAME, "")
    if not re.fullmatch(_KEY, key):
        raise ProblemTypeError(400, "idempotency-key-required", f"Send an {_NAME} of 1 to 255 printable ASCII characters.")
    caller = {{ slot("idempotency.caller", '""') }}
    fingerprint = sha256(await request.body()).hexdigest()
    return KeyedRequest(services.idempotency_keys, RequestKey(caller, request.url.path, key), fingerprint)


Once = Annotated[KeyedRequest, Depends(keyed_request)]
