"""The shape of the JSON document; `schema.json` says the same with the meaning of each key."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from checks.finding import Clip, MobileMeasure
from checks.sentences import Sentence
from crawler.evidence import ConsentRecord, Institution, LoginRecord, Rect
from results.ci.document import GatePart
from results.panel.decisions import Automatic


class FailurePart(msgspec.Struct, frozen=True):
    """Why something could not be observed."""

    reason: str
    detail: str
    remedy: str


class EvidencePart(msgspec.Struct, frozen=True):
    """A place that a person can open and see."""

    url: str
    selector: str
    snippet: str
    message: str
    said: Sentence | None
    rect: Rect | None
    on_phone: bool
    clip: Clip | None


class NodePart(msgspec.Struct, frozen=True):
    """An element of a page."""

    selector: str
    snippet: str
    message: str


class AnswerPart(msgspec.Struct, frozen=True):
    """The proposed answer to one code."""

    value: int | str | None
    label: str
    question: str
    question_en: str
    outcome: str
    confidence: float
    reason: str
    said: Sentence | None
    evidence: tuple[EvidencePart, ...]


class FinalPart(msgspec.Struct, frozen=True):
    """The value of a code that holds, and by whose word."""

    value: int | str | None
    label: str
    source: str
    experts: tuple[str, ...]


class DecisionPart(msgspec.Struct, frozen=True):
    """What an expert decided of one answer."""

    code: str
    expert: str
    verdict: str
    value: int | str | None
    label: str
    reason: str
    decided_at: datetime
    source: str
    automatic: Automatic


class RulePart(msgspec.Struct, frozen=True):
    """A rule that a page fails, or that a person has to look at."""

    rule: str
    criteria: tuple[str, ...]
    impact: str
    message: str
    said: Sentence | None
    help_url: str
    nodes: tuple[NodePart, ...]


class FindingPart(msgspec.Struct, frozen=True):
    """What a check other than WCAG's found, on a page or (`page` empty) on the site."""

    check: str
    rule: str
    outcome: str
    page: str
    criteria: tuple[str, ...]
    impact: str
    message: str
    said: Sentence | None
    help_url: str
    nodes: tuple[EvidencePart, ...]


class PagePart(msgspec.Struct, frozen=True):
    """One page."""

    url: str
    final_url: str
    roles: tuple[str, ...]
    status: int | None
    failure: FailurePart | None
    wcag_percent: float | None
    violations: tuple[RulePart, ...]
    needs_review: tuple[RulePart, ...]


class SkippedPart(msgspec.Struct, frozen=True):
    """A URL that was left out."""

    url: str
    reason: str
    found_on: str


class FailedPart(msgspec.Struct, frozen=True):
    """An address that gave no page."""

    url: str
    found_on: str
    failure: FailurePart


class RobotsPart(msgspec.Struct, frozen=True):
    """robots.txt, and whether it was obeyed."""

    policy: str
    status: int | None
    crawl_delay: float | None


class CrawlPart(msgspec.Struct, frozen=True):
    """The crawl in numbers, and what it could not get."""

    fetched: int
    known: int
    sitemap_urls: int
    documents: dict[str, int]
    truncated: bool
    robots: RobotsPart
    failure: FailurePart | None
    failed: tuple[FailedPart, ...]


class OverlapPart(msgspec.Struct, frozen=True):
    """Pages of a sample and of an earlier one."""

    same: int
    replaced: int
    new: int


class LostPart(msgspec.Struct, frozen=True):
    """A page of the earlier sample that is gone."""

    url: str
    why: str


class SamplePart(msgspec.Struct, frozen=True):
    """An earlier sample, audited again."""

    pinned_from: str
    random: OverlapPart
    structured: OverlapPart
    lost: tuple[LostPart, ...]


class ChangesPart(msgspec.Struct, frozen=True):
    """What became better or worse since an earlier run."""

    since: str
    codes: dict[str, str]
    failure: FailurePart | None


class SitePart(msgspec.Struct, frozen=True):
    """One site."""

    url: str
    institution: Institution
    status: str
    failure: FailurePart | None
    wcag: dict[str, Any] | None
    mobile: MobileMeasure | None
    answers: dict[str, AnswerPart]
    final: dict[str, FinalPart]
    decisions: tuple[DecisionPart, ...]
    pages: tuple[PagePart, ...]
    skipped: tuple[SkippedPart, ...]
    skipped_counts: dict[str, int]
    crawl: CrawlPart | None
    sample: SamplePart | None
    login: LoginRecord | None
    consent: tuple[ConsentRecord, ...]
    changes: ChangesPart | None
    findings: tuple[FindingPart, ...]
    started_at: datetime
    finished_at: datetime
    versions: dict[str, int]
    terms: str


class JudgementPart(msgspec.Struct, frozen=True):
    """By what the sites were judged."""

    formula: str
    target: str
    news_days: int
    checks: dict[str, int]
    terms: str
    axe_version: str
    created_at: datetime
    number: int
    of: int


class ComplaintPart(msgspec.Struct, frozen=True):
    """One thing about a run's results."""

    kind: str
    code: str
    said: str
    blocks: bool


class QualityPart(msgspec.Struct, frozen=True):
    """The gate's verdict."""

    publishable: bool
    examined_at: datetime
    institutions: int
    results: int
    not_evaluable: int
    limit_percent: float
    complaints: tuple[ComplaintPart, ...]


class OpenPart(msgspec.Struct, frozen=True):
    """An institution whose result is not final."""

    url: str
    name: str
    state: str


class RunPart(msgspec.Struct, frozen=True):
    """The run itself."""

    id: str
    name: str
    state: str
    started_at: datetime
    finished_at: datetime | None
    versions: dict[str, str]
    settings: dict[str, Any]
    judgement: JudgementPart
    source: str
    compared_with: str
    quality: QualityPart | None
    pruned_at: datetime | None
    open: tuple[OpenPart, ...]


class Document(msgspec.Struct, frozen=True):
    """The whole."""

    schema_version: int
    run: RunPart
    gate: GatePart | None
    sites: tuple[SitePart, ...]
