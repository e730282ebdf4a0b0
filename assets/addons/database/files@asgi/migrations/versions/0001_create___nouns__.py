"""Create {{ nouns_words }}."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0001"
down_revision: str | Sequence[str] | None = None
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "{{ nouns }}",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
{% for field in resource.fields %}
        sa.Column("{{ field.name }}", {{ types[field.type].sa_type }}, nullable={{ field.optional }}),
{% endfor %}
        sa.PrimaryKeyConstraint("id", name=op.f("pk_{{ nouns }}")),
    )
    op.create_index(
        op.f("ix_{{ nouns }}_created_at_id"),
        "{{ nouns }}",
        ["created_at", "id"],
    )


def downgrade() -> None:
    op.drop_index(
        op.f("ix_{{ nouns }}_created_at_id"),
        table_name="{{ nouns }}",
    )
    op.drop_table("{{ nouns }}")
