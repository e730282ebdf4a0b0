"""Where a browser goes after signing in: a place on this origin, whatever it was asked for."""

import re
from typing import Final

DEFAULT: Final = "/me"
_LONGEST: Final = 500
# Printable ASCII without a backslash, which browsers read as a slash; a second slash would begin another host.
_PATH: Final = re.compile(r"/(?!/)[!-\[\]-~]*")
# Coming back to where signing in begins or ends would go round in circles.
_OURS: Final = re.compile(r"/(login|callback|logout)([/?#]|$)")


def return_path(asked: str) -> str:
    """Return what was asked for if browsers stay on this origin with it, else the default."""
    good = len(asked) <= _LONGEST and _PATH.fullmatch(asked) and not _OURS.match(asked)
    return asked if good else DEFAULT
