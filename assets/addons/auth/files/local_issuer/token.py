"""Prints a token for development: `uv run poe token --help` has the options."""

import argparse
import sys

import httpx2
import msgspec

from local_issuer.permissions import ALL_PERMISSIONS
from {{ package }}.infrastructure.config import OidcSettings, TokenSettings, load_section


class Options(argparse.Namespace):
    scope: str = ALL_PERMISSIONS
    subject: str = "developer"


class TokenResponse(msgspec.Struct):
    access_token: str


def main() -> None:
    options = Options()
    parser = argparse.ArgumentParser(prog="poe token", description="Print a token for development.")
    parser.add_argument("--scope", help=f"the scopes it has, separated by spaces ({ALL_PERMISSIONS})")
    parser.add_argument("--subject", help=f"the caller it names ({options.subject})")
    parser.parse_args(namespace=options)
    print(fetch_token(options))


def fetch_token(options: Options) -> str:
    """Return a token of the running issuer, or exit with one line that says why there is none."""
    issuer, audience = load_section(OidcSettings).issuer, load_section(TokenSettings).audience
    if issuer.local_port is None:
        sys.exit(f"OIDC_ISSUER is {issuer.text}: ask that one for a token")
    form = {"grant_type": "client_credentials", "client_id": options.subject, "scope": options.scope}
    try:
        response = httpx2.post(f"{issuer.text.rstrip('/')}/token", data={**form, "audience": audience}, timeout=5, trust_env=False)
        return msgspec.json.decode(response.raise_for_status().content, type=TokenResponse).access_token
    except (httpx2.HTTPError, ValueError, RecursionError):  # msgspec.DecodeError is a ValueError
        sys.exit(f"no local issuer answers as {issuer.text}: start it with `uv run poe dev` or `uv run poe issuer`")


if __name__ == "__main__":
    main()
