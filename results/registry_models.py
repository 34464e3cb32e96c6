"""The tables of what is audited and when: institutions, schedules, and who holds what for a moment."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Column, String, Text, UniqueConstraint
from sqlmodel import Field

from results.columns import Table, json_column, moment_column, name_column, text_column


class InstitutionRow(Table, table=True):
    """One institution of the registry."""

    __tablename__ = "institution"
    __table_args__ = (UniqueConstraint("key"),)

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(sa_column=Column(Text(), nullable=False))
    """Registration number; where there is none, the name."""
    position: int
    """Order of first import, from 0."""
    name: str = Field(sa_column=text_column())
    registration_number: str = Field(default="", sa_column=name_column(64))
    abbreviation: str = Field(default="", sa_column=name_column(64))
    kind: str = Field(default="", sa_column=name_column(64))
    sector: str = Field(default="", sa_column=text_column())
    language: str = Field(default="", sa_column=name_column(16))
    notes: str = Field(default="", sa_column=text_column())
    segments: list[str] = Field(sa_column=json_column())
    websites: list[str] = Field(sa_column=json_column())
    """The first answers the questionnaire; the others are audited apart."""
    allowed_hosts: list[str] = Field(sa_column=json_column())
    social_profiles: list[str] = Field(sa_column=json_column())
    numbers: dict[str, float] = Field(sa_column=json_column())
    """What quintiles are made of: services, employees, documents."""
    attributes: dict[str, str] = Field(sa_column=json_column())
    """Columns of the list that have no meaning to us, for cross-tabulation."""
    created_at: datetime = Field(sa_column=moment_column())
    updated_at: datetime = Field(sa_column=moment_column())


class ScheduleRow(Table, table=True):
    """When a run is to be made, and of what."""

    __tablename__ = "schedule"
    __table_args__ = (UniqueConstraint("name"),)

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(sa_column=Column(Text(), nullable=False))
    cron: str = Field(sa_column=name_column(128))
    """Five fields as in crontab(5): weekday 0 and 7 are Sunday."""
    timezone: str = Field(sa_column=name_column(64))
    open_hours: str = Field(default="", sa_column=name_column(16))
    """`20:00-06:00`, local to the time zone; empty: always."""
    institutions: dict[str, Any] = Field(sa_column=json_column())
    """Which: a file, or a selection of the registry."""
    settings: dict[str, Any] = Field(sa_column=json_column())
    judging: dict[str, Any] = Field(sa_column=json_column())
    policy: dict[str, Any] = Field(sa_column=json_column())
    paused: bool = False
    grace_hours: float = 12.0
    """How late a firing that was missed is still caught up, once."""
    created_at: datetime = Field(sa_column=moment_column())
    fired_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))
    """The newest fire time that made a run, or was passed over."""


class Hold(Table, table=True):
    """Who holds a name for a while: the lock of engines that have no advisory locks."""

    __tablename__ = "hold"

    name: str = Field(sa_column=Column(String(64), primary_key=True))
    owner: str = Field(sa_column=name_column(128))
    until: datetime = Field(sa_column=moment_column())
