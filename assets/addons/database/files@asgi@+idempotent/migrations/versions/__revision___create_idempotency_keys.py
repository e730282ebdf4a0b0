"""Create idempotency_keys."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "{{ migrations.create_idempotency_keys.revision }}"
down_revision: str | Sequence[str] | None = {{ '"' ~ migrations.create_idempotency_keys.down_revision ~ '"' if migrations.create_idempotency_keys.down_revision else "None" }}


def upgrade() -> None:
    op.create_table(
        "idempotency_keys",
        sa.Column("caller", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("caller", "path", "key", name=op.f("pk_idempotency_keys")),
    )
    op.create_index(op.f("ix_idempotency_keys_created_at"), "idempotency_keys", ["created_at"])


def downgrade() -> None:
    op.drop_table("idempotency_keys")
