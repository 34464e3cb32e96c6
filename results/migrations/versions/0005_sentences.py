"""The parts of reasons and messages, from which they can be told in any language."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_TABLES = ("answer", "finding")


def upgrade() -> None:
    """Adds the columns; what is there already has no parts and is told in English."""
    for table in _TABLES:
        parts = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
        op.add_column(table, sa.Column("said", parts))


def downgrade() -> None:
    """Drops them; the English stays."""
    for table in _TABLES:
        op.drop_column(table, "said")
