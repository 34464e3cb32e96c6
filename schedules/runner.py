"""Carries a run out: every site observed, judged, stored; what breaks off is kept and said."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
from msgspec.structs import replace

from checks import terms
from checks.check import JudgementSettings, all_checks
from checks.judge import SiteJudgement, SiteStatus, judge
from crawler.axe import AxeScript
from crawler.credentials import Credentials
from crawler.evidence import AuditSettings, Failure, FailureReason, Institution, Sample, Site
from crawler.instruments import Instruments, open_instruments
from results.errors import ResultsError
from results.models import RunState
from results.records import JudgementRecord, RunRecord, SiteRecord
from results.store import Store, new_run_id
from schedules.audit import audit_site
from schedules.progress import Report, Step

SITES_PER_PAGE_SLOT = 2
"""Sites under way for each page that may be open: while one is crawled politely, another is measured."""


class RunRequest(msgspec.Struct, frozen=True, kw_only=True):
    """What to audit, and how."""

    institutions: tuple[Institution, ...] = ()
    settings: AuditSettings
    judging: JudgementSettings = JudgementSettings()
    name: str = ""
    sample_from: str = ""
    """The run whose random pages are audited again."""
    samples: dict[str, Sample] = msgspec.field(default_factory=dict)
    """Of that run, by the address of the site."""


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


async def carry_out(request: RunRequest, means: Means) -> RunRecord:
    """Audit all institutions; Ctrl-C ends it with what is done kept (state INTERRUPTED).

    Raises:
        CrawlerError: the browser or the egress guard can't be started.
        ResultsError: the run can't be begun in the database.
    """
    started_at = means.clock()
    run_id = new_run_id(started_at, means.entropy(3))
    async with open_instruments(
        request.settings,
        [institution.url for institution in request.institutions],
        chromium=means.chromium,
        axe=means.axe,
        save_blob=means.store.evidence.put,
        clock=means.clock,
        credentials=means.credentials,
    ) as instruments:
        judgement = _judged_by(request.judging, instruments, started_at)
        means.store.begin_run(
            run_id,
            name=request.name,
            settings=request.settings,
            versions=instruments.tools,
            judged_by=judgement,
            started_at=started_at,
        )
        run = _Run(run_id, request, means, instruments)
        with _interrupting(run.stop):
            sites = await run.all_sites()
        record = RunRecord(
            id=run_id,
            name=request.name,
            state=RunState.INTERRUPTED if run.stopped else RunState.FINISHED,
            started_at=started_at,
            finished_at=means.clock(),
            versions=instruments.tools,
            settings=msgspec.to_builtins(request.settings),
            judgement=judgement,
            sites=sites,
        )
    return await asyncio.to_thread(_finished, means.store, record)


def _finished(store: Store, record: RunRecord) -> RunRecord:
    try:
        store.finish_run(record.id, record.finished_at or record.started_at, record.state)
    except ResultsError:
        # What could not be stored is said with each site; the document is made all the same.
        return replace(record, state=RunState.FAILED)
    return record


def _judged_by(judging: JudgementSettings, instruments: Instruments, now: datetime) -> JudgementRecord:
    return JudgementRecord(
        settings=judging,
        checks={check.id: check.version for check in all_checks()},
        terms=terms.hash(),
        axe_version=instruments.axe.version,
        created_at=now,
    )


class _Run:
    """The sites of one run under way."""

    def __init__(self, run_id: str, request: RunRequest, means: Means, instruments: Instruments) -> None:
        self._run_id, self._request, self._means, self._instruments = run_id, request, means, instruments
        self._places = asyncio.Semaphore(SITES_PER_PAGE_SLOT * request.settings.concurrency)
        self._observing: set[asyncio.Task[Site]] = set()
        self.stopped = False

    def stop(self) -> None:
        """End observing; what is done is judged and stored."""
        self.stopped = True
        for task in self._observing:
            task.cancel()

    async def all_sites(self) -> tuple[SiteRecord, ...]:
        """All sites, in the order of the request."""
        return tuple(
            await asyncio.gather(
                *(self._one(place, one) for place, one in enumerate(self._request.institutions))
            )
        )

    async def _one(self, position: int, institution: Institution) -> SiteRecord:
        async with self._places:
            site = await self._observed(institution)
            self._tell(institution, "judge")
            record = await asyncio.to_thread(self._concluded, position, site)
        self._tell(institution, "done", record.judgement.status)
        return record

    async def _observed(self, institution: Institution) -> Site:
        if self.stopped:
            return self._not_begun(institution)
        task = asyncio.create_task(self._audited(institution))
        self._observing.add(task)
        try:
            return await task
        except asyncio.CancelledError:
            return self._not_begun(institution)
        finally:
            self._observing.discard(task)

    def _audited(self, institution: Institution) -> Coroutine[Any, Any, Site]:
        progress = self._progress(institution)
        return audit_site(
            institution, self._instruments, progress, self._request.samples.get(institution.url)
        )

    def _not_begun(self, institution: Institution) -> Site:
        now = self._means.clock().isoformat()
        return Site(
            institution=institution,
            settings=self._request.settings,
            started_at=now,
            captured_at=now,
            tools=self._instruments.tools,
            failure=Failure(FailureReason.INTERRUPTED, "not begun"),
        )

    def _concluded(self, position: int, site: Site) -> SiteRecord:
        try:
            judgement = self._judged(site)
            return self._means.store.save_site(self._run_id, position, site, judgement)
        except ResultsError as error:
            failure = error.failure
        except Exception as error:  # noqa: BLE001  (one site's fault of ours must not end the others')
            failure = Failure(FailureReason.INTERNAL_ERROR, f"{type(error).__name__}: {error}"[:500])
        lost = replace(site, failure=failure)
        return SiteRecord.of(position, lost, self._judged(lost))

    def _judged(self, site: Site) -> SiteJudgement:
        return judge(site, self._request.judging, terms=terms.hash())

    def _progress(self, institution: Institution) -> Callable[[str, int, int], None]:
        def report(stage: str, done: int, planned: int) -> None:
            self._means.report(Step(institution.url, stage, done, planned))

        return report

    def _tell(self, institution: Institution, stage: str, status: str = "") -> None:
        self._means.report(Step(institution.url, stage, status=status))


@contextmanager
def _interrupting(stop: Callable[[], None]) -> Iterator[None]:
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


def exit_code(record: RunRecord, *, had_bad_input: bool) -> int:
    """One code for a run; where several hold, the first of 130, 2, 4, 3 (the README's table)."""
    statuses = {site.judgement.status for site in record.sites}
    if record.state is RunState.INTERRUPTED:
        return 130
    if had_bad_input:
        return 2
    if SiteStatus.INTERNAL_ERROR in statuses or record.state is RunState.FAILED:
        return 4
    return 3 if SiteStatus.NOT_EVALUABLE in statuses else 0
