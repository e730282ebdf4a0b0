"""Requests that clients may repeat: the Idempotency-Key header, as draft-ietf-httpapi-idempotency-key-header has it."""

import re
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from django.http import HttpResponse
from pydantic import BaseModel

from {{ package }}.api.errors import ProblemTypeError
from {{ package }}.api.services import ApiRequest
from {{ package }}.domain.idempotency import IdempotencyKeys, RequestKey

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
"""The `openapi_extra` of a route that calls `keyed_request`."""


class Answer(BaseModel):
    """What is kept of an answer, to give it again byte for byte."""

    headers: dict[str, str]
    body: str

    def response(self) -> HttpResponse:
        return HttpResponse(self.body, "application/json", 201, headers=self.headers)


@dataclass(frozen=True, slots=True)
class KeyedRequest:
    """A request to create something once, however often it is sent."""

    keys: IdempotencyKeys
    key: RequestKey
    fingerprint: str

    def first_answer(self) -> HttpResponse | None:
        """Return the answer to the first request with this key, or None if this is it. Raise a 422 if that differed."""
        fingerprint, answer = self.keys.claim(self.key, self.fingerprint)
        if fingerprint != self.fingerprint:
            detail = f"This {_NAME} came with another body before; take a new key."
            raise ProblemTypeError(422, "idempotency-key-reused", detail)
        return Answer.model_validate_json(answer).response() if answer else None

    def answer(self, created: BaseModel, response: HttpResponse) -> HttpResponse:
        """Return and keep the answer: what was created, with the headers that the response has so far."""
        headers = {name: value for name, value in response.items() if name != "Content-Type"}
        answer = Answer(headers=headers, body=created.model_dump_json())
        self.keys.keep(self.key, answer.model_dump_json())
        return answer.response()


def keyed_request(request: ApiRequest) -> KeyedRequest:
    """Return the request with its key. Raise a 400 if it has none."""
    key = request.headers.get(_NAME, "")
    if not re.fullmatch(_KEY, key):
        raise ProblemTypeError(400, "idempotency-key-required", f"Send an {_NAME} of 1 to 255 printable ASCII characters.")
    fingerprint = sha256(request.body).hexdigest()
    caller = {{ slot("idempotency.caller", '""') }}
    return KeyedRequest(request.services.idempotency_keys, RequestKey(caller, request.path, key), fingerprint)
