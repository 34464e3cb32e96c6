"""One task, from its lease to its stored result: the same for every engine that runs tasks."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime
from enum import StrEnum

import msgspec
from msgspec.structs import replace

from checks import terms
from checks.judge import SiteJudgement, judge
from crawler.evidence import Failure, FailureReason, Institution, Sample, Site, settings_of
from crawler.instruments import Instruments
from crawler.log import about, failure_words, logger
from results.claiming import Claimant
from results.errors import DatabaseLockedError, EvidenceError, ResultsError, StaleLeaseError
from results.store import Store
from results.work_records import Lease
from schedules import confirming
from schedules.audit import audit_site
from schedules.closing import close
from schedules.open_runs import OpenRun, OpenRuns
from schedules.progress import Report, Step
from schedules.retrying import Result, next_attempt
from schedules.servers import may_ask
from schedules.unbroken import unbroken

_log = logger("worker")
MOST_LOST = 5
"""Attempts that may end without a word of their worker; after them the site counts as what kills it."""
BEATS_A_LEASE = 4
_SAVE_PAUSES = (1.0, 5.0)


class Ended(StrEnum):
    """How a lease ended."""

    DONE = "done"
    AGAIN = "again"
    """Stored; the task is to be tried once more."""
    STALE = "stale"
    """Another worker has the task, or its run was cancelled: nothing was stored."""
    STOPPED = "stopped"
    """Given back, with what was seen until then."""
    LATER = "later"
    """Not begun: another worker is at its server, or has the task by now."""
    NOT_STORED = "not_stored"
    """The database or the evidence store takes nothing; the task is given back if that can be said."""


class Outcome(msgspec.Struct, frozen=True):
    """What came of a task."""

    ended: Ended
    status: str = ""
    failure: Failure | None = None
    """What kept the result from being stored."""
    closed_run: bool = False
    """Whether it was the last task of its run."""


Review = Callable[[Lease, OpenRun, Site, SiteJudgement], Awaitable[tuple[Site, SiteJudgement]]]
"""Asked of each result before it is stored, with the instruments at hand; gives back what to store."""


async def as_it_is(_: Lease, __: OpenRun, site: Site, judgement: SiteJudgement) -> tuple[Site, SiteJudgement]:
    """The review that changes nothing."""
    return site, judgement


Measure = Callable[[Instruments, Site, Outcome], None]
"""Told of each audit that ended, with what it was observed with."""


def unmeasured(_: Instruments, __: Site, ___: Outcome) -> None:
    """What is measured where nothing is."""


class WorkerMeans(msgspec.Struct, frozen=True, kw_only=True):
    """With what tasks are carried out."""

    store: Store
    runs: OpenRuns
    claimant: Claimant
    clock: Callable[[], datetime]
    report: Report
    review: Review = as_it_is
    measure: Measure = unmeasured


class TaskRun:
    """A lease being worked on. `stop` ends it early, with what was seen kept."""

    def __init__(self, lease: Lease, means: WorkerMeans) -> None:
        """Nothing begins before `run`."""
        self.lease, self._means = lease, means
        self._observing: asyncio.Task[Site] | None = None
        self._stopped = self._lost = False

    def stop(self) -> None:
        """End observing; what was seen is judged, stored, and the task given back."""
        self._stopped = True
        self._break_off()

    async def run(self) -> Outcome:
        """Work the task off; once the audit is over, cancelling waits until its result is stored.

        Raises:
            CrawlerError, ResultsError: the run can't be opened; the task was given back.
        """
        with about(run=self.lease.run_id):
            beating = asyncio.create_task(self._keep_up())
            try:
                return await self._carried_out()
            finally:
                beating.cancel()
                with suppress(asyncio.CancelledError):
                    await beating

    async def _carried_out(self) -> Outcome:
        try:
            async with self._means.runs.using(self.lease.run_id) as opened:
                if not await self._may_begin(opened):
                    return Outcome(Ended.LATER)
                site = await self._observed(opened)
                if self._lost:
                    return Outcome(Ended.STALE)
                outcome = await unbroken(self._concluded(opened, site))
                self._means.measure(opened.instruments, site, outcome)
                return outcome
        except BaseException:
            await unbroken(asyncio.to_thread(self._release, None))
            raise

    async def _may_begin(self, opened: OpenRun) -> bool:
        is_over = self._stopped or self._lost or self.lease.lost >= MOST_LOST
        return is_over or await may_ask(self.lease, opened, self._means.store, self._means.clock())

    async def _observed(self, opened: OpenRun) -> Site:
        if self.lease.lost >= MOST_LOST:
            detail = f"its audit ended {self.lease.lost} times without a word of the worker"
            return self._nothing_seen(opened, Failure(FailureReason.INTERNAL_ERROR, detail))
        if self._stopped or self._lost:
            return self._nothing_seen(opened, Failure(FailureReason.INTERRUPTED, "not begun"))
        institution = self.lease.institution
        pinned = await asyncio.to_thread(self._pages_to_see_again, opened)
        audit = audit_site(institution, opened.instruments, self._progress, pinned)
        self._observing = asyncio.create_task(audit)
        try:
            return await asyncio.shield(self._observing)
        except asyncio.CancelledError:
            # Our own task was cancelled, or the audit before its first step.
            self.stop()
            with suppress(asyncio.CancelledError):
                return await self._observing
            return self._nothing_seen(opened, Failure(FailureReason.INTERRUPTED, "not begun"))

    def _pages_to_see_again(self, opened: OpenRun) -> Sample | None:
        """Those of this run's first audit, or else of the earlier run that it takes over; none where what was
        kept of them is lost: they are drawn then.
        """
        store, lease = self._means.store, self.lease
        try:
            if confirming.is_second_look(lease) and (seen := confirming.first_sample(store, lease)):
                return seen
            return opened.pinned(lease.institution)
        except EvidenceError as error:
            _log.warning("sample_lost", institution=lease.institution.url, detail=str(error))
            return None

    async def _concluded(self, opened: OpenRun, site: Site) -> Outcome:
        self._tell("judge")
        if site.failure is not None and site.failure.reason is FailureReason.DISK_FULL:
            # Our disk says nothing of the site: there is room again one day, and then it is audited.
            return await self._not_stored(site.failure, site.failure.remedy)
        outcome = await self._judged_and_stored(opened, site)
        url, failure = self.lease.institution.url, failure_words(outcome.failure)
        _log.info("site_done", institution=url, ended=outcome.ended.value, status=outcome.status, **failure)
        return outcome

    async def _judged_and_stored(self, opened: OpenRun, site: Site) -> Outcome:
        try:
            judgement = await asyncio.to_thread(_judged, site, opened)
            outcome = await self._saved(opened, site, judgement)
        except StaleLeaseError:
            return Outcome(Ended.STALE)
        except ResultsError as error:
            return await self._not_stored(error.failure, error.remedy)
        self._tell("done", outcome.status)
        return outcome

    async def _not_stored(self, failure: Failure, remedy: str) -> Outcome:
        """Give the task back, and say so to who reads only warnings, too."""
        url, told = self.lease.institution.url, failure_words(failure)
        _log.warning("result_not_stored", institution=url, **told, remedy=remedy)
        await asyncio.to_thread(self._release, failure)
        return Outcome(Ended.NOT_STORED, failure=failure)

    async def _saved(self, opened: OpenRun, site: Site, judgement: SiteJudgement) -> Outcome:
        try:
            if not self._stopped:
                site, judgement = await self._means.review(self.lease, opened, site, judgement)
            return await self._patiently(opened, site, judgement)
        except ResultsError:
            raise
        except Exception as error:  # noqa: BLE001  (one site's fault of ours must not end the others')
            bare = self._nothing_seen(opened, _fault(self.lease.institution, error))
            return await self._patiently(opened, bare, await asyncio.to_thread(_judged, bare, opened))

    async def _patiently(self, opened: OpenRun, site: Site, judgement: SiteJudgement) -> Outcome:
        for pause in _SAVE_PAUSES:
            try:
                return await asyncio.to_thread(self._store, opened, site, judgement)
            except DatabaseLockedError:
                await asyncio.sleep(pause)
        return await asyncio.to_thread(self._store, opened, site, judgement)

    def _store(self, opened: OpenRun, site: Site, judgement: SiteJudgement) -> Outcome:
        store, now, lease = self._means.store, self._means.clock(), self.lease
        is_second = confirming.is_second_look(lease)
        if self._stopped and site.failure and site.failure.reason is FailureReason.INTERRUPTED:
            if is_second:
                store.work.release(lease, now)
            else:
                store.save_interrupted(lease, site, judgement, now)
            return Outcome(Ended.STOPPED, judgement.status)
        if is_second:
            again = confirming.once_more(lease, site, judgement, opened, now)
            confirming.conclude(store, lease, site, judgement, now, again)
        else:
            judgement = confirming.with_changes(opened, lease, site, judgement)
            again = next_attempt(Result.of(lease, site, judgement), opened.plan.policy, now)
            again = again or confirming.second_look(judgement, now)
            store.save_result(lease, site, judgement, now, again)
        if again is not None:
            return Outcome(Ended.AGAIN, judgement.status)
        return Outcome(Ended.DONE, judgement.status, closed_run=close(store, lease.run_id, now))

    def _release(self, failure: Failure | None) -> None:
        # Where even this can't be written, the lease runs out.
        with suppress(ResultsError):
            self._means.store.work.release(self.lease, self._means.clock(), failure)

    async def _keep_up(self) -> None:
        claimant = self._means.claimant
        pause = claimant.lease_for.total_seconds() / BEATS_A_LEASE
        while not self._lost:
            await asyncio.sleep(pause)
            # A database that does not answer takes no lease away; the fence decides when the result comes.
            with suppress(ResultsError):
                beat = self._means.store.work.heartbeat
                self._lost = not await asyncio.to_thread(beat, self.lease, claimant, self._means.clock())
        self._break_off()

    def _break_off(self) -> None:
        if self._observing is not None:
            self._observing.cancel()

    def _nothing_seen(self, opened: OpenRun, failure: Failure) -> Site:
        now = self._means.clock().isoformat()
        return Site(
            institution=self.lease.institution,
            settings=settings_of(self.lease.institution, opened.plan.settings),
            started_at=now,
            captured_at=now,
            tools=opened.instruments.tools,
            failure=failure,
        )

    def _progress(self, stage: str, done: int, planned: int) -> None:
        self._means.report(Step(self.lease.institution.url, stage, done, planned))

    def _tell(self, stage: str, status: str = "") -> None:
        self._means.report(Step(self.lease.institution.url, stage, status=status))


async def run_task(lease: Lease, means: WorkerMeans) -> Outcome:
    """Audit the institution of a lease, judge it and store the result. Raises as `TaskRun.run`."""
    return await TaskRun(lease, means).run()


def _judged(site: Site, opened: OpenRun) -> SiteJudgement:
    try:
        return judge(site, opened.plan.judging, terms=terms.hash())
    except Exception as error:  # noqa: BLE001  (one site's fault of ours must not end the others')
        failure = _fault(site.institution, error)
        bare = replace(site, pages=(), mobile=(), observations=(), crawl=None, sample=None, failure=failure)
        return judge(bare, opened.plan.judging, terms=terms.hash())


def _fault(institution: Institution, error: Exception) -> Failure:
    """Our own fault, told in the log with its traceback and kept with the site."""
    _log.exception("site_failed", institution=institution.url)
    return Failure(FailureReason.INTERNAL_ERROR, f"{type(error).__name__}: {error}"[:500])
