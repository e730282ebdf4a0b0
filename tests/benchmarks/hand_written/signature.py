"""The service without `auth`, and before each of its answers nothing but a check of the token's signature."""

import os

import httpx2
from joserfc import jws
from joserfc.jwk import KeySet
from orders_api.bootstrap import create_application
from starlette.types import Receive, Scope, Send

_keys = KeySet.import_key_set(httpx2.get(f"{os.environ['OIDC_ISSUER']}/jwks").json())
_service = create_application()


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    for name, value in scope.get("headers", ()):
        if name == b"authorization":
            _ = jws.deserialize_compact(value.removeprefix(b"Bearer "), _keys, algorithms=["RS256"])
    await _service(scope, receive, send)
