"""The tables: runs, sites and pages as observed; judgements, answers and findings as concluded.

A finding is a row, never a column per check, so that a new check needs no migration. Texts come from web
sites and are data everywhere.
"""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, SQLModel

NAMING_CONVENTION = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
"""Every constraint has a name, or no migration could ever drop it."""


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment in UTC. SQLite would forget the zone and take naive values; this does neither."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        """ValueError for a naive moment: nobody could tell later which one was meant."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive datetime: {value!r}")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        """What the engine gives, as UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def json_type() -> JSON:
    """JSON on every engine; JSONB on PostgreSQL. None is stored as NULL, not as the text `null`."""
    return JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


def _json(*, nullable: bool = False) -> Column[Any]:
    return Column(json_type(), nullable=nullable)


def _text(*, nullable: bool = False) -> Column[Any]:
    return Column(Text(), nullable=nullable)


def _name(length: int, *, nullable: bool = False, index: bool = False) -> Column[Any]:
    return Column(String(length), nullable=nullable, index=index)


def _moment(*, nullable: bool = False) -> Column[Any]:
    return Column(UtcDateTime(), nullable=nullable)


def _parent(target: str, *, nullable: bool = False, index: bool = True) -> Column[Any]:
    """A reference that goes when its parent goes."""
    kind = String(64) if target == "run.id" else Integer()
    return Column(kind, ForeignKey(target, ondelete="CASCADE"), nullable=nullable, index=index)


class RunState(StrEnum):
    """Where a run stands. One that is `running` with nobody at work was killed."""

    RUNNING = "running"
    FINISHED = "finished"
    INTERRUPTED = "interrupted"
    FAILED = "failed"


class Table(SQLModel):
    """Base of all tables: own metadata, so that no other SQLModel of the process gets in."""

    metadata = MetaData(naming_convention=NAMING_CONVENTION)


class Run(Table, table=True):
    """One audit of one or more sites."""

    __tablename__ = "run"

    id: str = Field(sa_column=Column(String(64), primary_key=True))
    name: str = Field(default="", sa_column=_text())
    state: str = Field(sa_column=_name(16))
    scope: str = Field(sa_column=_name(16))
    settings: dict[str, Any] = Field(sa_column=_json())
    versions: dict[str, str] = Field(sa_column=_json())
    started_at: datetime = Field(sa_column=_moment())
    finished_at: datetime | None = Field(default=None, sa_column=_moment(nullable=True))


class Site(Table, table=True):
    """What one run observed of one institution's site; the rest is in the evidence store."""

    __tablename__ = "site"
    __table_args__ = (UniqueConstraint("run_id", "position"),)

    id: int | None = Field(default=None, primary_key=True)
    run_id: str = Field(sa_column=_parent("run.id", index=False))
    position: int
    """Place in the list that was audited, from 0."""
    url: str = Field(sa_column=_text())
    institution: dict[str, Any] = Field(sa_column=_json())
    failure_reason: str | None = Field(default=None, sa_column=_name(32, nullable=True))
    failure_detail: str | None = Field(default=None, sa_column=_text(nullable=True))
    started_at: datetime = Field(sa_column=_moment())
    finished_at: datetime = Field(sa_column=_moment())
    evidence: str = Field(sa_column=_name(64, index=True))
    """Digest of the site's manifest."""


class Page(Table, table=True):
    """A page that was captured, or was to be."""

    __tablename__ = "page"
    __table_args__ = (UniqueConstraint("site_id", "position"),)

    id: int | None = Field(default=None, primary_key=True)
    site_id: int = Field(sa_column=_parent("site.id", index=False))
    position: int
    url: str = Field(sa_column=_text())
    final_url: str = Field(sa_column=_text())
    roles: list[str] = Field(sa_column=_json())
    status: int | None = None
    failure_reason: str | None = Field(default=None, sa_column=_name(32, nullable=True))
    failure_detail: str | None = Field(default=None, sa_column=_text(nullable=True))
    evidence: str = Field(sa_column=_name(64, index=True))
    screenshot: str | None = Field(default=None, sa_column=_name(64, nullable=True))


