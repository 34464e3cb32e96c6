"""A run as everything that shows it gets it: from the pipeline or from the store, the same values."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from checks.accessibility.comparable import Basis
from checks.check import JudgementSettings
from checks.finding import Finding
from checks.judge import SiteJudgement
from crawler.evidence import (
    ConsentRecord,
    Institution,
    LoginRecord,
    Site,
    Skipped,
)
from results.ground import ground
from results.later_failures import LaterFailure
from results.models import RunState
from results.observed_records import CrawlRecord, PageRecord, SampleRecord, skip_counts, skipped
from results.panel.decisions import Decision
from results.quality_records import Quality

AXE_CHECK = "wcag_percentage"
"""The check whose findings are axe rules, told page by page."""
SECOND_ENGINE = "second_engine"
MOBILE = "mobile_friendliness"


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
