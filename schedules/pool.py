"""The embedded pool: takes the tasks of one run, so many at once, until none is open or it is stopped."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta

from crawler.evidence import Failure
from results.errors import DatabaseLockedError
from results.work_records import Lease, Outlook
from schedules.closing import close
from schedules.owners import is_dead
from schedules.places import Places
from schedules.worker import Ended, Outcome, TaskRun, WorkerMeans

SITES_PER_PAGE_SLOT = 2
"""Sites under way for each page that may be open: while one is crawled politely, another is measured."""
LOOK_AGAIN = timedelta(seconds=5)
"""How long at most until the tasks are looked at again: others work on them too, and clocks move."""
_LOCKED_TRIES = 3
"""How often a database that somebody else holds is asked for a task once more."""
_SOONEST, _AT_ODDS = timedelta(seconds=0.05), timedelta(seconds=1)
_LONG = timedelta(minutes=2)


class Pool:
    """Works on one run. Others may work on it at the same time: other pools, other machines."""

    def __init__(self, run_id: str, means: WorkerMeans, *, places: Places) -> None:
        """Take as many tasks at once as there are places; other pools may have some of them."""
        self._run_id, self._means, self._places = run_id, means, places
        self._under_way: dict[asyncio.Task[None], TaskRun] = {}
        self._changed = asyncio.Event()
        self.stopped = False
        """Whether it was asked to end before the run did."""
        self.not_stored: dict[str, Failure] = {}
        """Sites whose results the store did not take, by address; after the first nothing more is begun."""
        self._error: BaseException | None = None

    def stop(self) -> None:
        """Take nothing more; what is under way is given back, with what was seen kept."""
        self.stopped = True
        for task_run in self._under_way.values():
            task_run.stop()
        self._changed.set()

    async def work(self) -> None:
        """Work until the run is over or the pool is stopped.

        Raises:
            CrawlerError: the browser or the egress guard can't be started.
            ResultsError: the database can't be read.
        """
        try:
            while (lease := await self._next()) is not None:
                self._begin(lease)
        except BaseException:
            self.stop()
            raise
        finally:
            await asyncio.gather(*self._under_way)
        if self._error is not None:
            raise self._error
        if not self._ends:
            await asyncio.to_thread(close, self._means.store, self._run_id, self._means.clock())

    async def _next(self) -> Lease | None:
        """The next lease, with a place for it, as soon as there is one; None when none will come. Nobody
        waits for a task with a place in hand: another run may have use for it.
        """
        work = self._means.store.work
        while not self._ends:
            self._changed.clear()
            lease, now = await self._placed()
            if lease is not None or self._ends:
                return lease
            outlook = await asyncio.to_thread(work.outlook, self._run_id, now)
            if outlook.is_over:
                return None
            if outlook.leased > len(self._under_way):
                await asyncio.to_thread(work.free_lost, now, is_dead, self._run_id)
            await self._wait(outlook, now)
        return None

    async def _placed(self) -> tuple[Lease | None, datetime]:
        """A lease with a place for it, and when it was asked for."""
        await self._places.acquire(self._run_id)
        lease, now = None, self._means.clock()
        try:
            if not self._ends:
                lease = await self._claimed(now)
        finally:
            if lease is None:
                self._places.release()
        return lease, now

    async def _wait(self, outlook: Outlook, now: datetime) -> None:
        due = LOOK_AGAIN if outlook.next_at is None else outlook.next_at - now
        if due > _LONG and not self._under_way:
            # The night is far away: no browser is kept open for it.
            await self._means.runs.rest()
        if due <= timedelta(0):
            # It was due and yet not to be had: the run is paused, or the task is meant for others.
            due = _AT_ODDS
        await self._changed_within(min(max(due, _SOONEST), LOOK_AGAIN))

    async def _claimed(self, now: datetime) -> Lease | None:
        for _ in range(_LOCKED_TRIES):
            with suppress(DatabaseLockedError):
                return await self._claim(now)
            await self._changed_within(LOOK_AGAIN)
        return await self._claim(now)

    async def _claim(self, now: datetime) -> Lease | None:
        claim = self._means.store.work.claim
        return await asyncio.to_thread(claim, self._means.claimant, now, run_id=self._run_id)

    @property
    def _ends(self) -> bool:
        return self.stopped or bool(self.not_stored) or self._error is not None

    async def _changed_within(self, wait: timedelta) -> None:
        try:
            await asyncio.wait_for(self._changed.wait(), wait.total_seconds())
        except TimeoutError:
            return

    def _begin(self, lease: Lease) -> None:
        task_run = TaskRun(lease, self._means)
        if self.stopped:
            task_run.stop()
        task = asyncio.create_task(self._one(task_run))
        self._under_way[task] = task_run
        task.add_done_callback(self._ended)

    async def _one(self, task_run: TaskRun) -> None:
        try:
            self._note(task_run.lease, await task_run.run())
        except Exception as error:  # noqa: BLE001  (raised again when all that is under way has ended)
            self._error = self._error or error
            self.stop()

    def _note(self, lease: Lease, outcome: Outcome) -> None:
        if outcome.ended is Ended.NOT_STORED and outcome.failure is not None:
            self.not_stored[lease.institution.url] = outcome.failure

    def _ended(self, task: asyncio.Task[None]) -> None:
        del self._under_way[task]
        self._places.release()
        self._changed.set()


@contextmanager
def interrupting(stop: Callable[[], None]) -> Iterator[None]:
    """Ctrl-C and SIGTERM call `stop` once; a second one ends the program in Python's own way."""
    loop = asyncio.get_running_loop()
    signals = (signal.SIGINT, signal.SIGTERM)

    def interrupted() -> None:
        restore()
        stop()

    def restore() -> None:
        for number in signals:
            loop.remove_signal_handler(number)

    try:
        for number in signals:
            loop.add_signal_handler(number, interrupted)
        yield
    finally:
        restore()
