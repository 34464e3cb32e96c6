"""Our own pipeline over given pages, stage by stage: capture, phone pass, evidence, judging, database."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from checks import terms
from checks.check import JudgementSettings, all_checks
from checks.judge import SiteStatus, judge
from crawler.axe import AxeScript
from crawler.browser import SiteContext
from crawler.capture import capture_page
from crawler.evidence import (
    HOME,
    RANDOM,
    AuditSettings,
    Blob,
    Institution,
    MobileView,
    Page,
    Sample,
    Scope,
    Site,
)
from crawler.instruments import Instruments, open_instruments
from crawler.mobile import capture_mobile
from crawler.slots import OPEN_FOR_EACH, Slots
from results.database import open_database
from results.evidence_store import EvidenceStore, StoredSite
from results.records import JudgementRecord
from results.store import Store
from schedules.runner import SITES_PER_PAGE_SLOT

RUN = "bench"
STAGES = ("load", "observe", "axe", "mobile", "screenshot", "evidence", "checks", "store")


class Spent:
    """Seconds by stage, summed over pages. A stage's wall time counts: other pages run meanwhile."""

    def __init__(self) -> None:
        self.seconds = dict.fromkeys(STAGES, 0.0)

    def add(self, stage: str, seconds: float) -> None:
        """Seconds more of a stage."""
        self.seconds[stage] = self.seconds.get(stage, 0.0) + seconds

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """The time until leaving belongs to the stage."""
        began = time.perf_counter()
        yield
        self.add(name, time.perf_counter() - began)


class TimedEvidence(EvidenceStore):
    """Evidence on disk that notes how long serialising, compressing and writing took."""

    def __init__(self, folder: Path, spent: Spent) -> None:
        super().__init__(folder)
        self._spent = spent
        self.site_seconds = 0.0

    def picture(self, data: bytes, media_type: str) -> Blob:
        """A screenshot, kept while its page is open."""
        began = time.perf_counter()
        try:
            return self.put(data, media_type)
        finally:
            seconds = time.perf_counter() - began
            self._spent.add("evidence", seconds)
            self._spent.add("screenshot", -seconds)

    def put_site(self, site: Site) -> StoredSite:
        """As the base class has it."""
        began = time.perf_counter()
        try:
            return super().put_site(site)
        finally:
            seconds = time.perf_counter() - began
            self._spent.add("evidence", seconds)
            self._spent.add("store", -seconds)


class Pipeline:
    """The parts of a run, opened by `pipeline`."""

    def __init__(self, tools: Instruments, store: Store, spent: Spent) -> None:
        self.tools, self.store, self.spent = tools, store, spent
        self._concluding = asyncio.Lock()

    async def site(self, number: int, urls: list[str], *, phones: int | None = None) -> None:
        """Capture the pages of one site on the desktop, the first `phones` (default all) on the phone too;
        judge and store it. SystemExit where a page was not captured.
        """
        browser = self.tools.browser
        async with browser.site_context() as desktop, browser.site_context(phone=True) as phone:
            pages, views = await asyncio.gather(
                asyncio.gather(*(self._page(desktop, url, url == urls[0]) for url in urls)),
                asyncio.gather(*(self._view(phone, url) for url in urls[:phones])),
            )
        async with self._concluding:  # so that no stage waits for the database's lock
            await asyncio.to_thread(self._conclude, number, urls[0], tuple(pages), tuple(views))

    def _shared(self) -> dict[str, Any]:
        tools = self.tools
        return {
            "settings": tools.settings,
            "save_blob": tools.save_blob,
            "clock": tools.clock,
            "guard": tools.guard,
        }

    async def _page(self, context: SiteContext, url: str, is_home: bool) -> Page:
        async with self.tools.slots.page():
            page = await capture_page(
                context,
                url,
                axe=self.tools.axe,
                roles=(HOME, RANDOM) if is_home else (RANDOM,),
                **self._shared(),
            )
        if page.failure or page.axe is None:
            raise SystemExit(f"{url} was not captured: {page.failure}")
        for stage, seconds in page.seconds.items():
            self.spent.add(stage, seconds)
        return page

    async def _view(self, context: SiteContext, url: str) -> MobileView:
        async with self.tools.slots.page():
            view = await capture_mobile(context, url, **self._shared())
        if view.failure:
            raise SystemExit(f"{url} was not captured: {view.failure}")
        for stage, seconds in view.seconds.items():
            self.spent.add("screenshot" if stage == "screenshot" else "mobile", seconds)
        return view

    def _conclude(
        self, number: int, url: str, pages: tuple[Page, ...], views: tuple[MobileView, ...]
    ) -> None:
        now = self.tools.clock().isoformat()
        urls = tuple(page.url for page in pages)
        site = Site(
            institution=Institution(url=url),
            settings=self.tools.settings,
            started_at=now,
            captured_at=now,
            tools=self.tools.tools,
            sample=Sample(seed=0, population=len(urls), requested=len(urls), random=urls),
            pages=pages,
            mobile=views,
        )
        with self.spent.stage("checks"):
            judgement = judge(site, JudgementSettings(), terms=terms.hash())
        if judgement.status is SiteStatus.INTERNAL_ERROR:
            raise SystemExit(f"{url} was not judged: {judgement.status}")
        with self.spent.stage("store"):
            self.store.save_site(RUN, number, site, judgement)


@asynccontextmanager
async def pipeline(
    folder: Path,
    targets: list[str],
    *,
    chromium: Path,
    axe: AxeScript,
    concurrency: int,
    open_for_each: int = OPEN_FOR_EACH,
) -> AsyncIterator[Pipeline]:
    """A run begun in a new database below `folder`, egress guard on."""
    settings = AuditSettings(seed=0, scope=Scope.SAMPLE, concurrency=concurrency, allow_private=True)
    spent = Spent()
    evidence = TimedEvidence(folder / "evidence", spent)
    store = Store(open_database(str(folder / "runs.sqlite3"), create=True), evidence)
    try:
        async with open_instruments(
            settings, targets, chromium=chromium, axe=axe, save_blob=evidence.picture, clock=_now
        ) as tools:
            _begin(store, tools)
            tools.slots = Slots(concurrency, open_for_each)
            yield Pipeline(tools, store, spent)
    finally:
        store.close()


def _now() -> datetime:
    return datetime.now(UTC)


def _begin(store: Store, tools: Instruments) -> None:
    judged_by = JudgementRecord(
        settings=JudgementSettings(),
        checks={check.id: check.version for check in all_checks()},
        terms=terms.hash(),
        axe_version=tools.axe.version,
        created_at=_now(),
    )
    store.begin_run(
        RUN,
        name=RUN,
        settings=tools.settings,
        versions=tools.tools,
        judged_by=judged_by,
        started_at=_now(),
    )


async def ours(
    folder: Path,
    sites: dict[str, list[str]],
    chromium: Path,
    axe: AxeScript,
    *,
    concurrency: int,
    open_for_each: int = OPEN_FOR_EACH,
) -> dict[str, float]:
    """All pages of all sites, each on desktop and phone, as `schedules.runner` does it; seconds by stage."""
    targets = [url for urls in sites.values() for url in urls]
    async with pipeline(
        folder, targets, chromium=chromium, axe=axe, concurrency=concurrency, open_for_each=open_for_each
    ) as run:
        places = asyncio.Semaphore(SITES_PER_PAGE_SLOT * concurrency)

        async def one(number: int, urls: list[str]) -> None:
            async with places:
                await run.site(number, urls)

        await asyncio.gather(*(one(number, urls) for number, urls in enumerate(sites.values())))
        return run.spent.seconds
