"""What the HTTP edge is given to work with; the composition root fills it."""

from dataclasses import dataclass
from typing import cast
from starlette.requests import Request
from {{ package }}.api.readiness import Readiness
from {{ package }}.domain.services import {{ Noun }}Service
{{ slot("services.imports") }}
{% if slot("services.types") %}


{{ slot("services.types") }}
{% endif %}


@dataclass(frozen=True, slots=True)
class Services:
    """The use cases, and what a route needs around them."""

    {{ nouns }}: {{ Noun }}Service
    readiness: Readiness
    {{ slot("services.fields") }}


def services_of(request: Request) -> Services:
    """Return the running services, which the lifespan has put into the state of every request."""
    return cast("dict[str, Services]", request.scope["state"])["services"]
