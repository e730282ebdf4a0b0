{% set own = slot("upstream.port_methods") %}
"""What use cases ask of the {{ upstream_words }} service.{{ " Put your own questions in the place of `find`." if not own }}"""

from dataclasses import dataclass
from typing import Protocol


{% if not own %}
@dataclass(frozen=True, slots=True)
class {{ Upstream }}Entry:
    """What the {{ upstream_words }} service knows under a reference."""

    reference: str
    name: str


{% endif %}
class {{ Upstream }}(Protocol):
    """The {{ upstream_words }} service; its methods raise `Unavailable` when it does not answer."""

{% if own %}
    {{ slot("upstream.port_methods") }}
{% else %}
    async def find(self, reference: str) -> {{ Upstream }}Entry | None:
        """Return the entry under this reference."""
        ...
{% endif %}
