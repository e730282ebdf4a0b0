"""GitHub: the body is signed. https://docs.github.com/webhooks has the scheme; the content type is application/json.

The id of the delivery and the type of the event are not signed: who has seen a signed body can send it with others.
"""

import re
from binascii import hexlify
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import final
from {{ package }}.api.webhooks.deliveries import IDENTIFIER, BadSignature, Delivery, is_signed, read_header
from {{ package }}.domain.result import Err, Ok, Result


@final
@dataclass(frozen=True, slots=True)
class GithubSignatures:
    secrets: Sequence[bytes] = field(repr=False)

    def verify(self, headers: Mapping[str, str], body: bytes) -> Result[Delivery, BadSignature]:
        scheme, _, signature = read_header(headers, "X-Hub-Signature-256").partition("=")
        delivery_id, event_type = (read_header(headers, name) for name in ("X-GitHub-Delivery", "X-GitHub-Event"))
        if scheme != "sha256" or not is_signed(body, self.secrets, [signature], hexlify):
            return Err(BadSignature("not signed with one of the secrets"))
        if not re.match(IDENTIFIER, delivery_id) or not re.match(IDENTIFIER, event_type):
            return Err(BadSignature("no X-GitHub-Delivery, or no X-GitHub-Event"))
        return Ok(Delivery(delivery_id, event_type, body))
