"""The tables: runs, sites and pages as observed; judgements, answers and findings as concluded.

A finding is a row, never a column per check, so that a new check needs no migration. Texts come from web
sites and are data everywhere.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Text, UniqueConstraint, text
from sqlmodel import Field

from results.columns import Table, json_column, moment_column, name_column, parent_column, text_column


class RunState(StrEnum):
    """Where a run stands. One that is `running` with nobody at work was killed, and can be resumed."""

    RUNNING = "running"
    PAUSED = "paused"
    """Outside its window, or by hand; goes on by itself in the window."""
    FINISHED = "finished"
    INTERRUPTED = "interrupted"
    CANCELLED = "cancelled"
    FAILED = "failed"


class Run(Table, table=True):
    """One audit of one or more sites."""

    __tablename__ = "run"
    __table_args__ = (Index("uq_run_schedule_id_fire_time", "schedule_id", "fire_time", unique=True),)

    id: str = Field(sa_column=Column(String(64), primary_key=True))
    name: str = Field(default="", sa_column=text_column())
    state: str = Field(sa_column=name_column(16))
    scope: str = Field(sa_column=name_column(16))
    settings: dict[str, Any] = Field(sa_column=json_column())
    versions: dict[str, str] = Field(sa_column=json_column())
    started_at: datetime = Field(sa_column=moment_column())
    finished_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))
    source: str = Field(default="audit", sa_column=Column(String(32), nullable=False, server_default="audit"))
    """`audit`, or where answers that nobody here observed come from."""
    policy: dict[str, Any] | None = Field(default=None, sa_column=json_column(nullable=True))
    """How the run is carried out: retries, window, the run compared with (`results.run_policy`)."""
    schedule_id: int | None = None
    """Whose firing made the run. No foreign key: a schedule that is removed leaves its runs as they are."""
    fire_time: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))
    quality: dict[str, Any] | None = Field(default=None, sa_column=json_column(nullable=True))
    """What the gate after the run found; NULL where it was not asked."""
    pruned_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))
    """When the evidence of its pages was removed; manifests, answers, findings and quotes stay."""


class Site(Table, table=True):
    """What one run observed of one institution's site; the rest is in the evidence store."""

    __tablename__ = "site"
    __table_args__ = (UniqueConstraint("run_id", "position"),)

    id: int | None = Field(default=None, primary_key=True)
    run_id: str = Field(sa_column=parent_column("run.id", index=False))
    position: int
    """Place in the list that was audited, from 0."""
    url: str = Field(sa_column=text_column())
    institution: dict[str, Any] = Field(sa_column=json_column())
    failure_reason: str | None = Field(default=None, sa_column=name_column(32, nullable=True))
    failure_detail: str | None = Field(default=None, sa_column=text_column(nullable=True))
    started_at: datetime = Field(sa_column=moment_column())
    finished_at: datetime = Field(sa_column=moment_column())
    evidence: str = Field(sa_column=name_column(64, index=True))
    """Digest of the site's manifest."""
    again: str | None = Field(default=None, sa_column=name_column(64, nullable=True))
    """Digest of the manifest of the second audit that answers which had changed were put to."""


class Page(Table, table=True):
    """A page that was captured, or was to be."""

    __tablename__ = "page"
    __table_args__ = (UniqueConstraint("site_id", "position"),)

    id: int | None = Field(default=None, primary_key=True)
    site_id: int = Field(sa_column=parent_column("site.id", index=False))
    position: int
    url: str = Field(sa_column=text_column())
    final_url: str = Field(sa_column=text_column())
    roles: list[str] = Field(sa_column=json_column())
    status: int | None = None
    failure_reason: str | None = Field(default=None, sa_column=name_column(32, nullable=True))
    failure_detail: str | None = Field(default=None, sa_column=text_column(nullable=True))
    evidence: str = Field(sa_column=name_column(64, index=True))
    screenshot: str | None = Field(default=None, sa_column=name_column(64, nullable=True))


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
    run_id: str = Field(sa_column=parent_column("run.id"))
    formula: str = Field(sa_column=name_column(64))
    target: str = Field(sa_column=name_column(64))
    checks: dict[str, int] = Field(sa_column=json_column())
    """Version of every check, by id."""
    terms: str = Field(sa_column=name_column(64))
    """Hash of the term tables."""
    axe_version: str = Field(sa_column=name_column(32))
    created_at: datetime = Field(sa_column=moment_column())
    is_current: bool = False
    settings: dict[str, Any] | None = Field(default=None, sa_column=json_column(nullable=True))
    """All of `JudgementSettings`; NULL in judgements from before it had more than formula and target."""


