"""Prints a token that the service takes while it is developed: `uv run poe token --help` says for what."""

import argparse
import sys
import httpx2
import msgspec
from local_issuer.permissions import EVERYTHING
from {{ package }}.infrastructure.config import OidcSettings, TokenSettings, load_section


class Options(argparse.Namespace):
    """What can be said on the command line."""

    scope: str = EVERYTHING
    subject: str = "developer"


class Granted(msgspec.Struct):
    """What a token endpoint answers."""

    access_token: str


def main() -> None:
    """Ask the running issuer for a token."""
    options = Options()
    parser = argparse.ArgumentParser(prog="poe token", description="Print a token for development.")
    parser.add_argument("--scope", help=f"what it permits, apart by spaces ({EVERYTHING})")
    parser.add_argument("--subject", help=f"whom it names ({options.subject})")
    parser.parse_args(namespace=options)
    print(granted(options.scope, options.subject))


def granted(scope: str, subject: str) -> str:
    """Return a token, or end with a line that says why there is none."""
    issuer = load_section(OidcSettings).issuer
    if issuer.local_port is None:
        sys.exit(f"OIDC_ISSUER is {issuer}: ask that one for a token")
    audience = load_section(TokenSettings).audience
    form = {"grant_type": "client_credentials", "client_id": subject, "scope": scope, "audience": audience}
    try:
        answer = httpx2.post(f"{issuer}/token", data=form, timeout=5, trust_env=False)
        return msgspec.json.decode(answer.raise_for_status().content, type=Granted).access_token
    except (httpx2.HTTPError, ValueError, RecursionError):  # msgspec.DecodeError is a ValueError
        sys.exit(f"no local issuer answers as {issuer}: `uv run poe dev` starts it, and `uv run poe issuer` it alone")


if __name__ == "__main__":
    main()
