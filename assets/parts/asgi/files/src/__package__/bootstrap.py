"""The composition root: settings in, a running application out. Nothing else constructs anything."""

{% set opens = slot("bootstrap.open") %}
{% set configured = opens or "settings." in slot("bootstrap.services") %}
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from starlette.applications import Starlette
from {{ package }}.api.app import create_app
from {{ package }}.api.middleware import current_request_id
from {{ package }}.api.services import Services
{% for one in resources %}
from {{ package }}.domain.{{ one.service_module }} import {{ one.Noun }}Service
{% endfor %}
from {{ package }}.infrastructure.config import Settings, load_settings
from {{ package }}.infrastructure.logging import configure_logging
{{ slot("bootstrap.imports") }}
{{ each("adapter_import", "lines") }}
{% if opens %}
from contextlib import AsyncExitStack
{% endif %}


@asynccontextmanager
async def create_services({% if configured %}settings: Settings{% endif %}) -> AsyncGenerator[Services]:
    """Open what the service needs, build its use cases, and close everything at the end."""
{% if opens %}
    async with AsyncExitStack() as stack:
        {{ slot("bootstrap.open") }}
        {{ slot("bootstrap.opened") }}
        {{ each("adapter", "lines") }}
        yield Services(
            {{ each("service", "lines") }}
            {{ slot("bootstrap.services") }}
        )
{% else %}
    {{ slot("bootstrap.opened") }}
    yield Services({% for one in resources %}{{ one.Noun }}Service(InMemory{{ one.Nouns }}()), {% endfor %}{{ slot("bootstrap.services") }})
{% endif %}


def create_application() -> Starlette:
    """Return the application for the settings in the environment."""
    settings = load_settings()
    configure_logging(settings.app.log_level, json=settings.app.production, request_id=current_request_id)
    return build_application(settings)


def build_application(settings: Settings) -> Starlette:
    return create_app(
        {{ "lambda: create_services(settings)" if configured else "create_services" }},
        {{ slot("bootstrap.app_arguments") }}
        cors_origins=settings.app.cors_origins,
        max_body_bytes=settings.app.max_body_bytes,
        timeout_seconds=settings.app.request_timeout_seconds,
    )
{% if slot("bootstrap.functions") %}


{{ slot("bootstrap.functions") }}
{% endif %}
