"""The issuer: discovery, keys, client credentials, and the authorization code flow with PKCE."""

import secrets
import socket
import time
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from hashlib import sha256
from threading import Thread
from typing import Final
from urllib.parse import parse_qsl, urlencode

import uvicorn
from joserfc import jwt
from joserfc.jwk import RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from local_issuer.permissions import ALL_PERMISSIONS
from {{ package }}.infrastructure.config import AppSettings, load_section

TOKEN_SECONDS: Final = 3600
_PAGE: Final = f"""<!doctype html><html lang="en"><meta charset="utf-8"><title>Local issuer</title>
<h1>Sign in for development</h1><form method="post">
<p><label>Name <input name="subject" value="developer" required></label></p>
<p><label>Roles <input name="roles" value="{ALL_PERMISSIONS}" size="60"></label></p>
<button name="decision" value="accept">Sign in</button>
<button name="decision" value="refuse">Refuse</button></form></html>
"""


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
        self.key: RSAKey = key or new_key()
        self._codes: dict[str, Mapping[str, str]] = {}
        self._app: Starlette = Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self._discovery),
                Route("/jwks", self._jwks),
                Route("/token", self._token, methods=["POST"]),
                Route("/authorize", self._authorize, methods=["GET", "POST"]),
                Route("/end_session", self._end_session),
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

    def access_token(self, subject: str, audience: str, scope: str) -> str:
        """Return an access token as RFC 9068 defines them."""
        return self.sign(self.claims(subject, audience, client_id=subject, scope=scope), typ="at+jwt")

    async def _discovery(self, _request: Request) -> Response:
        paths = {"jwks_uri": "/jwks", "token_endpoint": "/token", "authorization_endpoint": "/authorize"}
        urls = {name: self.url + path for name, path in {**paths, "end_session_endpoint": "/end_session"}.items()}
        return JSONResponse({"issuer": self.url, **urls, "code_challenge_methods_supported": ["S256"]})

    async def _jwks(self, _request: Request) -> Response:
        return JSONResponse({"keys": [self.key.as_dict(private=False)]})

    async def _token(self, request: Request) -> Response:
        form = await _form(request)
        match form.get("grant_type"):
            case "client_credentials":
                return self._client_credentials(form)
            case "authorization_code":
                return self._authorization_code(form)
            case _:
                return _error("unsupported_grant_type")

    def _client_credentials(self, form: Mapping[str, str]) -> Response:
        client, scope = form.get("client_id", "developer"), form.get("scope", "")
        return _granted(scope=scope, access_token=self.access_token(client, form.get("audience", client), scope))

    def _authorization_code(self, form: Mapping[str, str]) -> Response:
        """Return an ID token for a code, once. RFC 6749, section 4.1.3; RFC 7636, section 4.6."""
        asked = self._codes.pop(form.get("code", ""), {})
        challenge = urlsafe_b64encode(sha256(form.get("code_verifier", "").encode()).digest()).rstrip(b"=").decode()
        if (asked.get("code_challenge"), asked.get("redirect_uri")) != (challenge, form.get("redirect_uri")):
            return _error("invalid_grant")
        roles, nonce = asked.get("roles", "").split(), asked.get("nonce")
        claims = self.claims(asked["subject"], asked["client_id"], roles=roles, nonce=nonce)
        return _granted(id_token=self.sign(claims), access_token=secrets.token_urlsafe(16))

    async def _authorize(self, request: Request) -> Response:
        """Show the page. When it is posted, send the browser back with a code or a refusal."""
        if request.method == "GET":
            return HTMLResponse(_PAGE)
        asked = {**request.query_params, **await _form(request)}
        answer = {"state": asked.get("state", ""), "iss": self.url}
        if asked.get("decision") == "refuse":
            answer["error"] = "access_denied"
        else:
            answer["code"] = secrets.token_urlsafe(16)
            self._codes[answer["code"]] = asked
        return RedirectResponse(f"{asked['redirect_uri']}?{urlencode(answer)}", 303)

    async def _end_session(self, request: Request) -> Response:
        return RedirectResponse(request.query_params["post_logout_redirect_uri"], 303)


def new_key() -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": secrets.token_hex(8), "use": "sig", "alg": "RS256"})


async def _form(request: Request) -> dict[str, str]:
    return dict(parse_qsl((await request.body()).decode()))


def _granted(**members: str) -> Response:
    return JSONResponse({"token_type": "Bearer", "expires_in": TOKEN_SECONDS, **members})


def _error(code: str) -> Response:
    return JSONResponse({"error": code}, 400)
