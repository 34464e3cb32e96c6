"""Carries a run out in this process: its tasks worked off by a pool, its state said at the end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

import msgspec
from msgspec.structs import replace

from checks.check import all_checks
from checks.judge import SiteStatus
from crawler.axe import AxeScript
from crawler.credentials import Credentials
from crawler.evidence import Failure
from crawler.log import logger
from crawler.slots import Slots
from results.claiming import Claimant
from results.errors import ResultsError
from results.models import RunState
from results.records import RunRecord
from results.store import Store
from schedules.closing import close_left
from schedules.known_types import know_types
from schedules.new_runs import RunRequest, create_run
from schedules.open_runs import OpenRuns
from schedules.owners import is_dead, this_owner
from schedules.places import Places
from schedules.pool import SITES_PER_PAGE_SLOT, Pool, interrupting
from schedules.progress import Report
from schedules.shared_clock import kept
from schedules.worker import Measure, WorkerMeans, unmeasured

_log = logger("run")
__all__ = [
    "SITES_PER_PAGE_SLOT",
    "Carried",
    "Means",
    "RunRequest",
    "carry_out",
    "exit_code",
    "go_on",
    "worst",
]


class Means(msgspec.Struct, frozen=True, kw_only=True):
    """With what a run is carried out."""

    store: Store
    chromium: Path
    axe: AxeScript
    clock: Callable[[], datetime]
    entropy: Callable[[int], bytes]
    report: Report
    credentials: Credentials | None = None
    """Tokens for networks' interfaces; None: without any."""
    measure: Measure = unmeasured


class Carried(msgspec.Struct, frozen=True):
    """A run as it stands when this process is done with it."""

    run: RunRecord
    not_stored: dict[str, Failure]
    """Sites whose results could not be stored, by address; they can be taken up again."""
    open: int = 0
    """Institutions whose result is not final yet."""


async def carry_out(request: RunRequest, means: Means) -> Carried:
    """Audit all institutions; Ctrl-C ends it with what is done kept (state INTERRUPTED).

    Raises:
        CrawlerError: the browser or the egress guard can't be started.
        ResultsError: the run can't be begun in the database.
    """
    run_id = create_run(request, means.store, axe=means.axe, now=means.clock(), entropy=means.entropy)
    return await go_on(run_id, means)


async def go_on(run_id: str, means: Means) -> Carried:
    """Work on a run until it is over, whoever made it and whoever works on it too. Raises as `carry_out`."""
    work = means.store.work
    async with opened_by(means) as worker:
        await asyncio.to_thread(work.free_lost, means.clock(), is_dead, run_id)
        plan = await asyncio.to_thread(work.plan, run_id)
        _log.info("run_began", run=run_id, concurrency=plan.settings.concurrency)
        pool = Pool(run_id, worker, places=Places(SITES_PER_PAGE_SLOT * plan.settings.concurrency))
        try:
            with interrupting(pool.stop):
                await pool.work()
        except BaseException:
            await asyncio.to_thread(_ended, means, run_id, RunState.FAILED)
            raise
    done = await asyncio.to_thread(_carried, means, run_id, pool)
    _log.info("run_left", run=run_id, state=done.run.state.value, open=done.open)
    return done


@asynccontextmanager
async def opened_by(
    means: Means, claimant: Claimant | None = None, *, slots: Slots | None = None
) -> AsyncIterator[WorkerMeans]:
    """The means of a worker; what its runs opened is closed afterwards. Runs whose worker died after their
    last task are ended and examined first. `slots`: for the pages of all runs together.
    """
    all_checks()  # has kinds of its own
    know_types()
    await asyncio.to_thread(close_left, means.store, means.clock())
    opening = OpenRuns(
        means.store,
        chromium=means.chromium,
        axe=means.axe,
        clock=means.clock,
        credentials=means.credentials,
        slots=slots,
    )
    async with kept(means.clock), opening as runs:
        yield WorkerMeans(
            store=means.store,
            runs=runs,
            claimant=claimant or Claimant(owner=this_owner()),
            clock=means.clock,
            report=means.report,
            measure=means.measure,
        )


def _carried(means: Means, run_id: str, pool: Pool) -> Carried:
    if pool.not_stored:
        _ended(means, run_id, RunState.FAILED)
    elif pool.stopped:
        _ended(means, run_id, RunState.INTERRUPTED)
    record = means.store.load_run(run_id)
    if pool.not_stored:
        # Even its state may not have been stored.
        record = replace(record, state=RunState.FAILED)
    elif pool.stopped:
        record = replace(record, state=RunState.INTERRUPTED)
    open_tasks = means.store.work.progress(run_id, means.clock()).tasks.open
    return Carried(record, dict(pool.not_stored), open_tasks)


def _ended(means: Means, run_id: str, state: RunState) -> None:
    try:
        means.store.work.interrupt(run_id, means.clock(), state)
    except ResultsError:
        # A run that nobody works on is taken up by `resume` whatever its state says.
        return


def exit_code(record: RunRecord, *, had_bad_input: bool, require_quality: bool = False) -> int:
    """One code for a run; where several hold, the first of 130, 2, 4, 1, 3 (the README's table)."""
    statuses = {site.judgement.status for site in record.sites}
    if record.state is RunState.INTERRUPTED:
        return 130
    if had_bad_input:
        return 2
    if SiteStatus.INTERNAL_ERROR in statuses or record.state is RunState.FAILED:
        return 4
    if require_quality and not (record.quality and record.quality.is_publishable):
        return 1
    return 3 if SiteStatus.NOT_EVALUABLE in statuses else 0


_PRECEDENCE = (130, 2, 4, 1, 3, 0)


def worst(*codes: int) -> int:
    """Of several codes the one that the command ends with: the first of 130, 2, 4, 1, 3."""
    return min(codes, key=_PRECEDENCE.index)
