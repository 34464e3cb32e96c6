"""One clock for all who work on a database: leases, waits, windows and fire times are moments that one
machine writes and another reads.

On PostgreSQL it is the server's. Each process asks it now and then, and counts on by a clock that nobody
sets; so a machine whose own clock is wrong, or is put right while it works, takes nobody's lease. On SQLite
all work on one machine, by its clock.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta

import msgspec
from sqlalchemy import Engine

from crawler.log import logger
from results.database_clock import server_time
from results.errors import ResultsError

_log = logger("clock")
ASK_SECONDS = 30.0
"""How often the server is asked while somebody works: its clock may be set, too, and a machine may sleep."""
APART = timedelta(seconds=5)
"""By how much the machine's own clock may differ before it is told."""


def machine_time() -> datetime:
    """The moment by this machine."""
    return datetime.now(UTC)


class _Heard(msgspec.Struct, frozen=True):
    moment: datetime
    tick: float


class SharedClock:
    """Gives the moment when it is called, without waiting for anything."""

    def __init__(
        self,
        engine: Engine,
        *,
        own: Callable[[], datetime] = machine_time,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        """The clock of a database. `own` is the machine's, `ticks` (seconds) one that nobody sets.

        Raises:
            ResultsError: the database does not answer.
        """
        self._engine, self._own, self._ticks = engine, own, ticks
        self._heard: _Heard | None = None
        self._told = timedelta(0)
        self.ask()

    def __call__(self) -> datetime:
        """The moment, aware and in UTC."""
        heard = self._heard
        if heard is None:
            return self._own()
        return heard.moment + timedelta(seconds=self._ticks() - heard.tick)

    def ask(self) -> None:
        """Ask the server again; waits for it. Raises as when made."""
        before = self._ticks()
        moment = server_time(self._engine)
        if moment is not None:
            # It was read somewhere between question and answer.
            self._heard = _Heard(moment, (before + self._ticks()) / 2)
            self._tell(moment - self._own())

    def _tell(self, apart: timedelta) -> None:
        if abs(apart) > APART and abs(apart - self._told) > APART:
            _log.warning("clocks_apart", behind_seconds=round(apart.total_seconds()), used="the database's")
            self._told = apart


@asynccontextmanager
async def kept(clock: Callable[[], datetime]) -> AsyncIterator[None]:
    """Ask a shared clock's server every so often within the block; another clock is left alone."""
    asking = asyncio.create_task(_again_and_again(clock)) if isinstance(clock, SharedClock) else None
    try:
        yield
    finally:
        if asking is not None:
            asking.cancel()
            with suppress(asyncio.CancelledError):
                await asking


async def _again_and_again(clock: SharedClock) -> None:
    while True:
        await asyncio.sleep(ASK_SECONDS)
        # Until it answers again what it said last is counted on from.
        with suppress(ResultsError):
            await asyncio.to_thread(clock.ask)
