"""One site, observed stage by stage; what was seen so far can be had at any moment."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager

from msgspec.structs import replace

from crawler.asked_pages import AskedPages
from crawler.browser import SiteContext
from crawler.crawl import crawl
from crawler.evidence import (
    HOME,
    RANDOM,
    ConfirmMobile,
    ConfirmPage,
    Crawl,
    Failure,
    FailureReason,
    FetchResource,
    Institution,
    MobileView,
    Observation,
    Page,
    Plan,
    Replaced,
    Sample,
    Site,
    StructuredPage,
    SubmitSearch,
    VisitPage,
)
from crawler.instruments import Instruments
from crawler.log import logger
from crawler.looks import Looks
from crawler.pinned import PinnedPages, gone
from crawler.reach import banners, session_of, wanting
from crawler.robots_book import RobotsBook
from crawler.sampling import SampleDrawing, chosen, without
from crawler.urls import SiteScope, normalise

_log = logger("visit")
Progress = Callable[[str, int, int], None]
"""Told: stage, pages done, pages planned."""

_NOTHING_THERE = frozenset(
    {
        FailureReason.INVALID_URL,
        FailureReason.UNKNOWN_HOST,
        FailureReason.CONNECTION_REFUSED,
        FailureReason.TLS,
        FailureReason.ADDRESS_REFUSED,
        FailureReason.ROBOTS_DISALLOWED,
    }
)
"""Failures of the home page after which the rest of the site need not be asked."""


class Visit:
    """The observation of one site in one run; `visiting` opens it. Stages come in the order of methods."""

    def __init__(
        self,
        institution: Institution,
        instruments: Instruments,
        desktop: SiteContext,
        phone: SiteContext,
        progress: Progress,
    ) -> None:
        self._institution, self._instruments, self._progress = institution, instruments, progress
        self._started_at = instruments.clock().isoformat()
        self._pages: dict[str, Page] = {}
        self._asked_for: dict[str, None] = {}
        """Addresses in the order in which they were asked for: they come back in any."""
        self._mobile: tuple[MobileView, ...] = ()
        self._observations: list[Observation] = []
        self._structured: list[StructuredPage] = []
        self._session = session_of(instruments, desktop, phone)
        self._leaves_out = wanting(instruments.settings)
        self._asked = AskedPages(instruments.settings.structured_pages, self._leaves_out)
        self._robots = RobotsBook(instruments.fetcher, instruments.settings)
        self._looks = Looks(instruments, desktop, phone, self._robots, self._session)
        self._crawl: Crawl | None = None
        self._sample: Sample | None = None
        self._pinned = PinnedPages()
        self._stage, self._done, self._planned = "", 0, 0

    @property
    def instruments(self) -> Instruments:
        """Those of this site, with its own settings."""
        return self._instruments

    def evidence(self, failure: Failure | None = None) -> Site:
        """All that was seen so far; `failure` where the audit of the whole site broke off."""
        settings = self._instruments.settings
        sample = self._sample or Sample(seed=settings.seed, population=0, requested=0)
        structured, left_out = tuple(self._structured), self._asked.left_out
        sample = self._pinned.overlap(sample, structured)
        return Site(
            institution=self._institution,
            settings=settings,
            started_at=self._started_at,
            captured_at=self._now(),
            tools=self._instruments.tools,
            crawl=self._crawl,
            sample=replace(sample, structured=structured, left_out=left_out, unwanted=self._asked.unwanted),
            pages=tuple(self._pages[url] for url in self._asked_for if url in self._pages),
            mobile=self._mobile,
            observations=tuple(self._observations),
            consent=banners((*self._pages.values(), *self._mobile)),
            login=self._session.record if self._session else None,
            failure=self._instruments.access.redactor.clean(failure),
        )

    async def close(self) -> None:
        """End what may still be under way."""
        await self._robots.close()

    async def log_in(self) -> Failure | None:
        """Log in where the settings order it; why it did not work."""
        return await self._session.begin() if self._session else None

    async def open_home(self) -> bool:
        """Capture the institution's page on desktop and phone; False if the rest need not be asked."""
        url = normalise(self._institution.url)
        if url is None:
            given, failure = self._institution.url[:2000], Failure(FailureReason.INVALID_URL)
            self._asked_for[given] = None
            self._pages[given] = Page(url=given, captured_at=self._now(), roles=(HOME,), failure=failure)
            return False
        self._begin("home", 1)
        self._structured.append(StructuredPage(url, HOME))
        page, view = await asyncio.gather(self._capture(url, HOME), self._looks.on_phone(url))
        self._mobile = (view,)
        return page.failure is None or page.failure.reason not in _NOTHING_THERE

    async def crawl_site(self) -> None:
        """Crawl over HTTP, from the home page and from the links it showed once rendered."""
        home = self.evidence().home
        self._instruments.keep_pace(self._scope())
        self._begin("crawl", self._instruments.settings.max_urls)
        stop = asyncio.Event()
        crawling = asyncio.ensure_future(
            crawl(
                self._institution,
                self._instruments.settings,
                self._instruments.fetcher,
                seeds=[link.href for link in home.links] if home else (),
                robots=self._robots,
                progress=lambda fetched, _waiting: self._tell(fetched),
                stop=stop,
                clock=self._instruments.clock,
                leaves_out=self._leaves_out,
                session=self._session,
            )
        )
        try:
            await asyncio.shield(crawling)
        finally:
            # Cancelled or not: what was crawled is kept.
            stop.set()
            self._crawl = self._instruments.access.redactor.clean(await crawling)

    @property
    def lists_nothing(self) -> str:
        """Why there is no page to draw though the settings want those of sitemaps; empty where there is."""
        crawl = self._crawl
        if self._instruments.settings.sitemap is None or crawl is None or crawl.failure or crawl.known_urls:
            return ""
        return f"{crawl.sitemap_urls} addresses in sitemaps, none of them a page that is wanted"

    async def visit_again(self, pinned: Sample) -> None:
        """Capture the structured pages of an earlier sample, before checks ask for theirs. What is `gone` is
        dropped and noted: the checks choose in its stead.
        """
        self._pinned.sample, scope = pinned, self._scope()
        wanted = [VisitPage(one.url, one.role) for one in chosen(pinned) if scope.contains(one.url)]
        await self.carry_out(wanted)
        home = self.evidence().home
        for url in dict.fromkeys(plan.url for plan in wanted):
            page = self._pages.get(url)
            if page is None or HOME in page.roles:
                continue
            if why := gone(page, scope, home):
                self._drop(url, why)

    def _drop(self, url: str, why: str) -> None:
        self._pinned.lost.append(Replaced(url, why))
        self._structured = [one for one in self._structured if one.url != url]
        self._asked_for.pop(url, None)
        self._pages.pop(url, None)
        self._asked.give_back(url)

    async def carry_out(self, plans: Iterable[Plan]) -> None:
        """Observe what checks ask for; of pages no more than the settings allow."""
        wanted = tuple(plan for plan in plans if self._may(plan))
        self._begin("sections", len(wanted))
        await asyncio.gather(*map(self._carry_out, wanted))

    async def draw_sample(self, pinned: Sample | None = None) -> None:
        """Capture the random pages that carry the score, those of an earlier run's sample first."""
        settings = self._instruments.settings
        population = self._crawl.known_urls if self._crawl else ()
        drawing = SampleDrawing(
            population,
            self._scope(),
            pages=settings.pages,
            seed=settings.seed,
            pinned=pinned and without(pinned, self._leaves_out),
        )
        self._begin("sample", drawing.wanted)
        while batch := drawing.next_batch():
            drawing.take(await asyncio.gather(*(self._capture(url, RANDOM) for url in batch)))
            self._sample = drawing.sample(self._structured)

    def _may(self, plan: Plan) -> bool:
        return not isinstance(plan, VisitPage) or self._asked.allow(plan, self._pages)

    async def _carry_out(self, plan: Plan) -> None:
        match plan:
            case VisitPage(url, role):
                self._structured.append(StructuredPage(url, role))
                await self._capture(url, role)
            case SubmitSearch():
                self._observations.append(await self._looks.search(plan, self._scope()))
                self._tell(self._done + 1)
            case FetchResource():
                self._observations.append(await self._looks.fetch(plan, self._scope()))
                self._tell(self._done + 1)
            case ConfirmPage() | ConfirmMobile():
                self._observations.append(await self._looks.again(plan))
                self._tell(self._done + 1)

    async def _capture(self, url: str, role: str) -> Page:
        self._asked_for.setdefault(url)
        known = self._pages.get(url) or await self._looks.page(url, self._scope())
        # Another role may have been given to the page while this one was waited for.
        roles = self._pages[url].roles if url in self._pages else ()
        page = replace(known, roles=tuple(dict.fromkeys((*roles, role))))
        self._pages[url] = page
        self._tell(self._done + 1)
        return page

    def _now(self) -> str:
        return self._instruments.clock().isoformat()

    def _begin(self, stage: str, planned: int) -> None:
        self._stage, self._planned = stage, planned
        _log.debug("stage_began", stage=stage, planned=planned)
        self._tell(0)

    def _tell(self, done: int) -> None:
        self._done = done
        self._progress(self._stage, done, max(done, self._planned))

    def _scope(self) -> SiteScope:
        """The site that the institution's address led to."""
        home = self.evidence().home
        start = normalise(home.final_url if home and home.final_url else self._institution.url)
        return SiteScope.of(start or "http://invalid/", self._institution.allowed_hosts)


@asynccontextmanager
async def visiting(
    institution: Institution, instruments: Instruments, progress: Progress
) -> AsyncIterator[Visit]:
    """A visit with browser contexts of its own, closed whatever happens."""
    own = instruments.for_site(institution)
    if (url := normalise(institution.url)) is not None:
        own.fetcher.gate(url).ask_anew()
    browser, access = own.browser, own.access
    async with (
        browser.site_context(access=access) as desktop,
        browser.site_context(phone=True, access=access) as phone,
    ):
        visit = Visit(institution, own, desktop, phone, progress)
        try:
            yield visit
        finally:
            await visit.close()
