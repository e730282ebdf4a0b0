"""Values that a browser keeps. They are signed, not encrypted."""

from hashlib import sha256
from secrets import token_urlsafe
from typing import Final, cast, final

import msgspec
from itsdangerous import BadData, URLSafeSerializer

from {{ package }}.infrastructure.secret import Secret


OF_THIS_PROCESS: Final = token_urlsafe()
"""Signs while SESSION_SECRET is unset, which production refuses. Nobody knows it, and sessions end with the process."""


@final
class SignedCookie[T]:
    """Each purpose has a key of its own, so that one cookie is not accepted in place of another."""

    def __init__(self, secret: Secret, purpose: str, kind: type[T]) -> None:
        options = {"key_derivation": "hmac", "digest_method": sha256}
        self._serializer = URLSafeSerializer(secret.text or OF_THIS_PROCESS, salt=purpose, signer_kwargs=options)
        self._kind = kind

    def dumps(self, value: T) -> str:
        return self._serializer.dumps(msgspec.to_builtins(value))

    def loads(self, cookie: str) -> T | None:
        try:
            return msgspec.convert(cast("object", self._serializer.loads(cookie)), self._kind)
        except (BadData, ValueError):  # msgspec.ValidationError is a ValueError
            return None
