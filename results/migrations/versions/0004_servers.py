"""The server that a task's audit asks, so that institutions on one address share its rate."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the column; of tasks that are there already it is not known yet."""
    op.add_column("task", sa.Column("server", sa.String(64)))


def downgrade() -> None:
    """Drops it."""
    op.drop_column("task", "server")
