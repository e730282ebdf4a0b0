"""Every scope that a route requires. Add new ones here."""

from typing import Final

PERMISSIONS: Final = (
    "{{ slug }}:read",
    "{{ slug }}:write",
)
ALL_PERMISSIONS: Final = " ".join(PERMISSIONS)
"""What the issuer grants by default, in the form of `scope`."""
