"""What time it is by the database."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import Engine, text

from results.transactions import surviving


@surviving
def server_time(engine: Engine) -> datetime | None:
    """The moment by the clock of the database's server; None for SQLite, which has only the machine's.
    DatabaseError where it does not answer.
    """
    if engine.dialect.name != "postgresql":
        return None
    with engine.connect() as connection:
        # `now()` would be the beginning of the transaction.
        told: datetime = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
    return told.astimezone(UTC)
