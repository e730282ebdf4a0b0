"""The ports of the domain, on SQLAlchemy."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import final
from uuid import UUID
from sqlalchemy import delete, select, tuple_, update
from {{ package }}.domain.errors import NotFound, NotUnique, StillReferenced, UnknownReference, VersionMismatch
from {{ package }}.domain.models import PagePosition
from {{ package }}.domain.result import Err, Ok, Result
from {{ package }}.infrastructure.db.errors import QueryError
from {{ package }}.infrastructure.db.session import Database
{% for one in resources %}
from {{ package }}.domain.models import {{ one.Noun }}
from {{ package }}.infrastructure.db.models import {{ one.Noun }}Row
{% for field in one.fields if field.type == "enum" %}
from {{ package }}.domain.models import {{ field.enum_class }}
{% endfor %}
{% endfor %}


{{ each("queries.py") }}
