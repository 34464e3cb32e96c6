"""What a crawl has fetched so far, and what follows from it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from crawler.evidence.crawl import CrawledUrl, SkipReason
from crawler.evidence.failure import FailureReason
from crawler.frontier import Candidate, Frontier
from crawler.media_types import document_type
from crawler.response import FetchedResponse
from crawler.urls import directory, identity, parse
from crawler.visits import Visit

_MOST_FEEDS = 50
_NO_PAGE = frozenset({FailureReason.NOT_HTML, FailureReason.DOWNLOAD})


class Ledger:
    """Fetched URLs in order, the distinct pages among them, and the feeds that they name."""

    def __init__(self) -> None:
        self.urls: list[CrawledUrl] = []
        self.feeds: dict[str, None] = {}
        self._pages: dict[str, str] = {}
        self._contents: set[tuple[str, bytes]] = set()
        self._copies: set[str] = set()
        self._files: set[str] = set()
        self._refused: set[str] = set()

    @property
    def pages(self) -> int:
        """Distinct HTML pages fetched."""
        return len(self._pages)

    def take(self, candidate: Candidate, visit: Visit, frontier: Frontier) -> None:
        """Note what came of a candidate, and hand what it links to, to the frontier."""
        answer = visit.answer
        if answer is None:
            frontier.skips.add(candidate.url, SkipReason.ROBOTS_DISALLOWED, candidate.found_on)
        elif answer.circuit_open:
            frontier.skips.add(candidate.url, SkipReason.CIRCUIT_OPEN, candidate.found_on)
        else:
            self.urls.append(visit.crawled(candidate.url, candidate.depth, candidate.found_on))
            self._take_answer(candidate, visit, answer, frontier)

    def _take_answer(
        self, candidate: Candidate, visit: Visit, answer: FetchedResponse, frontier: Frontier
    ) -> None:
        key = identity(answer.final_url)
        if visit.failure is not None:
            if visit.failure.reason in _NO_PAGE and key not in self._files:
                self._files.add(key)
                frontier.documents[document_type(answer.content_type, parse(answer.final_url).path)] += 1
            return
        content = (directory(answer.final_url), hashlib.sha256(answer.body).digest())
        if key not in self._pages and content in self._contents:
            self._copies.add(key)  # `/` and `/index.html`, say
        if key in self._pages or key in self._copies:
            return
        self._contents.add(content)
        self._pages[key] = answer.final_url
        frontier.mark_seen(answer.final_url)
        found = Candidate(answer.final_url, candidate.depth, candidate.rank)
        for link in visit.markup.links:
            frontier.add(link, found)
        for text in visit.markup.refused_links:
            if text in self._refused:
                continue
            self._refused.add(text)
            frontier.skips.add(text, SkipReason.INVALID_URL, answer.final_url)
        for feed in visit.markup.feeds[: _MOST_FEEDS - len(self.feeds)]:
            self.feeds[feed] = None

    def population(self, candidates: Iterable[str]) -> tuple[str, ...]:
        """Sorted URLs of the pages and of candidates that are none of them."""
        known = dict(self._pages)
        for url in candidates:
            if identity(url) not in self._copies:
                known.setdefault(identity(url), url)
        return tuple(sorted(known.values()))
