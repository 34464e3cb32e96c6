"""Between values and rows of the tables; one function a table and direction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from checks.check import JudgementSettings
from checks.finding import Answer, Finding
from checks.judge import SiteJudgement
from checks.sentences import Parts, Sentence
from crawler.evidence import AuditSettings, Failure, Institution
from crawler.evidence import Page as EvidencePage
from crawler.evidence import Site as EvidenceSite
from results import models
from results.later_failures import LaterFailure
from results.observed_records import CrawlRecord, PageRecord, SampleRecord, skip_counts, skipped
from results.panel.decisions import Decision
from results.quality_records import Quality
from results.records import JudgementRecord, OpenSite, RunRecord, RunSummary, SiteRecord
from results.task_models import Task


def site_row(run_id: str, position: int, site: EvidenceSite, digest: str) -> models.Site:
    """The row of an observed site whose manifest is `digest`."""
    return models.Site(
        run_id=run_id,
        position=position,
        url=site.institution.url,
        institution=msgspec.to_builtins(site.institution),
        started_at=datetime.fromisoformat(site.started_at),
        finished_at=datetime.fromisoformat(site.captured_at),
        evidence=digest,
        **_failure_columns(site.failure),
    )


def page_row(site_id: int, position: int, page: EvidencePage, digest: str) -> models.Page:
    """The row of a captured page."""
    return models.Page(
        site_id=site_id,
        position=position,
        url=page.url,
        final_url=page.final_url,
        roles=list(page.roles),
        status=page.status,
        evidence=digest,
        screenshot=page.screenshot.digest if page.screenshot else None,
        **_failure_columns(page.failure),
    )


def site_judgement_row(judgement_id: int, site_id: int, judgement: SiteJudgement) -> models.SiteJudgement:
    """The row of what is said of the site as a whole."""
    return models.SiteJudgement(
        judgement_id=judgement_id,
        site_id=site_id,
        status=str(judgement.status),
        wcag=msgspec.to_builtins(judgement.wcag),
        mobile=msgspec.to_builtins(judgement.mobile),
        pages=msgspec.to_builtins(judgement.pages),
        settings=msgspec.to_builtins(judgement.settings),
        versions=dict(judgement.versions),
        terms=judgement.terms,
        changes=msgspec.to_builtins(judgement.changes),
        **_failure_columns(judgement.failure),
    )


def answer_row(site_judgement_id: int, position: int, answer: Answer) -> models.Answer:
    """The row of one answer."""
    return models.Answer(
        site_judgement_id=site_judgement_id,
        position=position,
        code=answer.code,
        value_number=answer.value if isinstance(answer.value, int) else None,
        value_text=answer.value if isinstance(answer.value, str) else None,
        outcome=str(answer.outcome),
        confidence=answer.confidence,
        reason=answer.reason,
        evidence=msgspec.to_builtins(answer.evidence),
        said=_parts(answer.said),
    )


def finding_row(
    site_judgement_id: int, position: int, check: str, finding: Finding, page_ids: Mapping[str, int]
) -> models.Finding:
    """The row of one finding; `page_ids` are by page address."""
    return models.Finding(
        site_judgement_id=site_judgement_id,
        page_id=page_ids.get(finding.page_url),
        position=position,
        check_id=check,
        rule=finding.rule,
        outcome=str(finding.outcome),
        page_url=finding.page_url,
        criteria=list(finding.criteria),
        impact=finding.impact,
        message=finding.message,
        help_url=finding.help_url,
        instances=msgspec.to_builtins(finding.instances),
        said=_parts(finding.said),
    )


def site_record(
    row: models.Site,
    pages: Iterable[models.Page],
    observed: EvidenceSite,
    judgement: SiteJudgement,
    decisions: tuple[Decision, ...] = (),
) -> SiteRecord:
    """A site as it was saved; `observed` needs no pages."""
    return SiteRecord(
        position=row.position,
        institution=msgspec.convert(row.institution, Institution),
        started_at=row.started_at,
        finished_at=row.finished_at,
        pages=tuple(page_record(page) for page in pages),
        skipped=skipped(observed),
        skipped_counts=skip_counts(observed),
        crawl=CrawlRecord.of(observed.crawl),
        sample=SampleRecord.of(observed.sample),
        login=observed.login,
        consent=observed.consent,
        judgement=judgement,
        decisions=decisions,
    )


def site_judgement(
    row: models.SiteJudgement, answers: Sequence[models.Answer], findings: Sequence[models.Finding]
) -> SiteJudgement:
    """What was said of a site."""
    found: dict[str, list[dict[str, Any]]] = {check: [] for check in row.versions}
    for finding in findings:
        found.setdefault(finding.check_id, []).append(_finding(finding))
    value = {
        "status": row.status,
        "failure": _failure(row),
        "answers": [_answer(answer) for answer in answers],
        "findings": found,
        "wcag": row.wcag,
        "mobile": row.mobile,
        "pages": row.pages,
        "settings": row.settings,
        "versions": row.versions,
        "terms": row.terms,
        "changes": row.changes,
    }
    return msgspec.convert(value, SiteJudgement)


def run_row(run_id: str, name: str, settings: AuditSettings, begun: Mapping[str, Any]) -> models.Run:
    """The row of a run that begins; `begun`: versions and started_at."""
    return models.Run(
        id=run_id,
        name=name,
        state=models.RunState.RUNNING,
        scope=settings.scope,
        settings=msgspec.to_builtins(settings),
        **begun,
    )


def judgement_row(run_id: str, judged_by: JudgementRecord, *, current: bool) -> models.Judgement:
    """The row of a judgement of a run."""
    return models.Judgement(
        run_id=run_id,
        formula=judged_by.settings.formula,
        target=judged_by.settings.target,
        checks=dict(judged_by.checks),
        terms=judged_by.terms,
        axe_version=judged_by.axe_version,
        created_at=judged_by.created_at,
        is_current=current,
        settings=msgspec.to_builtins(judged_by.settings),
    )


def judgement_settings(row: models.Judgement) -> JudgementSettings:
    """By what a judgement was made; what an old one did not know has its default."""
    said = {"formula": row.formula, "target": row.target}
    return msgspec.convert((row.settings or {}) | said, JudgementSettings)


def run_summary(run: models.Run, sites: int) -> RunSummary:
    """A line of the list of runs."""
    return RunSummary(
        id=run.id,
        name=run.name,
        state=models.RunState(run.state),
        started_at=run.started_at,
        finished_at=run.finished_at,
        sites=sites,
    )


def run_record(
    row: models.Run,
    judgement: models.Judgement,
    every: Sequence[int],
    sites: tuple[SiteRecord, ...],
    tasks: Iterable[Task] = (),
    later_failures: tuple[LaterFailure, ...] = (),
) -> RunRecord:
    """A run as it was saved; `every`: ids of all its judgements, ascending; `tasks`: those that are open."""
    return RunRecord(
        id=row.id,
        name=row.name,
        state=models.RunState(row.state),
        started_at=row.started_at,
        finished_at=row.finished_at,
        versions=row.versions,
        settings=row.settings,
        judgement=JudgementRecord(
            settings=judgement_settings(judgement),
            checks=judgement.checks,
            terms=judgement.terms,
            axe_version=judgement.axe_version,
            created_at=judgement.created_at,
            number=1 + sum(other < (judgement.id or 0) for other in every),
            of=len(every),
        ),
        sites=sites,
        source=row.source,
        open=tuple(OpenSite(msgspec.convert(task.institution, Institution), task.state) for task in tasks),
        later_failures=later_failures,
        policy=row.policy or {},
        quality=msgspec.convert(row.quality, Quality | None),
        pruned_at=row.pruned_at,
    )


def answer(row: models.Answer) -> Answer:
    """An answer as it was given."""
    return msgspec.convert(_answer(row), Answer)


def finding(row: models.Finding) -> Finding:
    """A finding as it was made."""
    return msgspec.convert(_finding(row), Finding)


def page_record(row: models.Page) -> PageRecord:
    """A page as it was saved."""
    return PageRecord(
        url=row.url,
        final_url=row.final_url,
        roles=tuple(row.roles),
        status=row.status,
        failure=msgspec.convert(_failure(row), Failure | None),
        screenshot=row.screenshot,
    )


def _answer(row: models.Answer) -> dict[str, Any]:
    return {
        "code": row.code,
        "outcome": row.outcome,
        "value": row.value_text if row.value_number is None else row.value_number,
        "confidence": row.confidence,
        "reason": row.reason,
        "evidence": row.evidence,
        **({"said": row.said} if row.said else {}),
    }


def _finding(row: models.Finding) -> dict[str, Any]:
    return {name: value for name, value in row.model_dump().items() if name != "said" or value}


def _parts(said: Parts) -> dict[str, Any] | None:
    """As they are stored; NULL where there are none."""
    return msgspec.to_builtins(said) if isinstance(said, Sentence) else None


def _failure_columns(failure: Failure | None) -> dict[str, Any]:
    if failure is None:
        return {"failure_reason": None, "failure_detail": None}
    return {"failure_reason": str(failure.reason), "failure_detail": failure.detail}


def _failure(row: models.SiteJudgement | models.Page) -> dict[str, Any] | None:
    if row.failure_reason is None:
        return None
    return {"reason": row.failure_reason, "detail": row.failure_detail or ""}
