"""What is PostgreSQL's own: how it is connected to, how long it is waited for, what its errors mean.

Everything holds through PgBouncer in transaction mode too: no prepared statements, nothing set for longer
than a transaction, advisory locks of transactions only.
"""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from itertools import chain, repeat
from typing import Any

import psycopg
import psycopg.conninfo
from sqlalchemy import Connection, Dialect, Engine, event
from sqlalchemy.engine import URL, ExceptionContext

from results.errors import (
    DatabaseAwayError,
    DatabaseLockedError,
    DatabaseRefusedError,
    DatabaseUnreadableError,
    DiskFullError,
    ResultsError,
    ServerDatabaseMissingError,
    TransactionLostError,
)
from results.language import N_
from results.transactions import is_writing

PATIENCE_SECONDS = 120.0
"""How long a program that had its server waits for it to come back: a restart and a recovery."""
_SETTING_UP = 0x65696E64656B7373
"""The key of the advisory lock of who migrates: `eindekss` as a number."""
_CONNECT: Mapping[str, object] = {
    # PgBouncer hands each transaction another connection, which knows no statement prepared before.
    "prepare_threshold": None,
    "connect_timeout": 10,
    # A server whose machine went away says nothing; without these a read would wait for hours.
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 60_000,
    "application_name": "eindekss",
}
_PAUSES = (0.1, 0.2, 0.5, 1.0, 2.0)
_AWAY = frozenset({"57P01", "57P02", "57P03", "57P05", "53300"})
"""Shutting down, crashed, starting up, idle for too long, too many connections."""
_BUSY = frozenset({"55P03", "57014"})
_BROKEN_OFF = frozenset({"40001", "40P01"})
_NOT_ALLOWED = frozenset({"28P01", "28000"})
_UNREADABLE = frozenset({"25006", "42501", "58030", "XX000", "XX001", "XX002"})
# The server refuses before a session begins: libpq hands on its words only, no code.
_REFUSED = re.compile(
    r"authentication failed|no password supplied|role \".*\" does not exist|pg_hba\.conf"
    r"|not permitted to log in|permission denied for database|no such user"
)
_NO_DATABASE = re.compile(r'database ".*" does not exist|no such database')


def engine_options(url: URL) -> dict[str, Any]:
    """Options of the engine; what the URL itself says of a connection comes first."""
    chosen = {name: value for name, value in _CONNECT.items() if name not in url.query}
    return {"connect_args": chosen, "pool_pre_ping": True}


def connected(engine: Engine, busy_seconds: float) -> Engine:
    """The engine with our ways: waiting, isolation, errors."""
    event.listen(engine, "do_connect", _Patience().connect)
    event.listen(engine, "begin", lambda connection: _on_begin(connection, busy_seconds))
    event.listen(engine, "handle_error", _on_error)
    return engine


def conninfo(url: URL) -> str:
    """The address as libpq takes it, with our time limits, for connections that are not SQLAlchemy's."""
    known: dict[str, Any] = url.translate_connect_args(username="user", database="dbname") | dict(url.query)
    ours: dict[str, Any] = {name: _CONNECT[name] for name in _CONNECT if name != "prepare_threshold"}
    return psycopg.conninfo.make_conninfo(**(ours | known))


def place(url: URL) -> str:
    """A database's name for messages, without its password."""
    host = url.query.get("host") or url.host or "this machine"
    return f"{url.database} on {host}{f':{url.port}' if url.port else ''}"


class _Patience:
    """Waits for a server that is away whenever a connection is made: nothing has begun then, so that waiting
    is always safe. Before the first connection there is no waiting: an address that is wrong is told at once.
    """

    def __init__(self) -> None:
        self._seconds = 0.0

    def connect(self, dialect: Dialect, _record: object, args: list[Any], params: dict[str, Any]) -> Any:  # noqa: ANN401 - SQLAlchemy's signature
        pauses = chain(_PAUSES, repeat(_PAUSES[-1]))
        deadline = time.monotonic() + self._seconds
        while True:
            try:
                made = dialect.connect(*args, **params)
            except psycopg.OperationalError as error:
                pause = next(pauses)
                if not _is_away(error) or time.monotonic() + pause > deadline:
                    raise
                time.sleep(pause)
            else:
                self._seconds = PATIENCE_SECONDS
                return made


