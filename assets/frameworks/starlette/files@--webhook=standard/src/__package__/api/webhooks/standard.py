"""Standard Webhooks: id, timestamp and body are signed. https://www.standardwebhooks.com has the specification."""

import re
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from time import time
from typing import final
from msgspec import Struct
from {{ package }}.api.bodies import decode_body
from {{ package }}.api.webhooks.deliveries import IDENTIFIER, BadSignature, Delivery, Identifier, is_recent, is_signed, read_header
from {{ package }}.domain.result import Err, Ok, Result


class StandardEnvelope(Struct, frozen=True):
    type: Identifier


@final
@dataclass(frozen=True, slots=True)
class StandardSignatures:
    secrets: Sequence[bytes] = field(repr=False)
    clock: Callable[[], float] = time

    def verify(self, headers: Mapping[str, str], body: bytes) -> Result[Delivery, BadSignature]:
        delivery_id, timestamp = read_header(headers, "Webhook-Id"), read_header(headers, "Webhook-Timestamp")
        versions = [text.partition(",") for text in read_header(headers, "Webhook-Signature").split(" ")]
        signatures = [signature for version, _, signature in versions if version == "v1"]
        content = f"{delivery_id}.{timestamp}.".encode() + body
        if not is_signed(content, self.secrets, signatures, b64encode) or not re.match(IDENTIFIER, delivery_id):
            return Err(BadSignature("not signed with one of the secrets"))
        if not is_recent(timestamp, self.clock()):
            return Err(BadSignature("signed too long ago, or in the future"))
        return Ok(Delivery(delivery_id, decode_body(body, StandardEnvelope).type, body))
