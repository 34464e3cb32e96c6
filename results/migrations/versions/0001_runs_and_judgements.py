"""Runs, sites and pages; judgements, answers and findings."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def _json() -> sa.JSON:
    return sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def _moment() -> sa.DateTime:
    return sa.DateTime(timezone=True)


def _id() -> sa.Column[int]:
    return sa.Column("id", sa.Integer(), primary_key=True)


def _failure() -> tuple[sa.Column[str], sa.Column[str]]:
    return sa.Column("failure_reason", sa.String(32)), sa.Column("failure_detail", sa.Text())


def _parent(table: str, *, index: bool = False, nullable: bool = False) -> sa.Column[Any]:
    kind = sa.String(64) if table == "run" else sa.Integer()
    key = sa.ForeignKey(f"{table}.id", ondelete="CASCADE")
    return sa.Column(f"{table}_id", kind, key, nullable=nullable, index=index)


def upgrade() -> None:
    """Makes all tables; the naming convention of the target metadata names their constraints."""
    _observed()
    _concluded()


def _observed() -> None:
    op.create_table(
        "run",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("scope", sa.String(16), nullable=False),
        sa.Column("settings", _json(), nullable=False),
        sa.Column("versions", _json(), nullable=False),
        sa.Column("started_at", _moment(), nullable=False),
        sa.Column("finished_at", _moment()),
    )
    op.create_table(
        "site",
        _id(),
        _parent("run"),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("institution", _json(), nullable=False),
        *_failure(),
        sa.Column("started_at", _moment(), nullable=False),
        sa.Column("finished_at", _moment(), nullable=False),
        sa.Column("evidence", sa.String(64), nullable=False, index=True),
        sa.UniqueConstraint("run_id", "position"),
    )
    op.create_table(
        "page",
        _id(),
        _parent("site"),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("final_url", sa.Text(), nullable=False),
        sa.Column("roles", _json(), nullable=False),
        sa.Column("status", sa.Integer()),
        *_failure(),
        sa.Column("evidence", sa.String(64), nullable=False, index=True),
        sa.Column("screenshot", sa.String(64)),
        sa.UniqueConstraint("site_id", "position"),
    )


def _concluded() -> None:
    op.create_table(
        "judgement",
        _id(),
        _parent("run", index=True),
        sa.Column("formula", sa.String(64), nullable=False),
        sa.Column("target", sa.String(64), nullable=False),
        sa.Column("checks", _json(), nullable=False),
        sa.Column("terms", sa.String(64), nullable=False),
        sa.Column("axe_version", sa.String(32), nullable=False),
        sa.Column("created_at", _moment(), nullable=False),
        sa.Column("is_current", sa.Boolean(), nullable=False),
    )
    op.create_index(
        "uq_judgement_current",
        "judgement",
        ["run_id"],
        unique=True,
        sqlite_where=sa.text("is_current = 1"),
        postgresql_where=sa.text("is_current"),
    )
    op.create_table(
        "site_judgement",
        _id(),
        _parent("judgement"),
        _parent("site", index=True),
        sa.Column("status", sa.String(32), nullable=False, index=True),
        *_failure(),
        sa.Column("wcag", _json()),
        sa.Column("mobile", _json()),
        sa.Column("pages", _json(), nullable=False),
        sa.Column("settings", _json(), nullable=False),
        sa.Column("versions", _json(), nullable=False),
        sa.Column("terms", sa.String(64), nullable=False),
        sa.UniqueConstraint("judgement_id", "site_id"),
    )
    _answers_and_findings()


def _answers_and_findings() -> None:
    op.create_table(
        "answer",
        _id(),
        _parent("site_judgement"),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(64), nullable=False, index=True),
        sa.Column("value_number", sa.Integer()),
        sa.Column("value_text", sa.Text()),
        sa.Column("outcome", sa.String(16), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("evidence", _json(), nullable=False),
        sa.UniqueConstraint("site_judgement_id", "code"),
        sa.UniqueConstraint("site_judgement_id", "position"),
    )
    op.create_table(
        "finding",
        _id(),
        _parent("site_judgement"),
        _parent("page", index=True, nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("check_id", sa.String(64), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False, index=True),
        sa.Column("outcome", sa.String(16), nullable=False),
        sa.Column("page_url", sa.Text(), nullable=False),
        sa.Column("criteria", _json(), nullable=False),
        sa.Column("impact", sa.String(16), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("help_url", sa.Text(), nullable=False),
        sa.Column("instances", _json(), nullable=False),
        sa.UniqueConstraint("site_judgement_id", "position"),
    )


def downgrade() -> None:
    """Drops all tables, children first."""
    for table in ("finding", "answer", "site_judgement", "judgement", "page", "site", "run"):
        op.drop_table(table)
