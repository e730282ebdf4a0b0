"""One header with the HMAC-SHA256 of the body in hexadecimal digits, with `sha256=` before them or not.

The digest of a body is the id of its delivery, and its member `type` the type of the event.
"""

from binascii import hexlify
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import final
from msgspec import Struct
from {{ package }}.api.bodies import decode_body
from {{ package }}.api.webhooks.deliveries import BadSignature, Delivery, Identifier, is_signed, read_header
from {{ package }}.domain.result import Err, Ok, Result


class PlainEnvelope(Struct, frozen=True):
    type: Identifier


@final
@dataclass(frozen=True, slots=True)
class PlainSignatures:
    """`header` is what the sender calls it."""

    secrets: Sequence[bytes] = field(repr=False)
    header: str = "X-Signature"

    def verify(self, headers: Mapping[str, str], body: bytes) -> Result[Delivery, BadSignature]:
        signature = read_header(headers, self.header).removeprefix("sha256=").lower()
        if not is_signed(body, self.secrets, [signature], hexlify):
            return Err(BadSignature("not signed with one of the secrets"))
        return Ok(Delivery(sha256(body).hexdigest(), decode_body(body, PlainEnvelope).type, body))
