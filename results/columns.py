"""What columns are made of: named constraints, aware moments, JSON (JSONB on PostgreSQL)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, Column, DateTime, Dialect, ForeignKey, Integer, MetaData, String, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeDecorator
from sqlmodel import SQLModel

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


def json_column(*, nullable: bool = False) -> Column[Any]:
    """A JSON value."""
    return Column(json_type(), nullable=nullable)


def text_column(*, nullable: bool = False) -> Column[Any]:
    """Text of any length."""
    return Column(Text(), nullable=nullable)


def name_column(length: int, *, nullable: bool = False, index: bool = False) -> Column[Any]:
    """A short name of at most `length` characters."""
    return Column(String(length), nullable=nullable, index=index)


def moment_column(*, nullable: bool = False) -> Column[Any]:
    """An aware moment."""
    return Column(UtcDateTime(), nullable=nullable)


def parent_column(target: str, *, nullable: bool = False, index: bool = True) -> Column[Any]:
    """A reference that goes when its parent goes."""
    kind = String(64) if target == "run.id" else Integer()
    return Column(kind, ForeignKey(target, ondelete="CASCADE"), nullable=nullable, index=index)


class Table(SQLModel):
    """Base of all tables: own metadata, so that no other SQLModel of the process gets in."""

    metadata = MetaData(naming_convention=NAMING_CONVENTION)
