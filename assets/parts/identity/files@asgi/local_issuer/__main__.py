"""Runs beside the service while it is developed: `uv run poe issuer`, and as a part of `uv run poe dev`."""

import signal
import sys

from local_issuer.server import LocalIssuer
from {{ package }}.infrastructure.config import OidcSettings, load_section


def main() -> None:
    """Issue tokens until told to stop, if OIDC_ISSUER names a port of this machine."""
    url = load_section(OidcSettings).issuer
    if url.local_port is None:
        print(f"OIDC_ISSUER is {url}: that one issues the tokens, nothing to do here", flush=True)
        return
    signal.signal(signal.SIGTERM, lambda _signum, _frame: sys.exit(0))
    try:
        with LocalIssuer(url.local_port, url.text):
            print(f"issuing tokens for development as {url}", flush=True)
            signal.pause()
    except OSError as error:
        sys.exit(f"OIDC_ISSUER is {url}, and {error.strerror}: stop what listens there, or name another port")
    except KeyboardInterrupt:
        sys.exit(0)


if __name__ == "__main__":
    main()
