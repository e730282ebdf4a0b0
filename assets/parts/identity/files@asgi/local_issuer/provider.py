"""What the issuer answers, as functions of what it is asked; how that travels is the server's business."""

import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Final
import msgspec
from joserfc import jwt
from joserfc.jwk import RSAKey

TOKEN_SECONDS: Final = 3600

type Claims = dict[str, object]
type Endpoint = Callable[["Provider", "Asked"], "Answer"]


@dataclass(frozen=True, slots=True)
class Asked:
    """A request: its query or, if it was posted, its form as well."""

    method: str
    path: str
    parameters: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class Answer:
    """What it gets."""

    body: bytes
    status: int = HTTPStatus.OK
    headers: Mapping[str, str] = field(default_factory=dict[str, str])

    @classmethod
    def json(cls, document: object, status: int = HTTPStatus.OK) -> "Answer":
        """Answer with a document that nobody keeps."""
        headers = {"Content-Type": "application/json", "Cache-Control": "no-store"}
        return cls(msgspec.json.encode(document), status, headers)

    @classmethod
    def error(cls, code: str, status: int = HTTPStatus.BAD_REQUEST) -> "Answer":
        """Refuse, with one of OAuth's codes."""
        return cls.json({"error": code}, status)


class Provider:
    """Holds the throw-away key and the tables of endpoints and grants, which a test may change."""

    def __init__(self, url: str, endpoints: Mapping[tuple[str, str], Endpoint], grants: Mapping[str, Endpoint]) -> None:
        self.url: str = url
        self.endpoints: dict[tuple[str, str], Endpoint] = {**endpoints}
        self.grants: dict[str, Endpoint] = {**grants}
        self.key: RSAKey = _new_key()
        self.published: list[RSAKey] = [self.key]

    def answer(self, asked: Asked) -> Answer:
        """Answer, or say that there is no such thing."""
        endpoint = self.endpoints.get((asked.method, asked.path))
        return endpoint(self, asked) if endpoint else Answer.error("not_found", HTTPStatus.NOT_FOUND)

    def rotate(self) -> None:
        """Sign with a new key from now on, and publish only that."""
        self.key = _new_key()
        self.published = [self.key]

    def claims(self, subject: str, audience: str, **more: object) -> Claims:
        """Return what every token of this issuer says, and more."""
        now = int(time.time())
        times = {"iat": now, "exp": now + TOKEN_SECONDS, "jti": secrets.token_hex(8)}
        return {"iss": self.url, "sub": subject, "aud": audience, **times, **more}

    def sign(self, claims: Claims, **header: str) -> str:
        """Return a token."""
        return jwt.encode({"alg": "RS256", "kid": self.key.kid, **header}, claims, self.key)


def _new_key() -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": secrets.token_hex(8), "use": "sig", "alg": "RS256"})
