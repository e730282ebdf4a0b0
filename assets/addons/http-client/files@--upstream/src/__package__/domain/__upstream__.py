"""What use cases ask of the {{ upstream_words }} service. Put your own questions in the place of `find`."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class {{ Upstream }}Entry:
    """What the {{ upstream_words }} service knows under a reference."""

    reference: str
    name: str


class {{ Upstream }}(Protocol):
    """The {{ upstream_words }} service; its methods raise `Unavailable` when it does not answer."""

    async def find(self, reference: str) -> {{ Upstream }}Entry | None:
        """Return the entry under this reference."""
        ...
{% if slot("upstream.port_methods") %}

    {{ slot("upstream.port_methods") }}
{% endif %}
