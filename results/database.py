"""Opens the database: checks that it is ours, brings its schema to head, and types its errors."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import Connection, Engine, event, inspect, make_url
from sqlalchemy.engine import URL, ExceptionContext
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlmodel import create_engine

from results.errors import (
    DatabaseLockedError,
    DatabaseMissingError,
    DatabaseUnreadableError,
    NewerSchemaError,
    NotOurDatabaseError,
    from_sqlite,
)
from results.language import N_
from results.spoken_errors import Word
from results.transactions import is_writing, writing

__all__ = [
    "BUSY_SECONDS",
    "POSTGRESQL",
    "VERSION_TABLE",
    "database_file",
    "database_url",
    "head_revision",
    "lock_setting_up",
    "open_database",
    "writing",
]

_HEAD = "0006"
"""The newest of `migrations/versions`; written here so that Alembic is loaded by who migrates only."""
VERSION_TABLE = "eindekss_version"
"""Alembic's table under a name of ours, which tells our databases from other programs'."""
BUSY_SECONDS = 30.0
"""How long a writer waits for another before DatabaseLockedError."""
POSTGRESQL = "postgresql+psycopg"
"""How SQLAlchemy calls PostgreSQL through the driver that we have."""


def database_url(text: str) -> URL:
    """A database URL, or the path of an SQLite file, as a URL. DatabaseUnreadableError if it is neither."""
    try:
        url = make_url(text if "://" in text else f"sqlite:///{text}")
    except (ArgumentError, ValueError) as error:
        raise DatabaseUnreadableError(
            N_("{text!r} is not a database URL or path."), text=_hidden(text)
        ) from error
    # SQLAlchemy would take psycopg2 for these.
    return url.set(drivername=POSTGRESQL) if url.drivername in {"postgresql", "postgres"} else url


def _hidden(text: str) -> str:
    """A text that was to be a URL, without what may be its password."""
    return re.sub(r"(://[^:@/]*):[^@]*@", r"\1:***@", text)


def database_file(url: URL) -> Path | None:
    """The file of an SQLite database; None for one in memory or on a server."""
    if url.get_backend_name() != "sqlite" or url.database in {None, "", ":memory:"}:
        return None
    return Path(str(url.database))


def open_database(text: str, *, create: bool = True, busy_seconds: float = BUSY_SECONDS) -> Engine:
    """The database at a URL or path, at the newest schema.

    SQLite is opened with WAL, foreign keys on, and writers that queue (`BEGIN IMMEDIATE`). On PostgreSQL who
    reads sees one moment (`REPEATABLE READ`), a database is never made, and a server that goes away later is
    waited for. What is not ours is never changed. Raises the DatabaseError of what is wrong, or
    DiskFullError; everything that is later done through the engine raises them too.
    """
    url = database_url(text)
    _prepare_folder(url, create=create)
    engine = _sqlite(url, busy_seconds) if url.get_backend_name() == "sqlite" else _server(url, busy_seconds)
    try:
        _refuse_foreign(engine, create=create)
        if url.get_backend_name() == "sqlite":
            _use_wal(engine)
        _migrate(engine)
    except BaseException:
        engine.dispose()
        raise
    return engine


def lock_setting_up(connection: Connection) -> None:
    """Until its transaction ends, nobody else sets this database up; on SQLite whoever writes is alone."""
    if connection.dialect.name == "postgresql":
        from results import postgresql

        postgresql.lock_setting_up(connection)


def head_revision() -> str:
    """The schema revision of this program."""
    return _HEAD


def _prepare_folder(url: URL, *, create: bool) -> None:
    file = database_file(url)
    if file is None or file.exists():
        return
    if not create:
        raise DatabaseMissingError(N_("There is no database at {file}."), file=file)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DatabaseUnreadableError(
            N_("No folder can be made for {file}: {strerror}."), file=file, strerror=Word(error.strerror)
        ) from error


def _sqlite(url: URL, busy_seconds: float) -> Engine:
    timeout = {} if "timeout" in url.query else {"timeout": busy_seconds}
    engine = _engine(url, connect_args=timeout)
    event.listen(engine, "connect", _on_connect)
    event.listen(engine, "begin", _on_begin)
    event.listen(engine, "handle_error", _on_sqlite_error)
    return engine


def _server(url: URL, busy_seconds: float) -> Engine:
    if url.drivername != POSTGRESQL:
        raise DatabaseUnreadableError(
            N_("{drivername} is neither sqlite nor {postgresql}."),
            drivername=url.drivername,
            postgresql=POSTGRESQL,
        )
    from results import postgresql

    return postgresql.connected(_engine(url, **postgresql.engine_options(url)), busy_seconds)


def _engine(url: URL, **options: Any) -> Engine:  # noqa: ANN401 - SQLAlchemy takes any
    try:
        return create_engine(url, json_deserializer=_from_json, **options)
    except (SQLAlchemyError, ImportError) as error:
        raise DatabaseUnreadableError(
            N_("No driver for {backend}: {error}."), backend=url.get_backend_name(), error=error
        ) from error


def _from_json(text: str | bytes) -> Any:  # noqa: ANN401 - JSON of any kind
    """As the standard library reads it, several times faster; who reads a wave reads a million of these."""
    try:
        return msgspec.json.decode(text)
    except ValueError:
        # NaN and lone surrogates, which the standard library wrote and takes back.
        return json.loads(text)


def _on_connect(connection: Any, _record: object) -> None:  # noqa: ANN401 - SQLAlchemy hands in any driver's
    # sqlite3 would begin transactions by itself, always deferred; _on_begin does it instead.
    connection.isolation_level = None
    connection.execute("PRAGMA foreign_keys = ON")
    # With WAL a power cut can lose the last commits but never tear the database; evidence is safe anyway.
    connection.execute("PRAGMA synchronous = NORMAL")


def _on_begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE" if is_writing(connection) else "BEGIN")


def _on_sqlite_error(context: ExceptionContext) -> None:
    url = context.engine.url if context.engine is not None else None
    name = str(url.database) if url is not None else "the database"
    typed = from_sqlite(context.original_exception, name)
    if typed is not None:
        raise typed from context.original_exception


def _refuse_foreign(engine: Engine, *, create: bool) -> None:
    with engine.connect() as connection:
        tables = inspect(connection).get_table_names()
    name = database_file(engine.url) or engine.url.database
    if tables and VERSION_TABLE not in tables:
        raise NotOurDatabaseError(N_("{name} is another program's database."), name=name)
    if not tables and not create and engine.url.get_backend_name() != "sqlite":
        raise DatabaseMissingError(N_("The database {name} is empty."), name=name)


def _use_wal(engine: Engine) -> None:
    raw = engine.raw_connection()
    try:
        cursor = raw.cursor()
        if cursor.execute("PRAGMA journal_mode").fetchone() == ("delete",):
            cursor.execute("PRAGMA journal_mode = WAL")
    except Exception as error:
        typed = from_sqlite(error, str(engine.url.database))
        # Another process may be switching or writing just now; who comes later will switch.
        if not isinstance(typed, DatabaseLockedError):
            raise (typed or error) from error
    finally:
        raw.close()


def _migrate(engine: Engine) -> None:
    with engine.connect() as connection:
        revision = _revision(connection)
    if revision == _HEAD:
        return
    from results import migrating

    if revision is not None and revision not in migrating.revisions():
        raise NewerSchemaError(
            N_("The database has schema {revision}; this eindekss knows up to {head}."),
            revision=revision,
            head=_HEAD,
        )
    with writing(engine).begin() as connection:
        lock_setting_up(connection)
        # Does nothing where another process migrated while this one waited for it.
        migrating.to_head(connection)


def _revision(connection: Connection) -> str | None:
    if VERSION_TABLE not in inspect(connection).get_table_names():
        return None
    found = connection.exec_driver_sql(f"SELECT version_num FROM {VERSION_TABLE}").scalar()  # noqa: S608 - a constant
    return None if found is None else str(found)
