"""Where a browser goes after signing in: a path of this origin, whatever the request asks for."""

import re
from typing import Final

# Printable ASCII without a backslash, which browsers read as a slash. A second slash would begin a host.
_PATH: Final = re.compile(r"/(?!/)[!-\[\]-~]{0,499}")
_SIGN_IN: Final = re.compile(r"/(login|callback|logout)([/?#]|$)")


def return_path(asked: str, public_path: str) -> str:
    """Return what was asked for if it is a path of this origin, else `/me`. Signing in again would never end."""
    safe = _PATH.fullmatch(asked) and not _SIGN_IN.match(asked.removeprefix(public_path))
    return asked if safe else f"{public_path}/me"
