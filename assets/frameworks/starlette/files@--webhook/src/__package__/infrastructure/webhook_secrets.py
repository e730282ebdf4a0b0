"""The secrets that webhooks are signed with: several at a time, so that a new one can take the place of an old one."""

{% set base64 = "Base64Secrets" in webhooks | map(attribute="webhook_secrets") %}
{% if base64 %}
from base64 import b64decode
from typing import override
{% endif %}
from dataclasses import dataclass, field
from typing import Self


@dataclass(frozen=True, slots=True)
class Secrets:
    """Keys that `repr` and so no log shows."""

    keys: tuple[bytes, ...] = field(default=(), repr=False)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read secrets with commas between them. An empty one would let everybody sign."""
        keys = tuple(cls.read_key(secret.strip()) for secret in text.split(","))
        if not all(keys):
            message = "got an empty secret; expected secrets with commas between them"
            raise ValueError(message)
        return cls(keys)

    @classmethod
    def read_key(cls, secret: str) -> bytes:
        return secret.encode()
{% if base64 %}


class Base64Secrets(Secrets):
    """Keys in Base64, behind `whsec_` or not, as Standard Webhooks have them."""

    @classmethod
    @override
    def read_key(cls, secret: str) -> bytes:
        text = secret.removeprefix("whsec_").rstrip("=")
        try:
            return b64decode(text + "=" * (-len(text) % 4), validate=True)
        except ValueError:
            message = "got a secret that is not Base64; expected it as the sender shows it, such as whsec_..."
            raise ValueError(message) from None
{% endif %}
