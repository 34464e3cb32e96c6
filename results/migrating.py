"""Alembic over the packaged migrations."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection


def alembic_config(connection: Connection | None = None) -> Config:
    """Alembic over the packaged scripts, on a connection or, without one, as SQL text (`dialect` option)."""
    config = Config()
    folder = str(Path(__file__).parent / "migrations")
    config.set_main_option("script_location", folder.replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def revisions() -> tuple[str, ...]:
    """Every revision, the newest first."""
    return tuple(one.revision for one in ScriptDirectory.from_config(alembic_config()).walk_revisions())


def to_head(connection: Connection) -> None:
    """Bring the schema to the newest revision."""
    command.upgrade(alembic_config(connection), "head")
