"""Signing in at the local issuer: a page that takes anybody's word, and codes for one use."""

import secrets
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from html import escape
from http import HTTPStatus
from typing import Final
from urllib.parse import urlencode

from local_issuer.permissions import EVERYTHING
from local_issuer.provider import TOKEN_SECONDS, Answer, Asked, Provider
from {{ package }}.infrastructure.config import LoginSettings, PublicSettings, load_section

_CARRIED: Final = (
    "client_id",
    "code_challenge",
    "code_challenge_method",
    "nonce",
    "redirect_uri",
    "response_type",
    "state",
)
_PAGE: Final = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Local issuer</title>
<h1>Sign in for development</h1><form method="post" action="/authorize">{hidden}
<p><label>Name <input name="subject" value="developer" required></label></p>
<p><label>Roles <input name="roles" value="{roles}" size="60"></label></p>
<button name="decision" value="accept">Sign in</button>
<button name="decision" value="refuse">Refuse</button></form></html>
"""


@dataclass(frozen=True, slots=True)
class Code:
    """What was said when a code was given."""

    asked: Mapping[str, str]
    subject: str
    roles: tuple[str, ...]


_codes: Final[dict[str, Code]] = {}


def authorize_page(_provider: Provider, asked: Asked) -> Answer:
    """Ask who signs in."""
    if objection := _objection(asked.parameters):
        return Answer.error(objection)
    fields = (
        f'<input type="hidden" name="{name}" value="{escape(asked.parameters[name])}">'
        for name in _CARRIED
        if name in asked.parameters
    )
    body = _PAGE.format(hidden="".join(fields), roles=EVERYTHING)
    return Answer(body.encode(), HTTPStatus.OK, {"Content-Type": "text/html; charset=utf-8"})


def authorize(provider: Provider, asked: Asked) -> Answer:
    """Send the browser back with a code, or with a refusal."""
    said = asked.parameters
    if objection := _objection(said):
        return Answer.error(objection)
    answer = {"state": said.get("state", ""), "iss": provider.url}
    if said.get("decision") == "refuse":
        return _back(said, {**answer, "error": "access_denied"})
    code = secrets.token_urlsafe(16)
    _codes[code] = Code(said, said.get("subject", "developer"), tuple(said.get("roles", "").split()))
    return _back(said, {**answer, "code": code})


def authorization_code(provider: Provider, asked: Asked) -> Answer:
    """Give an ID token for a code, once, to whom it was given. RFC 6749, section 4.1.3; RFC 7636, section 4.6."""
    code = _codes.pop(asked.parameters.get("code", ""), None)
    verifier = asked.parameters.get("code_verifier", "").encode()
    challenge = urlsafe_b64encode(sha256(verifier).digest()).rstrip(b"=").decode()
    if code is None or code.asked["code_challenge"] != challenge:
        return Answer.error("invalid_grant")
    if code.asked["redirect_uri"] != asked.parameters.get("redirect_uri"):
        return Answer.error("invalid_grant")
    nonce = {"nonce": code.asked["nonce"]} if "nonce" in code.asked else {}
    claims = provider.claims(code.subject, code.asked["client_id"], roles=[*code.roles], **nonce)
    document = {"id_token": provider.sign(claims), "access_token": secrets.token_urlsafe(16)}
    return Answer.json({**document, "token_type": "Bearer", "expires_in": TOKEN_SECONDS})


def end_session(_provider: Provider, asked: Asked) -> Answer:
    """Send the browser back, if it is to where the service is."""
    place = asked.parameters.get("post_logout_redirect_uri", "")
    if place != f"{load_section(PublicSettings).public_url}/":
        return Answer.error("invalid_request")
    return Answer(b"", HTTPStatus.SEE_OTHER, {"Location": place})


def _objection(said: Mapping[str, str]) -> str:
    if said.get("client_id") != load_section(LoginSettings).client_id:
        return "unauthorized_client"
    if said.get("redirect_uri") != load_section(PublicSettings).public_url.callback:
        return "invalid_request"
    asked = said.get("response_type"), said.get("code_challenge_method"), "code_challenge" in said
    return "" if asked == ("code", "S256", True) else "invalid_request"


def _back(said: Mapping[str, str], answer: Mapping[str, str]) -> Answer:
    return Answer(b"", HTTPStatus.SEE_OTHER, {"Location": f"{said['redirect_uri']}?{urlencode(answer)}"})
