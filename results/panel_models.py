"""The table of what experts decided: beside the automatic answers, never over them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index
from sqlmodel import Field

from results.columns import Table, json_column, moment_column, name_column, parent_column, text_column


class DecisionRow(Table, table=True):
    """One expert's decision on one answer. A change of mind is a new row; the old one stays, not current."""

    __tablename__ = "decision"
    __table_args__ = (Index("ix_decision_of", "run_id", "code", "position"),)

    id: int | None = Field(default=None, primary_key=True)
    run_id: str = Field(sa_column=parent_column("run.id", index=False))
    position: int
    """That of the site in its run. No foreign key: a site that is stored again keeps its decisions."""
    code: str = Field(sa_column=name_column(64))
    expert: str = Field(sa_column=text_column())
    verdict: str = Field(sa_column=name_column(16))
    value_number: int | None = None
    value_text: str | None = Field(default=None, sa_column=text_column(nullable=True))
    """The value decided on: for `confirm` the automatic one at that time."""
    reason: str = Field(default="", sa_column=text_column())
    automatic: dict[str, Any] = Field(sa_column=json_column())
    """What was proposed when the expert looked: value, outcome, confidence, judgement."""
    source: str = Field(default="", sa_column=text_column())
    """Name of the file that it came in, with the cell."""
    decided_at: datetime = Field(sa_column=moment_column())
    is_current: bool = True
