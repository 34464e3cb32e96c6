"""Tasks and attempts; institutions, schedules and holds; how a run is carried out and how it came about."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_OF_RUNS = ("source", "policy", "schedule_id", "fire_time", "quality", "pruned_at")


def _json() -> sa.JSON:
    return sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def _moment() -> sa.DateTime:
    return sa.DateTime(timezone=True)


def _id() -> sa.Column[int]:
    return sa.Column("id", sa.Integer(), primary_key=True)


def _failure() -> tuple[sa.Column[str], sa.Column[str]]:
    return sa.Column("failure_reason", sa.String(32)), sa.Column("failure_detail", sa.Text())


def upgrade() -> None:
    """Adds tables and columns; nothing that is there changes."""
    _runs()
    _tasks()
    _registry()
    _schedules()


def _runs() -> None:
    # Added one by one: SQLite would rebuild the table otherwise, and dropping the old one cascades.
    op.add_column("run", sa.Column("source", sa.String(32), nullable=False, server_default="audit"))
    op.add_column("run", sa.Column("policy", _json()))
    op.add_column("run", sa.Column("schedule_id", sa.Integer()))
    op.add_column("run", sa.Column("fire_time", _moment()))
    op.add_column("run", sa.Column("quality", _json()))
    op.add_column("run", sa.Column("pruned_at", _moment()))
    op.create_index("uq_run_schedule_id_fire_time", "run", ["schedule_id", "fire_time"], unique=True)
    op.add_column("judgement", sa.Column("settings", _json()))
    op.add_column("site", sa.Column("again", sa.String(64)))
    op.add_column("site_judgement", sa.Column("changes", _json()))


def _tasks() -> None:
    op.create_table(
        "task",
        _id(),
        sa.Column("run_id", sa.String(64), sa.ForeignKey("run.id", ondelete="CASCADE"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("institution", _json(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("owner", sa.String(128), nullable=False),
        sa.Column("lease_until", _moment()),
        sa.Column("not_before", _moment()),
        sa.Column("retry_until", _moment()),
        *_failure(),
        sa.Column("finished_at", _moment()),
        sa.UniqueConstraint("run_id", "position"),
    )
    first = sa.text("priority DESC")
    op.create_index("ix_task_claim", "task", ["state", first, "run_id", "round", "position"])
    op.create_table(
        "attempt",
        _id(),
        sa.Column("task_id", sa.Integer(), sa.ForeignKey("task.id", ondelete="CASCADE"), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("owner", sa.String(128), nullable=False),
        sa.Column("started_at", _moment(), nullable=False),
        sa.Column("finished_at", _moment()),
        sa.Column("outcome", sa.String(16), nullable=False),
        *_failure(),
        sa.UniqueConstraint("task_id", "fence"),
    )


def _registry() -> None:
    op.create_table(
        "institution",
        _id(),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("registration_number", sa.String(64), nullable=False),
        sa.Column("abbreviation", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("sector", sa.Text(), nullable=False),
        sa.Column("language", sa.String(16), nullable=False),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.Column("segments", _json(), nullable=False),
        sa.Column("websites", _json(), nullable=False),
        sa.Column("allowed_hosts", _json(), nullable=False),
        sa.Column("social_profiles", _json(), nullable=False),
        sa.Column("numbers", _json(), nullable=False),
        sa.Column("attributes", _json(), nullable=False),
        sa.Column("created_at", _moment(), nullable=False),
        sa.Column("updated_at", _moment(), nullable=False),
        sa.UniqueConstraint("key"),
    )


def _schedules() -> None:
    op.create_table(
        "schedule",
        _id(),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("cron", sa.String(128), nullable=False),
        sa.Column("timezone", sa.String(64), nullable=False),
        sa.Column("open_hours", sa.String(16), nullable=False),
        sa.Column("institutions", _json(), nullable=False),
        sa.Column("settings", _json(), nullable=False),
        sa.Column("judging", _json(), nullable=False),
        sa.Column("policy", _json(), nullable=False),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("grace_hours", sa.Float(), nullable=False),
        sa.Column("created_at", _moment(), nullable=False),
        sa.Column("fired_at", _moment()),
        sa.UniqueConstraint("name"),
    )
    op.create_table(
        "hold",
        sa.Column("name", sa.String(64), primary_key=True),
        sa.Column("owner", sa.String(128), nullable=False),
        sa.Column("until", _moment(), nullable=False),
    )
    op.create_table(
        "evidence_place",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("marker", sa.String(64), nullable=False),
        sa.Column("is_marked", sa.Boolean(), nullable=False),
    )


def downgrade() -> None:
    """Drops what was added, children first; runs, answers and evidence stay."""
    for table in ("evidence_place", "hold", "schedule", "institution", "attempt", "task"):
        op.drop_table(table)
    op.drop_index("uq_run_schedule_id_fire_time", "run")
    op.execute(sa.text("ALTER TABLE site_judgement DROP COLUMN changes"))
    op.execute(sa.text("ALTER TABLE site DROP COLUMN again"))
    op.execute(sa.text("ALTER TABLE judgement DROP COLUMN settings"))
    for column in reversed(_OF_RUNS):
        op.execute(sa.text(f"ALTER TABLE run DROP COLUMN {column}"))