def _on_begin(connection: Connection, busy_seconds: float) -> None:
    """Who reads sees one moment, however many statements it takes; who writes sees what is there now."""
    driver = connection.connection.dbapi_connection
    writes = is_writing(connection)
    level = psycopg.IsolationLevel.READ_COMMITTED if writes else psycopg.IsolationLevel.REPEATABLE_READ
    # An attribute of psycopg's connection, sent with its BEGIN.
    driver.isolation_level = level  # type: ignore[union-attr]  # SQLAlchemy knows no driver's attributes
    if writes:
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = {int(busy_seconds * 1000)}")


def _on_error(context: ExceptionContext) -> None:
    # The ping of the pool finds out about connections that broke; it makes new ones by itself.
    if context.is_pre_ping or context.engine is None:
        return
    connected = context.connection is not None
    typed = from_psycopg(context.original_exception, place(context.engine.url), connected=connected)
    if typed is not None:
        raise typed from context.original_exception


def _is_away(error: psycopg.OperationalError) -> bool:
    """Whether a failed connection is one that may succeed later as it is."""
    return (_code(error) or "57P03") in _AWAY


def lock_setting_up(connection: Connection) -> None:
    """One process at a time; the others wait until its transaction ends."""
    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_SETTING_UP})")


def from_psycopg(error: BaseException | None, name: str, *, connected: bool) -> ResultsError | None:
    """The typed error for what psycopg raised on the database `name`; None where the environment is not at
    fault (a broken constraint, wrong SQL). `connected`: in the middle of something, not while connecting.
    """
    if not isinstance(error, psycopg.Error):
        return None
    code, text = _code(error), _first_line(error)
    lost = isinstance(error, psycopg.OperationalError) and not code
    if code in _AWAY or code.startswith("08") or lost:
        if connected:
            return TransactionLostError(
                N_("The connection to the database {name} broke off: {text}."), name=name, text=text
            )
        return DatabaseAwayError(N_("The database {name} does not answer: {text}."), name=name, text=text)
    if code in _BROKEN_OFF:
        return TransactionLostError(
            N_("The database {name} broke a transaction off: {text}."), name=name, text=text
        )
    return _told(code, name, text)


def _told(code: str, name: str, text: str) -> ResultsError | None:
    if code in _NOT_ALLOWED:
        return DatabaseRefusedError(
            N_("The server refuses the database {name}: {text}."), name=name, text=text
        )
    if code == "3D000":
        return ServerDatabaseMissingError(N_("There is no database {name}."), name=name)
    if code == "53100":
        return DiskFullError(N_("No space is left for the database {name}: {text}."), name=name, text=text)
    if code in _BUSY:
        return DatabaseLockedError(
            N_("The database {name} is locked by another program: {text}."), name=name, text=text
        )
    if code in _UNREADABLE:
        return DatabaseUnreadableError(
            N_("The database {name} cannot be used: {text}."), name=name, text=text
        )
    return None


def _code(error: psycopg.Error) -> str:
    """SQLSTATE, found in the words where psycopg has none."""
    if error.sqlstate:
        return error.sqlstate
    if _REFUSED.search(str(error)):
        return "28000"
    return "3D000" if _NO_DATABASE.search(str(error)) else ""


def _first_line(error: BaseException) -> str:
    line = (str(error).strip().splitlines() or [type(error).__name__])[0]
    return line.rpartition("failed: ")[2].removeprefix("FATAL:").strip().rstrip(".")[:300]
