"""What the HTTP crawl of one site saw."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from crawler.evidence.failure import Failure
from crawler.evidence.settings import RobotsPolicy


class SkipReason(StrEnum):
    """Why a URL that was seen was not fetched."""

    OUT_OF_SCOPE = "out_of_scope"
    ROBOTS_DISALLOWED = "robots_disallowed"
    NOT_HTTP = "not_http"
    INVALID_URL = "invalid_url"
    DOCUMENT = "document"
    TOO_DEEP = "too_deep"
    PAGE_CAP = "page_cap"
    TIME_CAP = "time_cap"
    """The settings' `crawl_seconds` were over."""
    CALENDAR_TRAP = "calendar_trap"
    SESSION_ID = "session_id"
    QUERY_VARIANTS = "query_variants"
    PATH_LOOP = "path_loop"
    URL_TOO_LONG = "url_too_long"
    CIRCUIT_OPEN = "circuit_open"
    INTERRUPTED = "interrupted"
    STRUCTURED_CAP = "structured_cap"
    """A check asked for the page beyond the settings' `structured_pages`."""
    EXCLUDED = "excluded"
    """A pattern of the settings' `exclude` matches it."""
    NOT_INCLUDED = "not_included"
    """No pattern of the settings' `include` matches it."""
    LOGOUT = "logout"
    """It would end the session that the audit logged in to."""


class Skipped(msgspec.Struct, frozen=True):
    """A URL left out, and why."""

    url: str
    reason: SkipReason
    found_on: str = ""


class CrawledUrl(msgspec.Struct, frozen=True, kw_only=True):
    """One URL that the crawl fetched. `url` and `final_url` are normalised."""

    url: str
    final_url: str
    depth: int
    found_on: str = ""
    status: int | None = None
    content_type: str = ""
    title: str = ""
    heading: str = ""
    """Text of the first h1."""
    lang: str = ""
    size: int = 0
    """Decoded bytes read."""
    redirects: tuple[str, ...] = ()
    failure: Failure | None = None

    @property
    def is_page(self) -> bool:
        """Whether it answered with an HTML page."""
        return self.failure is None


class RobotsRecord(msgspec.Struct, frozen=True, kw_only=True):
    """robots.txt as found: RFC 9309 section 2.3.1 decides what its status means."""

    policy: RobotsPolicy
    url: str = ""
    status: int | None = None
    crawl_delay: float | None = None
    """Seconds, as asked for; the effective delay is capped by the settings."""
    sitemaps: tuple[str, ...] = ()
    disallows_all: bool = False
    failure: Failure | None = None
    text: str = ""
    """The body, cut at 512 KiB as RFC 9309 section 2.5 allows."""


class Crawl(msgspec.Struct, frozen=True, kw_only=True):
    """The crawl of one site; order is the order of fetching."""

    start_url: str
    """Normalised address the crawl began with."""
    site: str
    """Registrable domain, or host with port for IP addresses and localhost."""
    robots: RobotsRecord
    urls: tuple[CrawledUrl, ...] = ()
    known_urls: tuple[str, ...] = ()
    """Sorted in-scope URLs that may be pages (fetched as HTML, listed in a sitemap, or linked beyond
    the cap) and that the settings' patterns leave; the population of the random sample. With the settings'
    `sitemap` only those that a sitemap lists."""
    sitemap_urls: int = 0
    documents: dict[str, int] = msgspec.field(default_factory=dict)
    """Non-HTML documents linked, by type (`pdf`: 12)."""
    skipped: tuple[Skipped, ...] = ()
    """At most 2,000; `skipped_counts` counts them all."""
    skipped_counts: dict[str, int] = msgspec.field(default_factory=dict)
    """URLs left out, by SkipReason."""
    feeds: tuple[str, ...] = ()
    truncated: bool = False
    """Whether a cap ended the crawl before its frontier was empty."""
    failure: Failure | None = None
    """Why the start URL itself gave no page."""
