"""What a command's gate said of a judgement, so that who opens the run later sees it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the table; of runs that are there already nobody knows what their gate said."""
    op.create_table(
        "gate_verdict",
        sa.Column(
            "judgement_id",
            sa.Integer(),
            sa.ForeignKey("judgement.id", ondelete="CASCADE"),
            primary_key=True,
            autoincrement=False,
        ),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("exit_code", sa.Integer(), nullable=False),
        sa.Column(
            "verdict",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
    )


def downgrade() -> None:
    """Drops it."""
    op.drop_table("gate_verdict")
