"""Who does something that must be done by one process at a time, whatever machine it is on.

On PostgreSQL an advisory lock of a transaction that stays open meanwhile: it goes with the process or its
connection, and holds through PgBouncer. On SQLite, which has none, a row of the table `hold` that ends by
itself.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from sqlalchemy import Engine, delete, text
from sqlmodel import Session, col

from results.registry_models import Hold
from results.transactions import writing

LONGEST = timedelta(minutes=5)
"""After so long the holder of a row counts as dead. What is done while holding takes seconds."""


@contextmanager
def holding(
    engine: Engine, name: str, owner: str, now: datetime, *, is_dead: Callable[[str], bool] = lambda _: False
) -> Iterator[bool]:
    """Holds a name for the block; gives False, without waiting, where another holds it who is not known to
    be dead.
    """
    if engine.dialect.name == "postgresql":
        with engine.connect() as connection, connection.begin():
            wanted = text("SELECT pg_try_advisory_xact_lock(:key)")
            yield bool(connection.execute(wanted, {"key": _key(name)}).scalar())
        return
    taken = _take(engine, name, owner, now, is_dead)
    try:
        yield taken
    finally:
        if taken:
            _give_back(engine, name, owner)


def _take(engine: Engine, name: str, owner: str, now: datetime, is_dead: Callable[[str], bool]) -> bool:
    with Session(writing(engine)) as session, session.begin():
        row = session.get(Hold, name)
        # A row that would end later than any can was written before the clock was set back.
        if row is not None and now < row.until <= now + LONGEST and not is_dead(row.owner):
            return False
        session.merge(Hold(name=name, owner=owner, until=now + LONGEST))
        return True


def _give_back(engine: Engine, name: str, owner: str) -> None:
    with Session(writing(engine)) as session, session.begin():
        session.execute(delete(Hold).where(col(Hold.name) == name, col(Hold.owner) == owner))


def _key(name: str) -> int:
    """A signed 64-bit number, as PostgreSQL's advisory locks take it."""
    return int.from_bytes(hashlib.sha256(f"eindekss {name}".encode()).digest()[:8], "big", signed=True)
