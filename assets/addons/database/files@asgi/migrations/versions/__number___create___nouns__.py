"""Create {{ nouns_words }}."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "{{ number }}"
down_revision: str | Sequence[str] | None = {{ '"' ~ before ~ '"' if before else "None" }}


def upgrade() -> None:
    op.create_table(
        "{{ nouns }}",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
{% if can_update %}
        sa.Column("version", sa.BigInteger(), nullable=False),
{% endif %}
{% for field in fields %}
        sa.Column("{{ field.name }}", {{ type_of(field, "sa_type") }}, nullable={{ field.optional }}),
{% endfor %}
{% for check, condition in checks %}
        sa.CheckConstraint({{ condition }}, name="{{ check }}"),
{% endfor %}
{% for field in fields if field.target %}
        sa.ForeignKeyConstraint(["{{ field.name }}"], ["{{ field.target_names.nouns }}.id"], name=op.f("{{ field.constraint }}"), ondelete="RESTRICT"),
{% endfor %}
        sa.PrimaryKeyConstraint("id", name=op.f("pk_{{ nouns }}")),
{% for name, columns in unique_constraints %}
        sa.UniqueConstraint({% for column in columns %}"{{ column }}", {% endfor %}name=op.f("{{ name }}")),
{% endfor %}
    )
{% for name, columns in indexes %}
    op.create_index(op.f("{{ name }}"), "{{ nouns }}", [{% for column in columns %}"{{ column }}", {% endfor %}])
{% endfor %}


def downgrade() -> None:
    op.drop_table("{{ nouns }}")
