"""Takes tasks of any run, so many at once, whatever says that there are some."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from sqlalchemy.engine import URL

from crawler.log import logger
from crawler.orphans import end_orphans
from results.errors import ResultsError
from results.work_records import Lease
from schedules.closing import close_left
from schedules.owners import is_dead
from schedules.worker import Ended, TaskRun, WorkerMeans

_log = logger("crew")
REST_SECONDS, LONGEST_REST = 10.0, 600.0
"""How long a place stays empty after our own failure, as the next task would meet the same one: each time in
a row twice as long. A disk that is full all night must not have sites audited again and again in vain.
"""


def pause_after(failures: int) -> float:
    """Seconds of rest after so many failures of our own in a row."""
    return min(REST_SECONDS * 2.0 ** min(failures - 1, 20), LONGEST_REST)


class Crew:
    """The tasks that one worker process is at. Once stopped it takes no more."""

    def __init__(self, means: WorkerMeans, *, places: int) -> None:
        """Take up to `places` tasks at once."""
        self._means, self._places = means, asyncio.Semaphore(places)
        self._runs: set[TaskRun] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._stopping = asyncio.Event()
        self._failed = self._resting = 0

    @property
    def database(self) -> URL:
        """Where its tasks are."""
        return self._means.store.engine.url

    @property
    def is_stopped(self) -> bool:
        """Whether it was asked to end."""
        return self._stopping.is_set()

    def stop(self) -> None:
        """Take nothing more; what is under way is given back, with what was seen kept."""
        self._stopping.set()
        for run in self._runs:
            run.stop()

    async def begin(self) -> asyncio.Task[None] | None:
        """Take the task to do next of all runs, once there is a place, and begin with it; None where there
        is none to take. Who is cancelled while waiting for it leaves it to be done all the same.

        Raises:
            ResultsError: the database can't be asked.
        """
        await self._places.acquire()
        return await asyncio.shield(asyncio.ensure_future(self._begun()))

    async def rest(self, seconds: float) -> None:
        """Wait, or until it is stopped."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), seconds)

    async def stopped(self) -> None:
        """Wait until it is asked to end."""
        await self._stopping.wait()

    async def ended(self) -> None:
        """Wait for all that is under way."""
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def tidy(self) -> None:
        """Free what dead processes of this machine held, end the browsers that they left, end and examine
        runs whose last worker died before it could. Blocks: call it from a thread. Raises as `begin`.
        """
        end_orphans()
        work = self._means.store.work
        work.free_lost(self._means.clock(), is_dead)
        close_left(self._means.store, self._means.clock())

    async def _begun(self) -> asyncio.Task[None] | None:
        lease = None
        try:
            if not self.is_stopped:
                work, means = self._means.store.work, self._means
                lease = await asyncio.to_thread(work.claim, means.claimant, means.clock())
        finally:
            if lease is None:
                self._places.release()
        if lease is None:
            return None
        task = asyncio.create_task(self._carried_out(lease))
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._places.release()

    async def _carried_out(self, lease: Lease) -> None:
        run = TaskRun(lease, self._means)
        self._runs.add(run)
        if self.is_stopped:
            run.stop()
        try:
            failed = (await run.run()).ended is Ended.NOT_STORED
        except ResultsError as error:
            told = {"detail": str(error), "remedy": error.remedy}
            _log.warning("task_failed", run=lease.run_id, institution=lease.institution.url, **told)
            failed = True
        except Exception:  # noqa: BLE001  (a fault of one task must not end the worker)
            _log.exception("task_failed", run=lease.run_id, institution=lease.institution.url)
            failed = True
        finally:
            self._runs.discard(run)
        await self._rested(failed=failed)

    async def _rested(self, *, failed: bool) -> None:
        """Leave a place empty for a while where its task failed; of several at once, as when a server is
        restarted, the first counts.
        """
        if not failed:
            self._failed = 0
            return
        self._failed += self._resting == 0
        self._resting += 1
        try:
            await self.rest(pause_after(self._failed))
        finally:
            self._resting -= 1
