"""Values that go through a browser and come back unchanged, or not at all. They are signed, not hidden."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256
from typing import Final, final

import msgspec
from itsdangerous import BadSignature, Signer

from {{ package }}.infrastructure.login.secret import Secret

MOST_BYTES: Final = 3800
"""With its name and its attributes a cookie then stays below the 4096 that browsers keep. RFC 6265, section 6.1."""


@final
class Seal[T]:
    """Signs values of one kind for one purpose; what is sealed for another is not taken."""

    def __init__(self, secret: Secret, purpose: str, kind: type[T]) -> None:
        self._signer = Signer(secret.text, salt=purpose, key_derivation="hmac", digest_method=sha256)
        self._kind = kind

    def close(self, value: T) -> str:
        """Return what can be shown."""
        return self._signer.sign(urlsafe_b64encode(msgspec.json.encode(value)).rstrip(b"=")).decode()

    def open(self, shown: str) -> T | None:
        """Return what was sealed, or None when this was not."""
        try:
            content = self._signer.unsign(shown)
            return msgspec.json.decode(urlsafe_b64decode(content + b"=="), type=self._kind)
        # msgspec.DecodeError is a ValueError, and so is UnicodeDecodeError.
        except (BadSignature, ValueError):
            return None
