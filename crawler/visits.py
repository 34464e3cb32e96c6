"""Fetching one URL of a site under its robots.txt, and judging whether what came is a page."""

from __future__ import annotations

import asyncio

import msgspec

from crawler.barriers import is_challenge, looks_like_login
from crawler.evidence.crawl import CrawledUrl
from crawler.evidence.failure import Failure, FailureReason
from crawler.fetch import Fetcher
from crawler.login import Session, failed
from crawler.markup import Markup, parse_markup
from crawler.media_types import is_html
from crawler.response import FetchedResponse, Follow
from crawler.robots_book import RobotsBook
from crawler.urls import SiteScope

_PARSED_IN_PLACE = 100_000


class Visit(msgspec.Struct, frozen=True):
    """What came of one URL; `failure` None: a page. `answer` None: robots.txt kept us away."""

    answer: FetchedResponse | None
    markup: Markup
    failure: Failure | None = None

    def crawled(self, url: str, depth: int, found_on: str) -> CrawledUrl:
        """The record of it. Only for a visit with an answer."""
        answer = self.answer or FetchedResponse(url=url)
        return CrawledUrl(
            url=url,
            final_url=answer.final_url or url,
            depth=depth,
            found_on=found_on,
            status=answer.status,
            content_type=answer.content_type,
            title=self.markup.title,
            heading=self.markup.heading,
            lang=self.markup.lang,
            size=len(answer.body),
            redirects=answer.redirects,
            failure=self.failure,
        )


class Visitor:
    """Visits URLs of one site under its robots.txt."""

    def __init__(self, fetcher: Fetcher, robots: RobotsBook, session: Session | None = None) -> None:
        self.fetcher = fetcher
        self.robots = robots
        self._session = session

    async def visit(self, url: str, follow: Follow) -> Visit:
        """Fetch and read one URL. `follow` is asked of redirects that robots.txt allows."""
        if (await self.robots.of(url)).forbids(url):
            return Visit(None, Markup(), Failure(FailureReason.ROBOTS_DISALLOWED, url))

        async def allowed(target: str) -> Failure | None:
            refused = await follow(target)
            if refused is None and (await self.robots.of(target)).forbids(target):
                return Failure(FailureReason.ROBOTS_DISALLOWED, target)
            return refused

        answer = await self._within_session(url, allowed)
        markup = await _read(answer)
        return Visit(answer, markup, _why_no_page(answer, markup))

    async def _within_session(self, url: str, follow: Follow) -> FetchedResponse:
        """The answer; where the session was lost, the one after another login."""
        number = self._session.number if self._session else 0
        answer = await self.fetcher.get(url, wanted=is_html, follow=follow)
        if self._session is None or not self._session.is_lost(url, answer.final_url):
            return answer
        failure = await self._session.renew(number)
        if failure is None:
            answer = await self.fetcher.get(url, wanted=is_html, follow=follow)
            if self._session.is_lost(url, answer.final_url):
                failure = failed("the session is lost at once")
        return msgspec.structs.replace(answer, failure=failure or answer.failure)


async def _read(answer: FetchedResponse) -> Markup:
    if not answer.body or not answer.is_html:
        return Markup()
    if len(answer.body) < _PARSED_IN_PLACE:
        return parse_markup(answer.text, answer.final_url)
    return await asyncio.to_thread(lambda: parse_markup(answer.text, answer.final_url))


def _why_no_page(answer: FetchedResponse, markup: Markup) -> Failure | None:
    if answer.status is not None and is_challenge(answer, markup.title):
        return Failure(FailureReason.CHALLENGE_PAGE, markup.title or f"HTTP {answer.status}")
    if answer.failure is not None:
        return answer.failure
    if answer.header("content-disposition").lower().startswith("attachment"):
        return Failure(FailureReason.DOWNLOAD, answer.header("content-disposition")[:200])
    if not answer.is_html:
        return Failure(FailureReason.NOT_HTML, answer.content_type or "no content type")
    if answer.truncated:
        return Failure(FailureReason.TOO_LARGE, f"more than {len(answer.body)} bytes")
    return None


def follow_within(scope: SiteScope) -> Follow:
    """Redirects may stay on the site; what leaves it is a login or out of scope."""

    async def follow(target: str) -> Failure | None:
        if scope.contains(target):
            return None
        reason = FailureReason.LOGIN_REDIRECT if looks_like_login(target) else FailureReason.OUT_OF_SCOPE
        return Failure(reason, f"redirect to {target[:200]}")

    return follow


def follow_from_start(scope: SiteScope) -> Follow:
    """The given address may lead to another site, which then is the institution's; a login is none."""

    async def follow(target: str) -> Failure | None:
        if not scope.contains(target) and looks_like_login(target):
            return Failure(FailureReason.LOGIN_REDIRECT, f"redirect to {target[:200]}")
        return None

    return follow
