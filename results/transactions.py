"""Transactions on either engine: which of them write, and which are done again when they break off."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from sqlalchemy import Connection, Engine

from results.errors import TransactionLostError

_WRITES = "eindekss_writes"
_TRIES = 4
_Given = ParamSpec("_Given")
_Result = TypeVar("_Result")


def writing(engine: Engine) -> Engine:
    """The same database for transactions that write: on SQLite they take the write lock at once.

    A transaction that reads first and then upgrades would fail with SQLITE_BUSY however long it may wait. On
    PostgreSQL they see what others committed meanwhile: lock what you decide by (`with_for_update`).
    """
    return engine.execution_options(**{_WRITES: True})


def is_writing(connection: Connection) -> bool:
    """Whether the connection's transactions are to write."""
    return bool(connection.get_execution_options().get(_WRITES, False))


def surviving(action: Callable[_Given, _Result]) -> Callable[_Given, _Result]:
    """The same action, done again where the server went away in the middle of it, or where two transactions
    stood in each other's way. Only for what may be done twice.
    """

    @wraps(action)
    def repeated(*args: _Given.args, **kwargs: _Given.kwargs) -> _Result:
        for _ in range(_TRIES - 1):
            try:
                return action(*args, **kwargs)
            except TransactionLostError:
                continue
        return action(*args, **kwargs)

    return repeated
