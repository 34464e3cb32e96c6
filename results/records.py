"""A run as everything that shows it gets it: from the pipeline or from the store, the same values."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any

import msgspec

from checks.accessibility.comparable import Basis
from checks.check import JudgementSettings
from checks.finding import Finding
from checks.judge import SiteJudgement
from checks.sentences import joined, say
from crawler.evidence import (
    HOME,
    RANDOM,
    ConsentRecord,
    Crawl,
    Failure,
    Institution,
    LoginRecord,
    Page,
    Replaced,
    Sample,
    Site,
    Skipped,
    SkipReason,
)
from results.ground import ground
from results.later_failures import LaterFailure
from results.models import RunState
from results.panel.decisions import Decision
from results.quality_records import Quality


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


AXE_CHECK = "wcag_percentage"
"""The check whose findings are axe rules, told page by page."""
SECOND_ENGINE = "second_engine"
MOBILE = "mobile_friendliness"


MOST_FAILED = 500


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


class SiteRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A site: what was observed, in short, and what one judgement says of it."""

    position: int
    institution: Institution
    started_at: datetime
    finished_at: datetime
    pages: tuple[PageRecord, ...]
    skipped: tuple[Skipped, ...]
    """The first of them; `skipped_counts` has all."""
    skipped_counts: dict[str, int]
    """By reason."""
    crawl: CrawlRecord | None = None
    sample: SampleRecord | None = None
    """Where an earlier run's pages were audited again."""
    login: LoginRecord | None = None
    consent: tuple[ConsentRecord, ...] = ()
    judgement: SiteJudgement
    decisions: tuple[Decision, ...] = ()
    """What experts decided, by code and expert; none where the record comes from an audit just made."""

    @property
    def page_findings(self) -> tuple[Finding, ...]:
        """The axe rules of pages: one finding a rule and page."""
        return tuple(found for found in self.judgement.findings.get(AXE_CHECK, ()) if found.page_url)

    @property
    def second_findings(self) -> tuple[Finding, ...]:
        """What the second engine found beside the axe rules: one finding a rule, outcome and page."""
        return self.judgement.findings.get(SECOND_ENGINE, ())

    @property
    def other_findings(self) -> tuple[tuple[str, Finding], ...]:
        """What is no axe rule of a page, with the check that found it."""
        groups = sorted(self.judgement.findings.items())
        every = ((check, found) for check, group in groups for found in group)
        return tuple((check, found) for check, found in every if check != AXE_CHECK or not found.page_url)

    @classmethod
    def of(cls, position: int, site: Site, judgement: SiteJudgement) -> SiteRecord:
        """What is told of a site at its place in the list."""
        return cls(
            position=position,
            institution=site.institution,
            started_at=datetime.fromisoformat(site.started_at),
            finished_at=datetime.fromisoformat(site.captured_at),
            pages=tuple(PageRecord.of(page) for page in site.pages),
            skipped=skipped(site),
            skipped_counts=skip_counts(site),
            crawl=CrawlRecord.of(site.crawl),
            sample=SampleRecord.of(site.sample),
            login=site.login,
            consent=site.consent,
            judgement=judgement,
        )


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


class JudgementRecord(msgspec.Struct, frozen=True, kw_only=True):
    """By what the sites of a run were judged."""

    settings: JudgementSettings
    checks: dict[str, int]
    """Version of every check, by id."""
    terms: str
    """Hash of the term tables."""
    axe_version: str
    created_at: datetime
    number: int = 1
    """Which of the run's judgements, from 1 in the order in which they were made."""
    of: int = 1
    """How many judgements the run has."""


class OpenSite(msgspec.Struct, frozen=True):
    """An institution whose result is not final: it is not among the sites of its run, or with what was seen
    until now.
    """

    institution: Institution
    state: str
    """`waiting`, `leased` or `cancelled`: that of its task."""


class RunRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A run with its sites in the order of the list. Moments are aware, in UTC."""

    id: str
    name: str
    state: RunState
    started_at: datetime
    finished_at: datetime | None
    versions: dict[str, str]
    settings: dict[str, Any]
    judgement: JudgementRecord
    sites: tuple[SiteRecord, ...] = ()
    source: str = "audit"
    """`audit`, or where answers that nobody here observed come from."""
    policy: dict[str, Any] = msgspec.field(default_factory=dict)
    """How the run was carried out: `results.run_policy`."""
    quality: Quality | None = None
    """What the gate after the run found; None where it was not asked."""
    pruned_at: datetime | None = None
    """When the evidence of its pages was removed."""
    open: tuple[OpenSite, ...] = ()
    """Institutions whose result is not final, in the order of the list."""
    later_failures: tuple[LaterFailure, ...] = ()
    """Institutions whose last audit told less than the result that stands, in the order of the list."""

    @property
    def is_unexamined(self) -> bool:
        """Whether it is over and the gate was not asked; what nobody audited here has no gate."""
        return self.quality is None and self.state is RunState.FINISHED and self.source == "audit"

    @property
    def basis(self) -> Basis:
        """By what its results were made, to be compared with another's."""
        return self._basis(self.settings)

    def basis_of(self, institution: Institution) -> Basis:
        """The same of one institution, whose audit may have had settings of its own."""
        return self._basis(self.settings | institution.own_settings)

    def _basis(self, settings: dict[str, Any]) -> Basis:
        judged_by = self.judgement
        return Basis(
            formula=judged_by.settings.formula,
            target=judged_by.settings.target,
            scope=str(settings.get("scope", "")),
            axe_version=judged_by.axe_version,
            confirm=bool(settings.get("confirm")),
            checks=judged_by.checks,
            terms=judged_by.terms,
            news_days=judged_by.settings.news_days,
            **ground(settings),
        )


class RunSummary(msgspec.Struct, frozen=True, kw_only=True):
    """A line in the list of runs."""

    id: str
    name: str
    state: RunState
    started_at: datetime
    finished_at: datetime | None
    sites: int
