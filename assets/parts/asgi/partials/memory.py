from collections.abc import Sequence
from datetime import date
from uuid import UUID
from {{ package }}.domain.models import PagePosition
{% for one in resources %}
from {{ package }}.domain.models import {{ one.Noun }}
{% for field in one.fields if field.type == "enum" %}
from {{ package }}.domain.models import {{ field.enum_class }}
{% endfor %}
{% endfor %}
from {{ package }}.domain.errors import NotFound
from {{ package }}.domain.result import Err, Ok, Result


{{ each("memory_store.py") }}
