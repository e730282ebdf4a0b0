"""Stripe: timestamp and body are signed. https://docs.stripe.com/webhooks has the scheme."""

from binascii import hexlify
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from time import time
from typing import final
from msgspec import Struct
from {{ package }}.api.bodies import decode_body
from {{ package }}.api.webhooks.deliveries import BadSignature, Delivery, Identifier, is_recent, is_signed, read_header
from {{ package }}.domain.result import Err, Ok, Result


class StripeEnvelope(Struct, frozen=True):
    """The id of an event is that of its delivery."""

    id: Identifier
    type: Identifier


@final
@dataclass(frozen=True, slots=True)
class StripeSignatures:
    secrets: Sequence[bytes] = field(repr=False)
    clock: Callable[[], float] = time

    def verify(self, headers: Mapping[str, str], body: bytes) -> Result[Delivery, BadSignature]:
        parts = [part.strip().partition("=") for part in read_header(headers, "Stripe-Signature").split(",")]
        timestamp = next((value for name, _, value in parts if name == "t"), "")
        signatures = [value for name, _, value in parts if name == "v1"]
        if not is_signed(f"{timestamp}.".encode() + body, self.secrets, signatures, hexlify):
            return Err(BadSignature("not signed with one of the secrets"))
        if not is_recent(timestamp, self.clock()):
            return Err(BadSignature("signed too long ago, or in the future"))
        envelope = decode_body(body, StripeEnvelope)
        return Ok(Delivery(envelope.id, envelope.type, body))
