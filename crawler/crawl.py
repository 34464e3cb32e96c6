"""The crawl of one site: breadth first, in an order that its answers decide, not their timing."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from typing import TypeVar
from urllib.parse import urljoin

from crawler.evidence.crawl import Crawl, RobotsRecord, SkipReason
from crawler.evidence.failure import Failure, FailureReason
from crawler.evidence.institution import Institution
from crawler.evidence.settings import AuditSettings
from crawler.fetch import Fetcher
from crawler.frontier import Candidate, Frontier, LeavesOut
from crawler.ledger import Ledger
from crawler.listed import Listed
from crawler.login import Session
from crawler.patterns import Patterns
from crawler.robots import Robots
from crawler.robots_book import RobotsBook
from crawler.sitemaps import SitemapUrls, fetch_sitemaps
from crawler.start import visit_start
from crawler.traps import Traps
from crawler.urls import SiteScope, normalise, parse
from crawler.visits import Visit, Visitor, follow_within

Progress = Callable[[int, int], None]
"""Told (URLs fetched, URLs waiting) after each."""

_MOST_ORIGINS = 20
_T = TypeVar("_T")


def _silent(fetched: int, waiting: int) -> None:
    """Tell nobody."""


async def crawl(  # noqa: PLR0913 - the parts of a run, all named
    institution: Institution,
    settings: AuditSettings,
    fetcher: Fetcher,
    *,
    seeds: Sequence[str] = (),
    robots: RobotsBook | None = None,
    progress: Progress = _silent,
    stop: asyncio.Event | None = None,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    leaves_out: LeavesOut | None = None,
    session: Session | None = None,
) -> Crawl:
    """Crawl an institution's site from its address; `Crawl.failure` says why that address gave no page.

    `seeds`: URLs to fetch right after it, such as a pinned sample. `robots`: a book to share. `stop`: once
    set, the crawl ends at once and returns what it has, what was left marked INTERRUPTED. `clock`: the
    audit's time (aware), by which calendars are judged. `leaves_out`: why an address is not wanted; the
    settings' patterns where it is not given.
    """
    start = normalise(institution.url.strip())
    if start is None:
        return Crawl(
            start_url=institution.url,
            site="",
            robots=RobotsRecord(policy=settings.robots),
            failure=Failure(FailureReason.INVALID_URL, institution.url[:200]),
        )
    book = robots or RobotsBook(fetcher, settings)
    unwanted = leaves_out or Patterns.of(settings).leaves_out
    crawler = _Crawler(settings, Visitor(fetcher, book, session), progress, stop or asyncio.Event(), unwanted)
    timer = asyncio.get_running_loop().call_later(settings.crawl_seconds, crawler.late.set)
    try:
        return await crawler.run(start, institution.allowed_hosts, seeds, clock().year)
    finally:
        timer.cancel()
        await crawler.close()
        if robots is None:
            await book.close()


class _Crawler:
    """State of one crawl."""

    def __init__(
        self,
        settings: AuditSettings,
        visitor: Visitor,
        progress: Progress,
        stop: asyncio.Event,
        leaves_out: LeavesOut,
    ) -> None:
        self._settings = settings
        self._progress = progress
        self._stop = stop
        self.late = asyncio.Event()
        """To be set when the crawl's time is over."""
        self._visitor = visitor
        self._ledger = Ledger()
        self._leaves_out = leaves_out
        self._places = asyncio.Semaphore(settings.host_concurrency)
        self._under_way: deque[tuple[Candidate, asyncio.Task[Visit]]] = deque()

    async def close(self) -> None:
        """Cancel whatever is under way; nothing outlives the crawl."""
        tasks = [task for _, task in self._under_way]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def run(self, start: str, allowed_hosts: Sequence[str], seeds: Sequence[str], year: int) -> Crawl:
        """The whole crawl: the start, then seeds, links and sitemaps breadth first."""
        scope = SiteScope.of(start, allowed_hosts)
        visit = await self._unless_stopped(visit_start(self._visitor, start, scope))
        home = visit.answer.final_url if visit and visit.answer and visit.failure is None else start
        if not scope.contains(home):
            scope = SiteScope.of(home, allowed_hosts)
        root = Candidate(start, 0, 0)
        frontier = Frontier(scope, Traps(year), self._settings.max_depth, self._leaves_out)
        frontier.mark_seen(start)
        if visit is None:
            return self._result(start, scope, frontier, failure=self._why_not_begun())
        for seed in filter(None, map(normalise, seeds if visit.failure is None else ())):
            frontier.add(seed, root, listed=True)
        self._ledger.take(root, visit, frontier)
        robots = (await self._visitor.robots.of(home)).record
        if visit.failure is not None:
            return self._result(start, scope, frontier, robots=robots, failure=visit.failure)
        listed = await self._unless_stopped(self._read_sitemaps(home, scope)) or SitemapUrls()
        for url in listed.pages:
            frontier.add(url, root, listed=True)
        await self._work_off(frontier, scope)
        known = await self._settle(frontier)
        return self._result(start, scope, frontier, robots=robots, known=known, listed=listed.pages)

    @property
    def _is_over(self) -> bool:
        return self._stop.is_set() or self.late.is_set()

    def _why_not_begun(self) -> Failure:
        if self._stop.is_set():
            return Failure(FailureReason.INTERRUPTED, "at the start")
        return Failure(FailureReason.TIMEOUT, "no answer within the crawl's time")

    async def _read_sitemaps(self, home: str, scope: SiteScope) -> SitemapUrls:
        robots = await self._visitor.robots.of(home)
        origin = parse(home).origin

        def may_fetch(url: str) -> bool:
            return scope.contains(url) and not (parse(url).origin == origin and robots.forbids(url))

        named = (*robots.record.sitemaps, f"{origin}/sitemap.xml")
        if self._settings.sitemap:
            named = (urljoin(home, self._settings.sitemap),)
        return await fetch_sitemaps(self._visitor.fetcher, named, may_fetch)

    async def _work_off(self, frontier: Frontier, scope: SiteScope) -> None:
        """Fetch until nothing waits, a cap is met, or the crawl is over; take answers in order."""
        while not self._is_over:
            while self._may_start(frontier):
                candidate = frontier.pop()
                task = asyncio.create_task(self._visit(candidate.url, scope))
                self._under_way.append((candidate, task))
            if not self._under_way:
                return
            candidate, task = self._under_way[0]
            visit = await self._unless_stopped(task)
            if visit is None:
                return
            self._under_way.popleft()
            self._ledger.take(candidate, visit, frontier)
            self._progress(len(self._ledger.urls), len(frontier) + len(self._under_way))

    def _may_start(self, frontier: Frontier) -> bool:
        """Whether the next candidate is surely the next, whatever is under way, and within the caps."""
        rank = frontier.next_rank
        under_way = len(self._under_way)
        if rank is None or under_way >= 4 * self._settings.host_concurrency:
            return False
        if self._ledger.pages + under_way >= self._settings.max_urls:
            return False
        # A site of nothing but errors and redirects ends, too.
        if len(self._ledger.urls) + under_way >= 3 * self._settings.max_urls + 20:
            return False
        # What is under way can only lead to ranks beyond its own: those of the next rank are all known.
        return rank <= min((candidate.rank for candidate, _ in self._under_way), default=rank) + 1

    async def _visit(self, url: str, scope: SiteScope) -> Visit:
        async with self._places:
            return await self._visitor.visit(url, follow_within(scope))

    async def _unless_stopped(self, work: Awaitable[_T]) -> _T | None:
        """The work's result, or None where the crawl was over first; the work is then cancelled."""
        task = asyncio.ensure_future(work)
        ends = [asyncio.ensure_future(event.wait()) for event in (self._stop, self.late)]
        try:
            await asyncio.wait({task, *ends}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for end in ends:
                end.cancel()
            if not task.done():
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)
        return None if task.cancelled() else task.result()

    async def _settle(self, frontier: Frontier) -> list[str]:
        """Skip what is left, with the reason; the URLs among it that may well be pages."""
        if self._stop.is_set():
            for candidate, _ in self._under_way:
                frontier.skips.add(candidate.url, SkipReason.INTERRUPTED, candidate.found_on)
            frontier.drain(SkipReason.INTERRUPTED)
            return []
        for candidate, _ in self._under_way:
            frontier.skips.add(candidate.url, SkipReason.TIME_CAP, candidate.found_on)
        left = [candidate.url for candidate, _ in self._under_way]
        left += frontier.drain(SkipReason.TIME_CAP if self.late.is_set() else SkipReason.PAGE_CAP)
        left += frontier.too_deep
        robots = {
            origin: await self._rules(origin) for origin in dict.fromkeys(parse(url).origin for url in left)
        }
        return [url for url in left if (rules := robots[parse(url).origin]) and not rules.forbids(url)]

    async def _rules(self, origin: str) -> Robots | None:
        """robots.txt of an origin with unfetched URLs; None where there are too many, or it is too late."""
        book = self._visitor.robots
        if not book.knows(origin) and (self.late.is_set() or book.origins >= _MOST_ORIGINS):
            return None
        return await self._unless_stopped(self._visitor.robots.of(origin))

    def _population(self, known: Sequence[str], listed: Sequence[str]) -> tuple[str, ...]:
        """What the sample is drawn from: the start and what redirects led to are under the patterns, too."""
        every = tuple(url for url in self._ledger.population(known) if not self._leaves_out(url))
        if self._settings.sitemap is None:
            return every
        return Listed(listed, self._ledger.urls).of(every)

    def _result(
        self,
        start: str,
        scope: SiteScope,
        frontier: Frontier,
        *,
        robots: RobotsRecord | None = None,
        known: Sequence[str] = (),
        listed: Sequence[str] = (),
        failure: Failure | None = None,
    ) -> Crawl:
        skips = frontier.skips
        ends_early = {SkipReason.PAGE_CAP.value, SkipReason.INTERRUPTED.value, SkipReason.TIME_CAP.value}
        return Crawl(
            start_url=start,
            site=scope.site,
            robots=robots or RobotsRecord(policy=self._settings.robots),
            urls=tuple(self._ledger.urls),
            known_urls=self._population(known, listed),
            sitemap_urls=len(listed),
            documents=dict(sorted(frontier.documents.items())),
            skipped=tuple(skips.kept),
            skipped_counts=dict(sorted(skips.counts.items())),
            feeds=tuple(self._ledger.feeds),
            truncated=self._is_over or bool(ends_early & skips.counts.keys()),
            failure=failure,
        )
