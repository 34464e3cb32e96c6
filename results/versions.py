"""Versions of what keeps and shows results, for `doctor` and for the record of a run."""

from __future__ import annotations

import platform
import sqlite3
from importlib.metadata import PackageNotFoundError, version

from results.database import head_revision

_PACKAGES = ("alembic", "msgspec", "sqlalchemy", "sqlmodel", "zstandard")


def program_version() -> str:
    """The version of eindekss; `0+unknown` where it runs from a folder that was never installed."""
    try:
        return version("eindekss")
    except PackageNotFoundError:
        return "0+unknown"


def results_versions() -> dict[str, str]:
    """Name to version: eindekss, Python, SQLite, the schema of the database, and the libraries."""
    return {
        "eindekss": program_version(),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "database_schema": head_revision(),
        **{package: version(package) for package in _PACKAGES},
    }
