"""Parts of the JSON document that tell of a run and of how its sites were observed."""

from __future__ import annotations

from checks.judge import Changes
from crawler.evidence import Failure
from results.document_parts import (
    ChangesPart,
    ComplaintPart,
    CrawlPart,
    FailedPart,
    FailurePart,
    JudgementPart,
    LostPart,
    OverlapPart,
    QualityPart,
    RobotsPart,
    SamplePart,
)
from results.observed_records import CrawlRecord, SampleRecord
from results.quality_records import Quality
from results.records import JudgementRecord


def judgement_part(judged_by: JudgementRecord) -> JudgementPart:
    """By what a run was judged."""
    return JudgementPart(
        formula=judged_by.settings.formula,
        target=judged_by.settings.target,
        news_days=judged_by.settings.news_days,
        checks=judged_by.checks,
        terms=judged_by.terms,
        axe_version=judged_by.axe_version,
        created_at=judged_by.created_at,
        number=judged_by.number,
        of=judged_by.of,
    )


def quality_part(found: Quality | None) -> QualityPart | None:
    """What the gate after a run found; None where it has not looked."""
    if found is None:
        return None
    complaints = (ComplaintPart(one.kind, one.code, one.said, one.blocks) for one in found.complaints)
    return QualityPart(
        publishable=found.is_publishable,
        examined_at=found.examined_at,
        institutions=found.institutions,
        results=found.results,
        not_evaluable=found.not_evaluable,
        limit_percent=found.limit_percent,
        complaints=tuple(complaints),
    )


def sample_part(sample: SampleRecord | None) -> SamplePart | None:
    """The earlier sample that was audited again; None where pages were drawn anew."""
    if sample is None:
        return None
    return SamplePart(
        pinned_from=sample.pinned_from,
        random=OverlapPart(sample.random.same, sample.random.replaced, sample.random.new),
        structured=OverlapPart(sample.structured.same, sample.structured.replaced, sample.structured.new),
        lost=tuple(LostPart(one.url, one.why) for one in sample.lost),
    )


def changes_part(changes: Changes | None) -> ChangesPart | None:
    """What became better or worse; None where no run was compared with."""
    if changes is None:
        return None
    codes = {code: str(state) for code, state in changes.codes.items()}
    return ChangesPart(changes.since, codes, failure_part(changes.failure))


def crawl_part(crawl: CrawlRecord | None) -> CrawlPart | None:
    """The crawl in numbers; None where there was none."""
    if crawl is None:
        return None
    return CrawlPart(
        fetched=crawl.fetched,
        known=crawl.known,
        sitemap_urls=crawl.sitemap_urls,
        documents=crawl.documents,
        truncated=crawl.is_truncated,
        robots=RobotsPart(crawl.robots_policy, crawl.robots_status, crawl.crawl_delay),
        failure=failure_part(crawl.failure),
        failed=tuple(FailedPart(one.url, one.found_on, _told(one.failure)) for one in crawl.failed),
    )


def failure_part(failure: Failure | None) -> FailurePart | None:
    """Why something could not be observed; None where it was."""
    return None if failure is None else _told(failure)


def _told(failure: Failure) -> FailurePart:
    return FailurePart(str(failure.reason), failure.detail, failure.remedy)