class SiteJudgement(Table, table=True):
    """What a judgement says of a site as a whole."""

    __tablename__ = "site_judgement"
    __table_args__ = (UniqueConstraint("judgement_id", "site_id"),)

    id: int | None = Field(default=None, primary_key=True)
    judgement_id: int = Field(sa_column=parent_column("judgement.id", index=False))
    site_id: int = Field(sa_column=parent_column("site.id"))
    status: str = Field(sa_column=name_column(32, index=True))
    failure_reason: str | None = Field(default=None, sa_column=name_column(32, nullable=True))
    failure_detail: str | None = Field(default=None, sa_column=text_column(nullable=True))
    wcag: dict[str, Any] | None = Field(default=None, sa_column=json_column(nullable=True))
    mobile: dict[str, Any] | None = Field(default=None, sa_column=json_column(nullable=True))
    pages: list[dict[str, Any]] = Field(sa_column=json_column())
    """Percent or failure of each page: `checks.finding.PageMeasure`."""
    settings: dict[str, Any] = Field(sa_column=json_column())
    versions: dict[str, int] = Field(sa_column=json_column())
    """Of the checks that judged; those of the judgement, unless a crash cut it short."""
    terms: str = Field(sa_column=name_column(64))
    changes: dict[str, Any] | None = Field(default=None, sa_column=json_column(nullable=True))
    """Answers that differ from the run compared with: `checks.judge.Changes`; NULL where none was asked."""


class GateVerdict(Table, table=True):
    """What a command's gate (`--fail-on`, `--fail-below`, `--baseline`) said of a judgement."""

    __tablename__ = "gate_verdict"

    judgement_id: int = Field(
        sa_column=Column(
            Integer(), ForeignKey("judgement.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
        ),
    )
    said_at: datetime = Field(sa_column=moment_column())
    exit_code: int
    verdict: dict[str, Any] = Field(sa_column=json_column())
    """`results.ci.policy.Verdict`."""


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
    site_judgement_id: int = Field(sa_column=parent_column("site_judgement.id", index=False))
    position: int
    code: str = Field(sa_column=name_column(64, index=True))
    value_number: int | None = None
    value_text: str | None = Field(default=None, sa_column=text_column(nullable=True))
    outcome: str = Field(sa_column=name_column(16))
    confidence: float
    reason: str = Field(sa_column=text_column())
    evidence: list[dict[str, Any]] = Field(sa_column=json_column())
    said: dict[str, Any] | None = Field(default=None, sa_column=json_column(nullable=True))
    """The parts of the reason: `checks.sentences.Sentence`; NULL in answers of before there were any."""


class Finding(Table, table=True):
    """One thing found; `page_url` is empty where it is about the site."""

    __tablename__ = "finding"
    __table_args__ = (UniqueConstraint("site_judgement_id", "position"),)

    id: int | None = Field(default=None, primary_key=True)
    site_judgement_id: int = Field(sa_column=parent_column("site_judgement.id", index=False))
    page_id: int | None = Field(default=None, sa_column=parent_column("page.id", nullable=True))
    position: int
    check_id: str = Field(sa_column=name_column(64))
    rule: str = Field(sa_column=Column(Text(), nullable=False, index=True))
    outcome: str = Field(sa_column=name_column(16))
    page_url: str = Field(sa_column=text_column())
    criteria: list[str] = Field(sa_column=json_column())
    impact: str = Field(default="", sa_column=name_column(16))
    message: str = Field(sa_column=text_column())
    help_url: str = Field(sa_column=text_column())
    instances: list[dict[str, Any]] = Field(sa_column=json_column())
    said: dict[str, Any] | None = Field(default=None, sa_column=json_column(nullable=True))
    """The parts of the message; NULL where it is none of our sentences."""


class EvidencePlace(Table, table=True):
    """Where the evidence of this database lies, one row; none where it lies beside an SQLite file."""

    __tablename__ = "evidence_place"

    id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    address: str = Field(sa_column=text_column())
    """Absolute path, or URL."""
    marker: str = Field(sa_column=name_column(64))
    """What stands in the place itself, to know it again."""
    is_marked: bool
