"""What a run's record tells of a site's observation, in short: pages, crawl, sample, addresses left out."""

from __future__ import annotations

from collections import Counter

import msgspec

from checks.sentences import joined, say
from crawler.evidence import (
    HOME,
    RANDOM,
    Crawl,
    Failure,
    Page,
    Replaced,
    Sample,
    Site,
    Skipped,
    SkipReason,
)

MOST_FAILED = 500


class PageRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A page without its evidence."""

    url: str
    final_url: str
    roles: tuple[str, ...]
    status: int | None
    failure: Failure | None
    screenshot: str | None
    """Digest in the evidence store."""

    @classmethod
    def of(cls, page: Page) -> PageRecord:
        """What is told of a captured page."""
        return cls(
            url=page.url,
            final_url=page.final_url,
            roles=page.roles,
            status=page.status,
            failure=page.failure,
            screenshot=page.screenshot.digest if page.screenshot else None,
        )


class FailedUrl(msgspec.Struct, frozen=True):
    """An address of the site that the crawl asked for and that gave no page."""

    url: str
    failure: Failure
    found_on: str = ""


class CrawlRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A crawl in numbers, and what it could not get."""

    fetched: int = 0
    """Addresses that answered with a page."""
    known: int = 0
    """Addresses that are or may be pages: the population of the random sample."""
    sitemap_urls: int = 0
    documents: dict[str, int] = msgspec.field(default_factory=dict)
    """Documents linked, by type; counted, not fetched."""
    is_truncated: bool = False
    robots_policy: str = ""
    robots_status: int | None = None
    crawl_delay: float | None = None
    failed: tuple[FailedUrl, ...] = ()
    """The first of them, at most 500."""
    failure: Failure | None = None

    @classmethod
    def of(cls, crawl: Crawl | None) -> CrawlRecord | None:
        """What is told of a crawl; None where there was none."""
        if crawl is None:
            return None
        failed = (one for one in crawl.urls if one.failure is not None)
        return cls(
            fetched=sum(one.is_page for one in crawl.urls),
            known=len(crawl.known_urls),
            sitemap_urls=crawl.sitemap_urls,
            documents=dict(sorted(crawl.documents.items())),
            is_truncated=crawl.truncated,
            robots_policy=str(crawl.robots.policy),
            robots_status=crawl.robots.status,
            crawl_delay=crawl.robots.crawl_delay,
            failed=tuple(FailedUrl(one.url, one.failure, one.found_on) for one in failed if one.failure)[
                :MOST_FAILED
            ],
            failure=crawl.failure,
        )


class Overlap(msgspec.Struct, frozen=True):
    """How many pages of a sample were in an earlier run's sample."""

    same: int
    replaced: int
    """Pages of the earlier sample that are not in this one: gone, or not wanted any more."""
    new: int


class SampleRecord(msgspec.Struct, frozen=True, kw_only=True):
    """Which earlier sample was audited again, and how far it still could be."""

    pinned_from: str
    """The earlier run."""
    random: Overlap
    structured: Overlap
    """Without the home page."""
    lost: tuple[Replaced, ...]
    """Structured pages of the earlier run that are gone, and why; the checks chose others."""

    @property
    def words(self) -> str:
        """`random pages: 28 the same, 2 replaced, 2 new; structured pages: …`."""
        parts = ((say("random pages"), self.random), (say("structured pages"), self.structured))
        return joined(
            "; ",
            (
                say(
                    "{pages}: {same} the same, {replaced} replaced, {new} new",
                    pages=pages,
                    same=one.same,
                    replaced=one.replaced,
                    new=one.new,
                )
                for pages, one in parts
            ),
        )

    @classmethod
    def of(cls, sample: Sample | None) -> SampleRecord | None:
        """What is told of a sample; None where no earlier one was audited again."""
        if sample is None or not sample.pinned_from:
            return None
        structured = {one.url for one in sample.structured if one.role not in {HOME, RANDOM}}
        return cls(
            pinned_from=sample.pinned_from,
            random=_overlap(sample.overlap, sample.pinned_random, len(sample.random)),
            structured=_overlap(sample.structured_overlap, sample.pinned_structured, len(structured)),
            lost=sample.lost,
        )


def _overlap(same: int, before: int, now: int) -> Overlap:
    return Overlap(same=same, replaced=max(0, before - same), new=now - same)


def skipped(site: Site) -> tuple[Skipped, ...]:
    """The first of the URLs that the crawl left out, and the pages that checks asked for in vain."""
    return (*_not_captured(site), *(site.crawl.skipped if site.crawl else ()))


def skip_counts(site: Site) -> dict[str, int]:
    """URLs left out, by reason, the most frequent first."""
    crawl = site.crawl
    counts = Counter(str(one.reason) for one in _not_captured(site))
    if crawl is not None:
        counts.update(crawl.skipped_counts or Counter(str(one.reason) for one in crawl.skipped))
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def _not_captured(site: Site) -> tuple[Skipped, ...]:
    if site.sample is None:
        return ()
    asked = dict.fromkeys(page.url for page in site.sample.left_out)
    unwanted = (Skipped(one.url, SkipReason(one.why)) for one in site.sample.unwanted)
    return (*(Skipped(url, SkipReason.STRUCTURED_CAP) for url in asked), *unwanted)
