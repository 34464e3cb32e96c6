"""Runs that a worker is at: what it must know of each, and the instruments its tasks share."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from msgspec.structs import replace

from crawler.axe import AxeScript
from crawler.credentials import Credentials
from crawler.evidence import Institution, Sample
from crawler.instruments import Instruments, open_instruments
from results.store import Store
from results.work_records import RunPlan

MOST_IDLE = 1
"""Runs kept open with nothing under way: each has a browser."""


class OpenRun:
    """A run with its instruments open."""

    def __init__(
        self, plan: RunPlan, instruments: Instruments, samples: Mapping[str, Sample], stack: AsyncExitStack
    ) -> None:
        """Take what was opened; `stack` closes it."""
        self.plan, self.instruments, self._samples, self._stack = plan, instruments, samples, stack
        self.under_way = 0

    def pinned(self, institution: Institution) -> Sample | None:
        """The sample of an earlier run that is to be audited again."""
        return self._samples.get(institution.url)

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
    ) -> None:
        """With what instruments are made."""
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
        samples = await asyncio.to_thread(self._samples, plan.policy.sample_from)
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
            )
        )
        try:
            await asyncio.to_thread(self._store.work.note_versions, run_id, instruments.tools)
        except BaseException:
            await stack.aclose()
            raise
        return OpenRun(plan, instruments, samples, stack)

    def _samples(self, run_id: str) -> dict[str, Sample]:
        if not run_id:
            return {}
        drawn = self._store.load_samples(run_id)
        return {url: replace(sample, pinned_from=run_id) for url, sample in drawn.items() if sample.random}

    async def _close_idle(self, keep: int) -> None:
        async with self._lock:
            idle = [run_id for run_id, run in self._open.items() if run.under_way == 0]
            for run_id in idle[: max(0, len(idle) - keep)]:
                await self._open.pop(run_id).close()
