"""Runs that a worker is at: what it must know of each, and the instruments its tasks share."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from crawler.axe import AxeScript
from crawler.credentials import Credentials
from crawler.evidence import Institution, Sample
from crawler.instruments import Instruments, open_instruments
from crawler.slots import Slots
from results.earlier import EarlierRun
from results.run_policy import RunPolicy
from results.store import Store
from results.work_records import RunPlan

MOST_IDLE = 1
"""Runs kept open with nothing under way: each has a browser."""


class OpenRun:
    """A run with its instruments open."""

    def __init__(
        self,
        plan: RunPlan,
        instruments: Instruments,
        stack: AsyncExitStack,
        *,
        sampled: EarlierRun | None = None,
        compared: EarlierRun | None = None,
    ) -> None:
        """Take what was opened; `stack` closes it. `sampled` is the run whose pages are audited again,
        `compared` the one whose answers this run's are held against.
        """
        self.plan, self.instruments, self._stack = plan, instruments, stack
        self._sampled, self.compared = sampled, compared
        self.under_way = 0

    def pinned(self, institution: Institution) -> Sample | None:
        """The sample of an earlier run that is to be audited again. It reads: call it from a thread."""
        return self._sampled.sample(institution) if self._sampled else None

    async def close(self) -> None:
        """Close the instruments."""
        await self._stack.aclose()


class OpenRuns:
    """Opens a run when a task of it comes, shares it among its tasks, closes it; an async context manager."""

    def __init__(
        self,
        store: Store,
        *,
        chromium: Path,
        axe: AxeScript,
        clock: Callable[[], datetime],
        credentials: Credentials | None = None,
        slots: Slots | None = None,
    ) -> None:
        """With what instruments are made. `slots` bound the open pages of all runs together; without, each
        run has as many as its settings say.
        """
        self._slots = slots
        self._store, self._chromium, self._axe, self._clock = store, chromium, axe, clock
        self._credentials = credentials
        self._open: dict[str, OpenRun] = {}
        self._lock = asyncio.Lock()

    @asynccontextmanager
    async def using(self, run_id: str) -> AsyncIterator[OpenRun]:
        """The run, open for as long as the block lasts.

        Raises:
            CrawlerError: the browser or the egress guard can't be started.
            ResultsError: the run, or the one whose sample it takes over, can't be read.
        """
        async with self._lock:
            run = self._open.pop(run_id, None) or await self._opened(run_id)
            self._open[run_id] = run
            run.under_way += 1
        try:
            yield run
        finally:
            run.under_way -= 1
            await self._close_idle(MOST_IDLE)

    async def rest(self) -> None:
        """Close what nothing is under way of."""
        await self._close_idle(0)

    async def __aenter__(self) -> Self:
        """Nothing is open yet."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close all."""
        await self._close_idle(0)

    async def _opened(self, run_id: str) -> OpenRun:
        plan = await asyncio.to_thread(self._store.work.plan, run_id)
        earlier = await asyncio.to_thread(self._earlier, plan.policy)
        stack = AsyncExitStack()
        instruments = await stack.enter_async_context(
            open_instruments(
                plan.settings,
                plan.targets,
                chromium=self._chromium,
                axe=self._axe,
                save_blob=self._store.evidence.put,
                clock=self._clock,
                credentials=self._credentials,
                slots=self._slots,
            )
        )
        try:
            await asyncio.to_thread(self._store.work.note_versions, run_id, instruments.tools)
        except BaseException:
            await stack.aclose()
            raise
        sampled, compared = (earlier.get(one) for one in _leans_on(plan.policy))
        return OpenRun(plan, instruments, stack, sampled=sampled, compared=compared)

    def _earlier(self, policy: RunPolicy) -> dict[str, EarlierRun]:
        return {run_id: EarlierRun(self._store, run_id) for run_id in set(_leans_on(policy)) if run_id}

    async def _close_idle(self, keep: int) -> None:
        async with self._lock:
            idle = [run_id for run_id, run in self._open.items() if run.under_way == 0]
            for run_id in idle[: max(0, len(idle) - keep)]:
                await self._open.pop(run_id).close()


def _leans_on(policy: RunPolicy) -> tuple[str, str]:
    return policy.sample_from, policy.compared_with
