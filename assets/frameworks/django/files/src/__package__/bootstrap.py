"""The composition root: settings in, running services out. Nothing else constructs anything."""

from functools import cache
{% if "+idempotent" in uses %}
from datetime import timedelta
from {{ package }}.infrastructure.db.idempotency_keys import SqlIdempotencyKeys
{% endif %}
from ninja import NinjaAPI
from {{ package }}.api.api import create_api
from {{ package }}.api.middleware import Outages, Probes, Respond
from {{ package }}.api.readiness import Readiness
from {{ package }}.api.routes.health import healthz, readyz
from {{ package }}.api.services import Services
{% for one in resources %}
from {{ package }}.domain.{{ one.service_module }} import {{ one.Noun }}Service
from {{ package }}.infrastructure.db.{{ one.query_module }} import Sql{{ one.Nouns }}
{% endfor %}
from {{ package }}.infrastructure.config import load_settings
{{ slot("bootstrap.imports") }}
from {{ package }}.infrastructure.db.errors import unavailable_reason
from {{ package }}.infrastructure.db.schema import check_schema
from {{ package }}.infrastructure.db.transactions import open_transaction


@cache
def get_services() -> Services:
    """Build the use cases, once in each process."""
{% if slot("bootstrap.open") %}
    settings = load_settings()
    {{ slot("bootstrap.open") }}
{% endif %}
    {{ each("adapter", "lines") }}
    return Services(
        {{ each("service", "lines") }}
        readiness=Readiness({"database": check_schema, {{ slot("bootstrap.checks") }}}),
        transaction=open_transaction,
{% if "+idempotent" in uses %}
        idempotency_keys=SqlIdempotencyKeys(keep=timedelta(hours=load_settings().idempotency.keep_hours)),
{% endif %}
        {{ slot("bootstrap.services") }}
    )


def build_api() -> NinjaAPI:
    return create_api(get_services(), docs=load_settings().app.docs)


def answer_probes(get_response: Respond) -> Probes:
    """Return the middleware that answers probes before anything else looks at them."""
    return Probes(get_response, {"/healthz": healthz, "/readyz": readyz(get_services().readiness)})


def report_outages(get_response: Respond) -> Outages:
    """Return the middleware that turns an outage of the database into a 503."""
    return Outages(get_response, unavailable_reason)
{% if slot("bootstrap.functions") %}


{{ slot("bootstrap.functions") }}
{% endif %}
