"""Runs the issuer beside the service: `uv run poe issuer`, and as a part of `uv run poe dev`."""

import signal
import sys
from typing import Final

from local_issuer.issuer import LocalIssuer
from {{ package }}.infrastructure.config import OidcSettings, load_section

_ENDING: Final = {signal.SIGINT, signal.SIGTERM}


def main() -> None:
    url = load_section(OidcSettings).issuer
    if url.local_port is None:
        print(f"OIDC_ISSUER is {url.text}, which issues the tokens: the local issuer is not needed", flush=True)
        return
    try:
        issuer = LocalIssuer(url.local_port, url.text)
    except OSError as error:
        sys.exit(f"OIDC_ISSUER is {url.text}, and {error.strerror}: stop what listens there, or name another port")
    signal.pthread_sigmask(signal.SIG_BLOCK, _ENDING)
    issuer.start()
    print(f"issuing tokens for development as {url.text}", flush=True)
    signal.sigwait(_ENDING)


if __name__ == "__main__":
    main()
