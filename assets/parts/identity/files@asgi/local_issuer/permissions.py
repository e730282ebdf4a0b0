"""What there is to permit; a permission that a route begins to need joins it."""

from typing import Final

PERMISSIONS: Final = (
    "{{ slug }}:read",
    "{{ slug }}:write",
)
EVERYTHING: Final = " ".join(PERMISSIONS)
"""What the local issuer permits those who ask for nothing in particular, as `scope` has it."""
