"""The mapped tables. The files in migrations/ create them."""

from datetime import date, datetime
from dataclasses import asdict
from decimal import Decimal
from enum import Enum as AnyEnum
from enum import StrEnum
from typing import ClassVar, Self, final
from uuid import UUID
from sqlalchemy import BigInteger, CheckConstraint, Enum, ForeignKey, Index, MetaData, String, Text, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from {{ package }}.domain import models as domain_models
from {{ package }}.infrastructure.db.types import ExactDecimal, UtcDateTime
{{ slot("models.imports") }}
{% for one in resources %}
{% for field in one.fields if field.type == "enum" %}
from {{ package }}.domain.models import {{ field.enum_class }}
{% endfor %}
{% endfor %}


def _values(kind: type[AnyEnum]) -> list[str]:
    return [str(member) for member in kind]


class Base(DeclarativeBase):
    """The base of every table. Every constraint has a name, so that a migration can change it."""

    metadata: ClassVar[MetaData] = MetaData(
        naming_convention={
            "pk": "pk_%(table_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[type, ExactDecimal | UtcDateTime | Enum]] = {
        datetime: UtcDateTime(),
        Decimal: ExactDecimal(18, 4),
        # Text with a CHECK.
        StrEnum: Enum(StrEnum, native_enum=False, create_constraint=True, length=32, values_callable=_values),
    }


{{ each("row.py") }}
{% if slot("models.tables") %}


{{ slot("models.tables") }}
{% endif %}
