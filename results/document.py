"""The JSON document of a run: what `--format json` prints, described by `schema.json` and `docs/json.md`.

Keys are only ever added. The shape is these structs; the schema is written by hand beside it, with the
meaning of each key, and the tests hold both together.
"""

from __future__ import annotations

from importlib.resources import files
from typing import Any

import msgspec

from checks.check import own_labels
from checks.errors import UnknownCodeError
from checks.finding import Answer, Finding, Instance, Outcome, PageMeasure, WcagMeasure
from checks.judge import Changes
from checks.questionnaire import label
from crawler.evidence import Failure
from results.document_parts import (
    AnswerPart,
    ChangesPart,
    ComplaintPart,
    CrawlPart,
    Document,
    EvidencePart,
    FailedPart,
    FailurePart,
    FindingPart,
    JudgementPart,
    LostPart,
    NodePart,
    OpenPart,
    OverlapPart,
    PagePart,
    QualityPart,
    RobotsPart,
    RulePart,
    RunPart,
    SamplePart,
    SitePart,
    SkippedPart,
)
from results.quality_records import Quality
from results.records import CrawlRecord, JudgementRecord, PageRecord, RunRecord, SampleRecord, SiteRecord

SCHEMA_VERSION = 1


def document(run: RunRecord) -> Document:
    """The document of a run; the same from the pipeline's record and from the store's."""
    part = RunPart(
        id=run.id,
        name=run.name,
        state=run.state,
        started_at=run.started_at,
        finished_at=run.finished_at,
        versions=run.versions,
        settings=run.settings,
        judgement=_judgement(run.judgement),
        source=run.source,
        compared_with=str(run.policy.get("compared_with", "")),
        quality=_quality(run.quality),
        pruned_at=run.pruned_at,
        open=tuple(OpenPart(one.institution.url, one.institution.name, one.state) for one in run.open),
    )
    return Document(SCHEMA_VERSION, part, tuple(_site(site) for site in run.sites))


def to_json(run: RunRecord) -> bytes:
    """The document as indented UTF-8 JSON with a newline at its end."""
    return msgspec.json.format(msgspec.json.encode(document(run)), indent=2) + b"\n"


def site_document(site: SiteRecord) -> SitePart:
    """One site of the document, for those who write it site by site."""
    return _site(site)


def schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) that every document satisfies."""
    text = files("results").joinpath("schema.json").read_bytes()
    return msgspec.json.decode(text, type=dict[str, Any])


def wording(code: str, value: int | str | None) -> str:
    """Latvian words for an answer: the study's, or for a code of ours what its check says it asks; empty
    for a code that no check of this version answers.
    """
    if own := own_labels().get(code):
        return own.lv
    try:
        return label(code, value)
    except UnknownCodeError:
        return ""


def english(code: str) -> str:
    """What a code of ours asks, in English; empty for the study's codes, whose words are Latvian only."""
    own = own_labels().get(code)
    return own.en if own else ""


def _judgement(judged_by: JudgementRecord) -> JudgementPart:
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


def _wcag(measure: WcagMeasure | None) -> dict[str, Any] | None:
    if measure is None:
        return None
    return {**msgspec.structs.asdict(measure), "failure": _failure(measure.failure)}


def _site(site: SiteRecord) -> SitePart:
    judged = site.judgement
    return SitePart(
        url=site.institution.url,
        institution=site.institution,
        status=str(judged.status),
        failure=_failure(judged.failure),
        wcag=_wcag(judged.wcag),
        mobile=judged.mobile,
        answers={answer.code: _answer(answer) for answer in judged.answers},
        pages=_pages(site),
        skipped=tuple(SkippedPart(one.url, str(one.reason), one.found_on) for one in site.skipped),
        skipped_counts=site.skipped_counts,
        crawl=_crawl(site.crawl),
        sample=_sample(site.sample),
        login=site.login,
        consent=site.consent,
        changes=_changes(judged.changes),
        findings=tuple(_finding(check, found) for check, found in site.other_findings),
        started_at=site.started_at,
        finished_at=site.finished_at,
        versions=judged.versions,
        terms=judged.terms,
    )


