"""Create webhook_deliveries."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "{{ migrations.create_webhook_deliveries.revision }}"
down_revision: str | Sequence[str] | None = {{ '"' ~ migrations.create_webhook_deliveries.down_revision ~ '"' if migrations.create_webhook_deliveries.down_revision else "None" }}


def upgrade() -> None:
    op.create_table(
        "webhook_deliveries",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("delivery_id", sa.Text(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("source", "delivery_id", name=op.f("pk_webhook_deliveries")),
    )
    op.create_index(op.f("ix_webhook_deliveries_received_at"), "webhook_deliveries", ["received_at"])


def downgrade() -> None:
    op.drop_table("webhook_deliveries")
