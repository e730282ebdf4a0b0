"""What the HTTP edge is given to work with; the composition root fills it."""

from dataclasses import dataclass
from typing import TypedDict, cast
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


class AppState(TypedDict):
    """What the lifespan hands to every request."""

    services: Services


class StatefulScope(TypedDict):
    """The part of an ASGI scope that is read here."""

    state: AppState


def services_of(request: Request) -> Services:
    """Return the running services."""
    return cast("StatefulScope", cast("object", request.scope))["state"]["services"]
