"""What the receivers of webhooks share. A signature is checked over the body as it came, before anything reads it."""

import hmac
import logging
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Final
from msgspec import Meta
from starlette.requests import Request
from starlette.responses import Response
from {{ package }}.api.problems import problem

MAX_HEADER: Final = 2000
{% set dated = webhooks | selectattr("webhook_dated") | list %}
{% if dated %}
TOLERANCE: Final = 300
"""How many seconds ago, or ahead by the sender's clock, a delivery may have been signed: later it may be a replay."""
{% endif %}
IDENTIFIER: Final = r"^[!-~]{1,255}\Z"
Identifier = Annotated[str, Meta(pattern=IDENTIFIER)]
"""The id of a delivery, or the type of an event."""

_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Delivery:
    """What a sender signed. When it sends it again, the id is the same."""

    id: str
    type: str
    body: bytes


@dataclass(frozen=True, slots=True)
class BadSignature:
    """The reason is for the log: the response does not tell it."""

    reason: str


def refuse(request: Request, error: BadSignature) -> Response:
    _logger.info("webhook refused", extra={"path": request.url.path, "reason": error.reason})
    challenge = {"WWW-Authenticate": "HMAC-SHA256"}
    return problem(401, "The signature is missing or not valid.", challenge, kind="invalid-signature")


def read_header(headers: Mapping[str, str], name: str) -> str:
    """Return a header, or nothing where it is missing or longer than senders have it."""
    value = headers.get(name, "")
    return value if len(value) <= MAX_HEADER else ""


def is_signed(content: bytes, secrets: Iterable[bytes], signatures: Iterable[str], encode: Callable[[bytes], bytes]) -> bool:
    """Tell whether one of the secrets made one of the signatures, each compared in constant time."""
    sent = [signature.encode() for signature in signatures]
    made = [encode(hmac.digest(secret, content, "sha256")) for secret in secrets]
    return any(hmac.compare_digest(one, other) for one in made for other in sent)
{% if dated %}


def is_recent(timestamp: str, now: float) -> bool:
    return re.fullmatch("[0-9]{1,12}", timestamp) is not None and abs(now - int(timestamp)) <= TOLERANCE
{% endif %}