class Judgement(Table, table=True):
    """The same evidence of a run, judged by one version of checks and terms, one formula and target."""

    __tablename__ = "judgement"
    __table_args__ = (
        Index(
            "uq_judgement_current",
            "run_id",
            unique=True,
            sqlite_where=text("is_current = 1"),
            postgresql_where=text("is_current"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    run_id: str = Field(sa_column=_parent("run.id"))
    formula: str = Field(sa_column=_name(64))
    target: str = Field(sa_column=_name(64))
    checks: dict[str, int] = Field(sa_column=_json())
    """Version of every check, by id."""
    terms: str = Field(sa_column=_name(64))
    """Hash of the term tables."""
    axe_version: str = Field(sa_column=_name(32))
    created_at: datetime = Field(sa_column=_moment())
    is_current: bool = False


class SiteJudgement(Table, table=True):
    """What a judgement says of a site as a whole."""

    __tablename__ = "site_judgement"
    __table_args__ = (UniqueConstraint("judgement_id", "site_id"),)

    id: int | None = Field(default=None, primary_key=True)
    judgement_id: int = Field(sa_column=_parent("judgement.id", index=False))
    site_id: int = Field(sa_column=_parent("site.id"))
    status: str = Field(sa_column=_name(32, index=True))
    failure_reason: str | None = Field(default=None, sa_column=_name(32, nullable=True))
    failure_detail: str | None = Field(default=None, sa_column=_text(nullable=True))
    wcag: dict[str, Any] | None = Field(default=None, sa_column=_json(nullable=True))
    mobile: dict[str, Any] | None = Field(default=None, sa_column=_json(nullable=True))
    pages: list[dict[str, Any]] = Field(sa_column=_json())
    """Percent or failure of each page: `checks.finding.PageMeasure`."""
    settings: dict[str, Any] = Field(sa_column=_json())
    versions: dict[str, int] = Field(sa_column=_json())
    """Of the checks that judged; those of the judgement, unless a crash cut it short."""
    terms: str = Field(sa_column=_name(64))


class Answer(Table, table=True):
    """The proposed answer to one code. Number and text are two columns, so that shares can be counted
    in SQL on every engine; at most one is set.
    """

    __tablename__ = "answer"
    __table_args__ = (
        UniqueConstraint("site_judgement_id", "code"),
        UniqueConstraint("site_judgement_id", "position"),
    )

    id: int | None = Field(default=None, primary_key=True)
    site_judgement_id: int = Field(sa_column=_parent("site_judgement.id", index=False))
    position: int
    code: str = Field(sa_column=_name(64, index=True))
    value_number: int | None = None
    value_text: str | None = Field(default=None, sa_column=_text(nullable=True))
    outcome: str = Field(sa_column=_name(16))
    confidence: float
    reason: str = Field(sa_column=_text())
    evidence: list[dict[str, Any]] = Field(sa_column=_json())


class Finding(Table, table=True):
    """One thing found; `page_url` is empty where it is about the site."""

    __tablename__ = "finding"
    __table_args__ = (UniqueConstraint("site_judgement_id", "position"),)

    id: int | None = Field(default=None, primary_key=True)
    site_judgement_id: int = Field(sa_column=_parent("site_judgement.id", index=False))
    page_id: int | None = Field(default=None, sa_column=_parent("page.id", nullable=True))
    position: int
    check_id: str = Field(sa_column=_name(64))
    rule: str = Field(sa_column=Column(Text(), nullable=False, index=True))
    outcome: str = Field(sa_column=_name(16))
    page_url: str = Field(sa_column=_text())
    criteria: list[str] = Field(sa_column=_json())
    impact: str = Field(default="", sa_column=_name(16))
    message: str = Field(sa_column=_text())
    help_url: str = Field(sa_column=_text())
    instances: list[dict[str, Any]] = Field(sa_column=_json())
