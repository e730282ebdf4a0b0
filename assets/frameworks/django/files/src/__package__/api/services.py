"""What routes work with. `bootstrap.py` creates it."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol
from django.http import HttpRequest
from {{ package }}.api.readiness import Readiness
{{ slot("services.imports") }}
{% for one in resources %}
from {{ package }}.domain.{{ one.service_module }} import {{ one.Noun }}Service
{% endfor %}
{% if "+idempotent" in uses %}
from {{ package }}.domain.idempotency import IdempotencyKeys
{% endif %}


class OpenTransaction(Protocol):
    """Opens the transaction of a use case: committed at the end of its block, rolled back when it raises."""

    def __call__(self, *, read_only: bool) -> AbstractContextManager[None]: ...


@dataclass(frozen=True, slots=True)
class Services:
{% for one in resources %}
    {{ one.nouns }}: {{ one.Noun }}Service
{% endfor %}
    readiness: Readiness
    transaction: OpenTransaction
    translate_error: Callable[[Exception], Exception]
{% if "+idempotent" in uses %}
    idempotency_keys: IdempotencyKeys
{% endif %}
    {{ slot("services.fields") }}


class ApiRequest(HttpRequest):
    """A request to a route, with the services that `bootstrap.py` puts on it."""

    services: Services  # pyright: ignore[reportUninitializedInstanceVariable] - Django makes the request
    {{ slot("services.request_fields") }}
