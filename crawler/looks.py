"""One look at one address of a site: robots.txt is asked, the host's turn is taken, then the tool looks.

What forbids a look, and a host that failed too often, stand in the evidence like any other failure.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

from msgspec.structs import replace

from crawler.browser import SiteContext
from crawler.capture import capture_page
from crawler.confirm import confirm, unconfirmed
from crawler.evidence import (
    Confirmation,
    ConfirmMobile,
    ConfirmPage,
    Failure,
    FailureReason,
    Fetched,
    FetchResource,
    MobileView,
    Page,
    SearchAnswer,
    SearchProbe,
    SubmitSearch,
)
from crawler.instruments import Instruments
from crawler.login import Session, failed
from crawler.mobile import capture_mobile
from crawler.resources import Resources
from crawler.robots import robots_failure
from crawler.robots_book import RobotsBook
from crawler.search_probe import probe
from crawler.turns import CIRCUIT_OPEN, Turns
from crawler.urls import SiteScope

_Seen = TypeVar("_Seen", Page, MobileView, Confirmation)


class Looks:
    """The looks of one site's audit, in its two browser contexts."""

    def __init__(
        self,
        instruments: Instruments,
        desktop: SiteContext,
        phone: SiteContext,
        robots: RobotsBook,
        session: Session | None = None,
    ) -> None:
        self._instruments, self._robots, self._session = instruments, robots, session
        self._clean = instruments.access.redactor.clean
        self._desktop, self._phone = desktop, phone
        self._turns = Turns(instruments.fetcher, instruments.slots, instruments.clock)
        self._resources = Resources(
            instruments.fetcher, robots, instruments.settings, instruments.credentials, instruments.clock
        )

    async def page(self, url: str, scope: SiteScope) -> Page:
        """A page on the desktop, on the site of `scope` or, where the settings let it, off it."""
        if off := self._third_party(url, scope):
            return Page(url=url, captured_at=self._now(), failure=off)
        return self._clean(await self._within_session(url, lambda: self._page(url)))

    async def on_phone(self, url: str) -> MobileView:
        """A page on the phone."""
        return self._clean(await self._within_session(url, lambda: self._on_phone(url)))

    async def again(self, plan: ConfirmPage | ConfirmMobile) -> Confirmation:
        """The second capture of a page."""
        return self._clean(await self._within_session(plan.url, lambda: self._again(plan)))

    async def search(self, plan: SubmitSearch, scope: SiteScope) -> SearchProbe:
        """The answers of a search, on or off the site as a page; `probe` asks robots.txt itself, of the
        addresses that it is led to.
        """
        if off := self._third_party(plan.url_template, scope):
            return self._not_asked(plan, off)
        return self._clean(await self._search(plan))

    async def fetch(self, plan: FetchResource, scope: SiteScope) -> Fetched:
        """One address over HTTP, on the site of `scope` or off it."""
        return self._clean(await self._resources.fetch(plan, scope))

    async def _within_session(self, url: str, look: Callable[[], Awaitable[_Seen]]) -> _Seen:
        """What is seen of a page; where the session was lost, once more after another login."""
        if self._session is None:
            return await look()
        number = self._session.number
        seen = await look()
        if not self._session.is_lost(url, seen.final_url):
            return seen
        failure = await self._session.renew(number)
        if failure is None:
            seen = await look()
            if self._session.is_lost(url, seen.final_url):
                failure = failed("the session is lost at once")
        return seen if failure is None else replace(seen, failure=failure)

    async def _page(self, url: str) -> Page:
        tools = self._instruments
        forbidden = await self._forbidden(url)
        if forbidden is not None:
            return Page(url=url, captured_at=self._now(), failure=forbidden)
        async with self._turns.at(url) as turn:
            if turn is None:
                return Page(url=url, captured_at=self._now(), failure=CIRCUIT_OPEN)
            page = await capture_page(
                self._desktop,
                url,
                settings=tools.settings,
                axe=tools.axe,
                save_blob=tools.save_blob,
                clock=tools.clock,
                guard=tools.guard,
            )
            turn.note(page, page.headers)
            return page

    async def _on_phone(self, url: str) -> MobileView:
        tools = self._instruments
        forbidden = await self._forbidden(url)
        if forbidden is not None:
            return MobileView(url=url, captured_at=self._now(), failure=forbidden)
        async with self._turns.at(url) as turn:
            if turn is None:
                return MobileView(url=url, captured_at=self._now(), failure=CIRCUIT_OPEN)
            view = await capture_mobile(
                self._phone,
                url,
                settings=tools.settings,
                save_blob=tools.save_blob,
                clock=tools.clock,
                guard=tools.guard,
            )
            turn.note(view)
            return view

    async def _again(self, plan: ConfirmPage | ConfirmMobile) -> Confirmation:
        forbidden = await self._forbidden(plan.url)
        if forbidden is not None:
            return unconfirmed(plan, self._now(), forbidden)
        async with self._turns.at(plan.url) as turn:
            if turn is None:
                return unconfirmed(plan, self._now(), CIRCUIT_OPEN)
            seen = await confirm(plan, self._desktop, self._phone, self._instruments)
            turn.note(seen)
            return seen

    async def _search(self, plan: SubmitSearch) -> SearchProbe:
        tools = self._instruments
        async with self._turns.at(plan.page_url) as turn:
            if turn is None:
                return self._not_asked(plan, CIRCUIT_OPEN)
            probed = await probe(
                self._desktop,
                plan,
                settings=tools.settings,
                clock=tools.clock,
                guard=tools.guard,
                allows=self._robots.allows,
            )
            turn.note(probed.for_token)
            return probed

    def _not_asked(self, plan: SubmitSearch, why: Failure) -> SearchProbe:
        word, token = (SearchAnswer(query=query, failure=why) for query in (plan.word, plan.token))
        return SearchProbe(plan=plan, for_word=word, for_token=token, asked_at=self._now())

    def _third_party(self, url: str, scope: SiteScope) -> Failure | None:
        """Why an address off the site is not asked, where the settings rule that out."""
        if not url or self._instruments.settings.third_party or scope.contains(url):
            return None
        return Failure(FailureReason.THIRD_PARTY_OFF, url[:200])

    async def _forbidden(self, url: str) -> Failure | None:
        """What robots.txt of the URL's origin has against it."""
        robots = await self._robots.of(url)
        return robots_failure(robots.record) if robots.forbids(url) else None

    def _now(self) -> str:
        return self._instruments.clock().isoformat()
