"""The tables of work: one task an institution and run, and every attempt at it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, col

from results.columns import Table, json_column, moment_column, name_column, parent_column, text_column

SECOND_AUDIT = 1000
"""From this round on a task is at its second audit: after all rounds of sites that could not be evaluated."""


class TaskState(StrEnum):
    """Where a task stands. A `leased` one whose lease ran out is free again."""

    WAITING = "waiting"
    LEASED = "leased"
    DONE = "done"
    CANCELLED = "cancelled"


class Task(Table, table=True):
    """The audit of one institution in one run: the durable truth of what is still to be done."""

    __tablename__ = "task"
    __table_args__ = (UniqueConstraint("run_id", "position"),)

    id: int | None = Field(default=None, primary_key=True)
    run_id: str = Field(sa_column=parent_column("run.id", index=False))
    position: int
    """That of the site in its run, from 0."""
    institution: dict[str, Any] = Field(sa_column=json_column())
    priority: int = 0
    """Higher goes first: a person who waits, before a wave."""
    state: str = Field(default=TaskState.WAITING, sa_column=name_column(16))
    round: int = 0
    """0 at first; what is tried again at the end of the run has a higher one, and comes after the lower."""
    attempts: int = 0
    fence: int = 0
    """Grows with every lease: only who holds the newest may store a result (a fencing token)."""
    owner: str = Field(default="", sa_column=name_column(128))
    lease_until: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))
    not_before: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))
    retry_until: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))
    """Until when a site that could not be evaluated is tried again; NULL: by the policy's attempts only."""
    failure_reason: str | None = Field(default=None, sa_column=name_column(32, nullable=True))
    failure_detail: str | None = Field(default=None, sa_column=text_column(nullable=True))
    """Of the last attempt."""
    finished_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))
    server: str | None = Field(default=None, sa_column=name_column(64, nullable=True))
    """Address and port that its audit asks (`results.servers`); NULL: not known yet."""


# The order in which tasks are taken (`results.claiming.ORDER`), so that a claim sorts nothing.
Index(
    "ix_task_claim",
    col(Task.state),
    col(Task.priority).desc(),
    col(Task.run_id),
    col(Task.round),
    col(Task.position),
)


class Attempt(Table, table=True):
    """One lease of a task: who held it, when, and what came of it."""

    __tablename__ = "attempt"
    __table_args__ = (UniqueConstraint("task_id", "fence"),)

    id: int | None = Field(default=None, primary_key=True)
    task_id: int = Field(sa_column=parent_column("task.id", index=False))
    fence: int
    owner: str = Field(sa_column=name_column(128))
    started_at: datetime = Field(sa_column=moment_column())
    finished_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))
    """NULL where the worker never came back."""
    outcome: str = Field(default="", sa_column=name_column(16))
    """`done`, `again` (to be tried once more), `lost` (its lease ran out), `released` (given back), or
    `cancelled` with its run; empty while it is under way.
    """
    failure_reason: str | None = Field(default=None, sa_column=name_column(32, nullable=True))
    failure_detail: str | None = Field(default=None, sa_column=text_column(nullable=True))
