"""The issuer: its discovery document, its keys, and the grants that the service and its callers use."""

import secrets
import socket
import time
from collections.abc import Mapping
from threading import Thread
from typing import Final
from urllib.parse import parse_qsl

import uvicorn
from joserfc import jwt
from joserfc.jwk import RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
{{ slot("issuer.imports") }}
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from {{ package }}.infrastructure.config import AppSettings, load_section

TOKEN_SECONDS: Final = 3600
{{ slot("issuer.constants") }}


class LocalIssuer:
    """Listens on loopback as soon as it is created, and answers between `start` and `stop`."""

    def __init__(self, port: int = 0, url: str | None = None, key: RSAKey | None = None) -> None:
        if load_section(AppSettings).production:
            message = "got APP_ENV=production; expected development: the local issuer gives a token to everybody"
            raise SystemExit(message)
        self._socket: socket.socket = socket.create_server(("127.0.0.1", port))
        self._server: uvicorn.Server | None = None
        self._thread: Thread | None = None
        self.port: int = self._socket.getsockname()[1]
        self.url: str = url or f"http://127.0.0.1:{self.port}"
        self.base: str = self.url.rstrip("/")
        self.key: RSAKey = key or new_key()
        {{ slot("issuer.state") }}
        self._app: Starlette = Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self._discovery),
                Route("/jwks", self._jwks),
                Route("/token", self._token, methods=["POST"]),
                {{ slot("issuer.routes") }}
            ]
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, send)

    def start(self) -> None:
        """Answer from now on. It does nothing if the issuer answers already."""
        if self._thread and self._thread.is_alive():
            return
        if self._socket.fileno() == -1:  # stopped before
            self._socket = socket.create_server(("127.0.0.1", self.port))
        self._server = uvicorn.Server(uvicorn.Config(self, lifespan="off", log_config=None, access_log=False))
        self._thread = Thread(target=self._server.run, args=([self._socket],), daemon=True)
        self._thread.start()

    def stop(self) -> None:
        if self._server and self._thread:
            self._server.should_exit = True
            self._thread.join()

    def sign(self, claims: Mapping[str, object], **header: object) -> str:
        return jwt.encode({"alg": "RS256", "kid": self.key.kid, **header}, dict(claims), self.key)

    def claims(self, subject: str, audience: str, **more: object) -> dict[str, object]:
        """Return the claims that every token of this issuer has, and more."""
        now = int(time.time())
        times = {"iat": now, "exp": now + TOKEN_SECONDS}
        return {"iss": self.url, "sub": subject, "aud": audience, "jti": secrets.token_hex(8), **times, **more}

    async def _discovery(self, _request: Request) -> Response:
        return JSONResponse(
            {
                "issuer": self.url,
                "jwks_uri": f"{self.base}/jwks",
                "token_endpoint": f"{self.base}/token",
                {{ slot("issuer.endpoints") }}
            }
        )

    async def _jwks(self, _request: Request) -> Response:
        return JSONResponse({"keys": [self.key.as_dict(private=False)]})

    async def _token(self, request: Request) -> Response:
        form = await _form(request)
        match form.get("grant_type"):
            {{ slot("issuer.grants") }}
            case _:
                return _error("unsupported_grant_type")

    {{ slot("issuer.methods") }}


def new_key() -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": secrets.token_hex(8), "use": "sig", "alg": "RS256"})


async def _form(request: Request) -> dict[str, str]:
    return dict(parse_qsl((await request.body()).decode()))


def _granted(**members: str) -> Response:
    return JSONResponse({"token_type": "Bearer", "expires_in": TOKEN_SECONDS, **members})


def _error(code: str) -> Response:
    return JSONResponse({"error": code}, 400)
