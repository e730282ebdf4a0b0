"""What routes work with. `bootstrap.py` creates it."""

from dataclasses import dataclass
from typing import cast
from starlette.requests import Request
{% for one in resources %}
from {{ package }}.domain.{{ one.service_module }} import {{ one.Noun }}Service
{% endfor %}
{{ slot("services.imports") }}
{% if slot("services.types") %}


{{ slot("services.types") }}
{% endif %}


@dataclass(frozen=True, slots=True)
class Services:
{% for one in resources %}
    {{ one.nouns }}: {{ one.Noun }}Service
{% endfor %}
{% if resources or slot("services.fields") %}
    {{ slot("services.fields") }}
{% else %}
    """The use cases that routes call: a field for each."""
{% endif %}


def services_of(request: Request) -> Services:
    """Return the services that the lifespan opened."""
    return cast("Services", request.state.services)
{% if slot("services.dependencies") %}


{{ slot("services.dependencies") }}
{% endif %}
