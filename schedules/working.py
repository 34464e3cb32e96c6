"""Works off, in the scheduler's own process, the runs that schedules made: all of them share its places."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from schedules.crew import pause_after
from schedules.owners import is_dead
from schedules.places import Places
from schedules.pool import Pool
from schedules.worker import WorkerMeans


class Pools:
    """A pool a run. The older of two runs gets the next place; a run that has nothing to begin, because it is
    outside its window or waits for others, leaves it to the younger.
    """

    def __init__(self, means: WorkerMeans, *, places: int) -> None:
        """Up to `places` sites at once, over all runs."""
        self._means, self._places = means, Places(places)
        self._pools: set[Pool] = set()
        self._stopping, self._failed = asyncio.Event(), 0

    async def work(self, run_id: str) -> None:
        """Work on a run until it is over or `stop` is called; after results that could not be stored, a rest
        that grows, and back to the caller. Raises as `Pool.work`.
        """
        work, now = self._means.store.work, self._means.clock()
        await asyncio.to_thread(work.free_lost, now, is_dead, run_id)
        if self._stopping.is_set():
            return
        pool = Pool(run_id, self._means, places=self._places)
        self._pools.add(pool)
        try:
            await pool.work()
        finally:
            self._pools.discard(pool)
        self._failed = self._failed + 1 if pool.not_stored else 0
        if pool.not_stored:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), pause_after(self._failed))

    def stop(self) -> None:
        """Give back what is under way; the runs stay open for whoever comes next."""
        self._stopping.set()
        for pool in self._pools:
            pool.stop()
