"""Every scope that a route requires. Add new ones here."""

from typing import Final

PERMISSIONS: Final{{ "[tuple[str, ...]]" if not resources }} = (
{% for one in resources if one.can_get %}
    "{{ one.slug }}:read",
{% if one.can_write %}
    "{{ one.slug }}:write",
{% endif %}
{% endfor %}
)
ALL_PERMISSIONS: Final = " ".join(PERMISSIONS)
"""What the issuer grants by default, in the form of `scope`."""
