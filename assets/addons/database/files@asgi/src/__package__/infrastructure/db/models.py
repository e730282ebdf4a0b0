"""The mapped tables. The files in migrations/ create them."""

from datetime import datetime
from dataclasses import asdict
from decimal import Decimal
from enum import Enum as AnyEnum
from enum import StrEnum
from typing import ClassVar, Self, final
from uuid import UUID
from sqlalchemy import Enum, Index, MetaData
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from {{ package }}.domain import models as domain
from {{ package }}.infrastructure.db.types import ExactDecimal, UtcDateTime
{{ slot("models.imports") }}
{% for field in resource.fields %}
{% for line in types[field.type].imports %}
{{ line }}
{% endfor %}
{% for kind in types[field.type].orm %}
from sqlalchemy import {{ kind }}
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
        StrEnum: Enum(
            StrEnum,
            native_enum=False,  # text with a CHECK
            create_constraint=True,
            length=32,
            values_callable=_values,
        ),
    }


@final
class {{ Noun }}Row(Base):
    """The table of {{ nouns_words }}, with the index that its listing walks."""

    __tablename__ = "{{ nouns }}"
    __table_args__: tuple[Index] = (Index(None, "created_at", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    created_at: Mapped[datetime] = mapped_column()
{% for field in resource.fields %}
    {{ field.name }}: Mapped[{{ types[field.type].python }}{{ " | None" if field.optional }}] = mapped_column({{ types[field.type].column }})
{% endfor %}

    @classmethod
    def of(cls, {{ noun }}: domain.{{ Noun }}) -> Self:
        return cls(**asdict({{ noun }}))

    def to_domain(self) -> domain.{{ Noun }}:
        return domain.{{ Noun }}(
            id=self.id,
            created_at=self.created_at,
{% for field in resource.fields %}
            {{ field.name }}=self.{{ field.name }},
{% endfor %}
        )
{% if slot("models.tables") %}


{{ slot("models.tables") }}
{% endif %}
