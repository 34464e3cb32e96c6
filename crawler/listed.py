"""Which pages of a population a sitemap lists, by their own address or by one that leads there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from crawler.evidence.crawl import CrawledUrl
from crawler.traps import without_session
from crawler.urls import identity


class Listed:
    """The pages that sitemaps list."""

    def __init__(self, listed: Iterable[str], crawled: Sequence[CrawledUrl]) -> None:
        """Take normalised addresses as listed, and what was fetched: redirects are followed."""
        self._keys = {identity(without_session(url)) for url in listed}
        leading = (one for one in crawled if identity(one.url) in self._keys)
        self._keys |= {identity(one.final_url) for one in leading}

    def of(self, population: Iterable[str]) -> tuple[str, ...]:
        """Those of the addresses that are listed, in their order."""
        return tuple(url for url in population if identity(url) in self._keys)
