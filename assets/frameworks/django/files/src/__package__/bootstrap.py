"""The composition root: settings in, running services out."""

from collections.abc import Callable
from functools import cache
{% if "+idempotent" in uses %}
from datetime import timedelta
from {{ package }}.infrastructure.db.idempotency_keys import SqlIdempotencyKeys
{% endif %}
from django.http.response import HttpResponseBase
from {{ package }}.api.middleware import Respond
from {{ package }}.api.readiness import Readiness
from {{ package }}.api.routes.health import PROBES
from {{ package }}.api.services import ApiRequest, Services
{% for one in resources %}
from {{ package }}.domain.{{ one.service_module }} import {{ one.Noun }}Service
from {{ package }}.infrastructure.db.{{ one.query_module }} import Sql{{ one.Nouns }}
{% endfor %}
from {{ package }}.infrastructure.config import load_settings
{{ slot("bootstrap.imports") }}
from {{ package }}.infrastructure.db.errors import translate_error
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
        translate_error=translate_error,
{% if "+idempotent" in uses %}
        idempotency_keys=SqlIdempotencyKeys(keep=timedelta(hours=load_settings().idempotency.keep_hours)),
{% endif %}
        {{ slot("bootstrap.services") }}
    )


def attach_services(get_response: Respond) -> Callable[[ApiRequest], HttpResponseBase]:
    """Return the middleware that puts the services on a request, and answers it if it is a probe."""
    services = get_services()

    def respond(request: ApiRequest) -> HttpResponseBase:
        request.services = services
        return PROBES.get(request.path_info, get_response)(request)

    return respond
{% if slot("bootstrap.functions") %}


{{ slot("bootstrap.functions") }}
{% endif %}
