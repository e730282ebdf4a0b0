"""Create queued_jobs and periodic_jobs."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "{{ migrations.create_queued_jobs.revision }}"
down_revision: str | Sequence[str] | None = {{ '"' ~ migrations.create_queued_jobs.down_revision ~ '"' if migrations.create_queued_jobs.down_revision else "None" }}


def upgrade() -> None:
    op.create_table(
        "queued_jobs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=200), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("max_attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("send_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dead_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_queued_jobs")),
    )
    op.create_index(op.f("ix_queued_jobs_send_at"), "queued_jobs", ["send_at"])
    op.create_table(
        "periodic_jobs",
        sa.Column("kind", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("kind", name=op.f("pk_periodic_jobs")),
    )


def downgrade() -> None:
    op.drop_table("periodic_jobs")
    op.drop_table("queued_jobs")
