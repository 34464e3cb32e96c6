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
from checks.questionnaire import label
from checks.sentences import Parts, Sentence
from results.ci.document import gate_part
from results.ci.policy import Verdict
from results.document_parts import (
    AnswerPart,
    DecisionPart,
    Document,
    EvidencePart,
    FinalPart,
    FindingPart,
    NodePart,
    OpenPart,
    PagePart,
    RulePart,
    RunPart,
    SitePart,
    SkippedPart,
)
from results.document_run import (
    changes_part,
    crawl_part,
    failure_part,
    judgement_part,
    quality_part,
    sample_part,
)
from results.observed_records import PageRecord
from results.panel.decisions import Decision, Final, final
from results.records import RunRecord, SiteRecord

SCHEMA_VERSION = 1


def document(run: RunRecord, verdict: Verdict | None = None) -> Document:
    """The document of a run; the same from the pipeline's record and from the store's. `verdict`: the gate's,
    where there was one.
    """
    part = RunPart(
        id=run.id,
        name=run.name,
        state=run.state,
        started_at=run.started_at,
        finished_at=run.finished_at,
        versions=run.versions,
        settings=run.settings,
        judgement=judgement_part(run.judgement),
        source=run.source,
        compared_with=str(run.policy.get("compared_with", "")),
        quality=quality_part(run.quality),
        pruned_at=run.pruned_at,
        open=tuple(OpenPart(one.institution.url, one.institution.name, one.state) for one in run.open),
    )
    return Document(SCHEMA_VERSION, part, gate_part(verdict), tuple(_site(site) for site in run.sites))


def to_json(run: RunRecord, verdict: Verdict | None = None) -> bytes:
    """The document as indented UTF-8 JSON with a newline at its end."""
    return msgspec.json.format(msgspec.json.encode(document(run, verdict)), indent=2) + b"\n"


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


def _wcag(measure: WcagMeasure | None) -> dict[str, Any] | None:
    if measure is None:
        return None
    return {**msgspec.structs.asdict(measure), "failure": failure_part(measure.failure)}


def _site(site: SiteRecord) -> SitePart:
    judged = site.judgement
    return SitePart(
        url=site.institution.url,
        institution=site.institution,
        status=str(judged.status),
        failure=failure_part(judged.failure),
        wcag=_wcag(judged.wcag),
        mobile=judged.mobile,
        answers={answer.code: _answer(answer) for answer in judged.answers},
        final=_final(site),
        decisions=tuple(map(_decision, site.decisions)),
        pages=_pages(site),
        skipped=tuple(SkippedPart(one.url, str(one.reason), one.found_on) for one in site.skipped),
        skipped_counts=site.skipped_counts,
        crawl=crawl_part(site.crawl),
        sample=sample_part(site.sample),
        login=site.login,
        consent=site.consent,
        changes=changes_part(judged.changes),
        findings=tuple(_finding(check, found) for check, found in site.other_findings),
        started_at=site.started_at,
        finished_at=site.finished_at,
        versions=judged.versions,
        terms=judged.terms,
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
        failure=failure_part(page.failure or judged.failure),
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
        said=_parts(finding.said),
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
        said=_parts(finding.said),
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
        said=_parts(answer.said),
        evidence=tuple(_evidence(one) for one in answer.evidence),
    )


def _final(site: SiteRecord) -> dict[str, FinalPart]:
    """By code: of everything that was answered, and of what only people answered."""
    answers = {answer.code: answer for answer in site.judgement.answers}
    decided: dict[str, list[Decision]] = {}
    for one in site.decisions:
        decided.setdefault(one.code, []).append(one)
    return {code: _holds(code, final(answers.get(code), decided.get(code, ()))) for code in answers | decided}


def _holds(code: str, held: Final) -> FinalPart:
    return FinalPart(held.value, _value_label(code, held.value), str(held.source), held.experts)


def _decision(one: Decision) -> DecisionPart:
    return DecisionPart(
        code=one.code,
        expert=one.expert,
        verdict=str(one.verdict),
        value=one.value,
        label=_value_label(one.code, one.value),
        reason=one.reason,
        decided_at=one.decided_at,
        source=one.source,
        automatic=one.automatic,
    )


def _value_label(code: str, value: int | str | None) -> str:
    """Words for a value; of a code without a choice to make, and where there is none, it says nothing."""
    return wording(code, value) if isinstance(value, int) else ""


def _parts(said: Parts) -> Sentence | None:
    return said if isinstance(said, Sentence) else None


def _evidence(instance: Instance) -> EvidencePart:
    return EvidencePart(
        instance.url,
        instance.selector,
        instance.snippet,
        instance.message,
        _parts(instance.said),
        instance.rect,
        instance.on_phone,
        instance.clip,
    )