def _quality(found: Quality | None) -> QualityPart | None:
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


def _sample(sample: SampleRecord | None) -> SamplePart | None:
    if sample is None:
        return None
    return SamplePart(
        pinned_from=sample.pinned_from,
        random=OverlapPart(sample.random.same, sample.random.replaced, sample.random.new),
        structured=OverlapPart(sample.structured.same, sample.structured.replaced, sample.structured.new),
        lost=tuple(LostPart(one.url, one.why) for one in sample.lost),
    )


def _changes(changes: Changes | None) -> ChangesPart | None:
    if changes is None:
        return None
    return ChangesPart(changes.since, {code: str(state) for code, state in changes.codes.items()})


def _crawl(crawl: CrawlRecord | None) -> CrawlPart | None:
    if crawl is None:
        return None
    return CrawlPart(
        fetched=crawl.fetched,
        known=crawl.known,
        sitemap_urls=crawl.sitemap_urls,
        documents=crawl.documents,
        truncated=crawl.is_truncated,
        robots=RobotsPart(crawl.robots_policy, crawl.robots_status, crawl.crawl_delay),
        failure=_failure(crawl.failure),
        failed=tuple(FailedPart(one.url, one.found_on, _told(one.failure)) for one in crawl.failed),
    )


def _pages(site: SiteRecord) -> tuple[PagePart, ...]:
    measures = {page.url: page for page in site.judgement.pages}
    found: dict[str, list[Finding]] = {}
    for finding in site.page_findings:
        found.setdefault(finding.page_url, []).append(finding)
    return tuple(_page(page, measures.get(page.url), found.get(page.url, [])) for page in site.pages)


def _page(page: PageRecord, measure: PageMeasure | None, found: list[Finding]) -> PagePart:
    judged = measure or PageMeasure(url=page.url)
    return PagePart(
        url=page.url,
        final_url=page.final_url,
        roles=page.roles,
        status=page.status,
        failure=_failure(page.failure or judged.failure),
        wcag_percent=judged.percent,
        violations=_rules(found, Outcome.FAILED),
        needs_review=_rules(found, Outcome.CANT_TELL),
    )


def _rules(found: list[Finding], outcome: Outcome) -> tuple[RulePart, ...]:
    return tuple(_rule(finding) for finding in found if finding.outcome is outcome)


def _rule(finding: Finding) -> RulePart:
    return RulePart(
        rule=finding.rule,
        criteria=finding.criteria,
        impact=finding.impact,
        message=finding.message,
        help_url=finding.help_url,
        nodes=tuple(NodePart(one.selector, one.snippet, one.message) for one in finding.instances),
    )


def _finding(check: str, finding: Finding) -> FindingPart:
    return FindingPart(
        check=check,
        rule=finding.rule,
        outcome=str(finding.outcome),
        page=finding.page_url,
        criteria=finding.criteria,
        impact=finding.impact,
        message=finding.message,
        help_url=finding.help_url,
        nodes=tuple(_evidence(one) for one in finding.instances),
    )


def _answer(answer: Answer) -> AnswerPart:
    return AnswerPart(
        value=answer.value,
        label=wording(answer.code, answer.value),
        question=wording(answer.code, None),
        question_en=english(answer.code),
        outcome=str(answer.outcome),
        confidence=answer.confidence,
        reason=answer.reason,
        evidence=tuple(_evidence(one) for one in answer.evidence),
    )


def _evidence(instance: Instance) -> EvidencePart:
    return EvidencePart(
        instance.url,
        instance.selector,
        instance.snippet,
        instance.message,
        instance.rect,
        instance.on_phone,
        instance.clip,
    )


def _failure(failure: Failure | None) -> FailurePart | None:
    return None if failure is None else _told(failure)


def _told(failure: Failure) -> FailurePart:
    return FailurePart(str(failure.reason), failure.detail, failure.remedy)
