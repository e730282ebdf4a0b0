"""The bounds of numbers hold wherever a value comes from."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import pytest
{% for one in resources if one.fields | selectattr("invariant") | list %}
from {{ package }}.domain.models import New{{ one.Noun }}, {{ one.Noun }}
{% for field in one.fields if field.type == "enum" %}
from {{ package }}.domain.models import {{ field.enum_class }}
{% endfor %}
{% endfor %}


{{ each("bounds_test.py") }}
