"""The tables, as SQLAlchemy sees them; migrations/ is what makes them."""

from datetime import datetime
from decimal import Decimal
from typing import ClassVar, final
from uuid import UUID
from sqlalchemy import Index, MetaData
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
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


class Base(DeclarativeBase):
    """The tables of this service; every constraint has a name, so that a migration can change it."""

    metadata: ClassVar[MetaData] = MetaData(
        naming_convention={
            "pk": "pk_%(table_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[type, ExactDecimal | UtcDateTime]] = {
        datetime: UtcDateTime(),
        Decimal: ExactDecimal(18, 4),
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
{% if slot("models.tables") %}


{{ slot("models.tables") }}
{% endif %}
