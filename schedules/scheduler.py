"""The scheduler: APScheduler with the jobs of our table, and pools that work the runs off.

The table is the truth. APScheduler's jobs lie in memory; `follow` makes them again from the table every few
seconds, so what another process adds, pauses or removes is heeded. A job only makes a run (`firing.fire`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, Protocol

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from crawler.errors import CrawlerError
from crawler.log import logger
from results.errors import ResultsError
from results.timetable import Schedule
from schedules.errors import ScheduleError
from schedules.firing import FOLLOW_SECONDS, Due, Firing, due, fire, trigger

_log = logger("scheduler")
_HOWEVER_LATE: Mapping[str, Any] = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
"""A job always runs once: its body decides by the table and the clock what is to be done."""


class Worker(Protocol):
    """Who works runs off in this process."""

    async def work(self, run_id: str) -> None:
        """Work on a run until it is over, or `stop` is called."""

    def stop(self) -> None:
        """Give back what is under way, and take nothing more."""


class Scheduler:
    """Fires the schedules of a database until it is stopped."""

    def __init__(
        self, firing: Firing, *, worker: Worker | None = None, follow_seconds: float = FOLLOW_SECONDS
    ) -> None:
        """Without a worker others do the work. The table is looked at every `follow_seconds`."""
        self._firing, self._worker, self._every = firing, worker, follow_seconds
        self._jobs = AsyncIOScheduler(timezone=UTC)
        self._known: dict[int, tuple[str, str]] = {}
        self._told: dict[str, str] = {}
        self._at_work: dict[str, asyncio.Task[None]] = {}
        self._stopped = asyncio.Event()

    def stop(self) -> None:
        """End; what is under way is given back."""
        self._stopped.set()

    async def run(self) -> None:
        """Fire and work until `stop` is called."""
        every = IntervalTrigger(seconds=self._every, timezone=UTC)
        self._jobs.add_job(self.follow, every, next_run_time=datetime.now(UTC), **_HOWEVER_LATE)
        self._jobs.start()
        try:
            while not self._stopped.is_set():
                await self._take_up_runs()
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._stopped.wait(), self._every)
        finally:
            self._jobs.shutdown(wait=False)
            if self._worker is not None:
                self._worker.stop()
            await asyncio.gather(*self._at_work.values())

    def follow(self) -> None:
        """Bring the jobs in line with the table, and catch up what was missed."""
        try:
            schedules = {one.id: one for one in self._firing.timetable.schedules() if not one.paused}
        except ResultsError as error:
            self._tell("table", str(error))
            return
        self._told.pop("table", None)
        for gone in self._known.keys() - schedules.keys():
            self._jobs.remove_job(str(gone))
            del self._known[gone]
        for one in schedules.values():
            self._follow_one(one)

    def next_times(self) -> dict[int, datetime]:
        """When APScheduler will run the job of each schedule."""
        return {number: self._jobs.get_job(str(number)).next_run_time for number in self._known}

    def _follow_one(self, schedule: Schedule) -> None:
        number, timing = schedule.id, (schedule.cron, schedule.timezone)
        try:
            if self._known.get(number) != timing:
                job = {"id": str(number), "args": [number], "replace_existing": True}
                self._jobs.add_job(self.fire, trigger(schedule), **job, **_HOWEVER_LATE)
                self._known[number] = timing
            if due(schedule, self._firing.clock()) != Due():
                self.fire(number)
        except (ScheduleError, ValueError) as error:
            # Only a row that something else wrote can be so; the other schedules must fire all the same.
            self._tell(f"schedule {number}", str(error))

    def fire(self, number: int) -> None:
        """Make the run that a schedule is due to make, if it is; what hinders is logged."""
        try:
            run_id = fire(number, self._firing)
        except (ScheduleError, ResultsError) as error:
            self._tell(f"schedule {number}", str(error))
            return
        self._told.pop(f"schedule {number}", None)
        if run_id is not None:
            _log.info("schedule_fired", schedule=number, run=run_id)

    def _tell(self, about: str, why: str) -> None:
        """The same trouble is logged once, not every few seconds."""
        if self._told.get(about) != why:
            _log.error("scheduler_hindered", about=about, why=why)
        self._told[about] = why

    async def _take_up_runs(self) -> None:
        if self._worker is None:
            return
        self._at_work = {run_id: task for run_id, task in self._at_work.items() if not task.done()}
        try:
            open_runs = await asyncio.to_thread(self._firing.timetable.open_runs)
        except ResultsError as error:
            self._tell("runs", str(error))
            return
        for run_id in open_runs:
            if run_id not in self._at_work:
                self._at_work[run_id] = asyncio.create_task(self._worked(self._worker.work, run_id))

    async def _worked(self, work: Callable[[str], Any], run_id: str) -> None:
        try:
            await work(run_id)
        except (CrawlerError, ResultsError) as error:
            # The run stays open, and is taken up again.
            self._tell(f"run {run_id}", str(error))
