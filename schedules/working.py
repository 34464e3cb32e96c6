"""Works off, in the scheduler's own process, the runs that schedules made: a pool for each that is open."""

from __future__ import annotations

import asyncio

from schedules.owners import is_dead
from schedules.pool import SITES_PER_PAGE_SLOT, Pool
from schedules.worker import WorkerMeans


class Pools:
    """One pool a run. Those outside their window wait, and take no browser meanwhile."""

    def __init__(self, means: WorkerMeans) -> None:
        self._means = means
        self._pools: set[Pool] = set()
        self._stopped = False

    async def work(self, run_id: str) -> None:
        """Work on a run until it is over or `stop` is called. Raises as `Pool.work`."""
        work, now = self._means.store.work, self._means.clock()
        await asyncio.to_thread(work.free_lost, now, is_dead, run_id)
        plan = await asyncio.to_thread(work.plan, run_id)
        pool = Pool(run_id, self._means, places=SITES_PER_PAGE_SLOT * plan.settings.concurrency)
        if self._stopped:
            return
        self._pools.add(pool)
        try:
            await pool.work()
        finally:
            self._pools.discard(pool)

    def stop(self) -> None:
        """Give back what is under way; the runs stay open for whoever comes next."""
        self._stopped = True
        for pool in self._pools:
            pool.stop()
