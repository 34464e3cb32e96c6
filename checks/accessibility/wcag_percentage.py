"""M16J: the percentage of WCAG success criteria that a site meets, with its band and points."""

from __future__ import annotations

from collections.abc import Iterable

from checks import questionnaire
from checks.accessibility import bands, formulas, intervals, shown, targets, violations
from checks.accessibility.confirmation import Flaky
from checks.accessibility.criteria import totals
from checks.accessibility.site_score import MeasuredPage, SiteScore, score_site, scores_of
from checks.accessibility.uncertainty import bounds, number
from checks.check import Check, JudgementSettings
from checks.finding import (
    Answer,
    CheckResult,
    Finding,
    Outcome,
    PageMeasure,
    Unstable,
    WcagMeasure,
)
from checks.sentences import joined, say, say_counted, word
from crawler.evidence import (
    HOME,
    RANDOM,
    ConfirmPage,
    Failure,
    FailureReason,
    Plan,
    Scope,
    Site,
)

CODE = bands.CODE

_MOST_UNSTABLE = 100
_STILL_THE_SITE = frozenset({FailureReason.EMPTY_PAGE, FailureReason.TOO_FEW_CRITERIA})
_NOT_BY_CHANCE = frozenset(
    {
        FailureReason.INVALID_URL,
        FailureReason.ROBOTS_DISALLOWED,
        FailureReason.ADDRESS_REFUSED,
        FailureReason.CHALLENGE_PAGE,
        FailureReason.LOGIN_REDIRECT,
        FailureReason.OUT_OF_SCOPE,
    }
)
"""Failures that a second capture would only repeat, or could not see: a challenge is known by its text."""


def plan(site: Site) -> tuple[Plan, ...]:
    """A second capture of every page that carries the score, and of a home page that failed: with no
    percentage it decides the band too.
    """
    if not site.settings.confirm:
        return ()
    score = score_site(site, targets.target(targets.DEFAULT), formulas.formula(formulas.DEFAULT))
    carrying = (page.page.url for page in score.sampled if _may_be_scored(page))
    failed = (page.page.url for page in score.pages if HOME in page.page.roles and _may_be_chance(page))
    return tuple(map(ConfirmPage, dict.fromkeys((*carrying, *failed))))


def _may_be_scored(page: MeasuredPage) -> bool:
    """By some target: another may find criteria enough."""
    return page.failure is None or page.failure.reason is FailureReason.TOO_FEW_CRITERIA


def _may_be_chance(page: MeasuredPage) -> bool:
    return page.failure is not None and not page.is_ours and page.failure.reason not in _NOT_BY_CHANCE


def judge(site: Site, settings: JudgementSettings) -> CheckResult:
    """Score the site by the settings' formula and target.

    Raises UnknownFormulaError and UnknownTargetError for settings that name none.
    """
    score = score_site(site, targets.target(settings.target), formulas.formula(settings.formula))
    findings = tuple(_findings(score))
    wcag = _measure(site, score)
    return CheckResult(
        answers=(_answer(score, wcag, findings),),
        findings=findings,
        wcag=wcag,
        pages=tuple(_page(page) for page in score.pages),
    )


def _findings(score: SiteScore) -> Iterable[Finding]:
    """Findings of pages that show the site; what axe says of a challenge page is nobody's fault there."""
    for measured in score.pages:
        if measured.failure is None or measured.failure.reason in _STILL_THE_SITE:
            yield from violations.findings(measured.page, score.target, measured.agreement)
        if measured.unconfirmed:
            yield violations.not_confirmed(measured.page, measured.unconfirmed)


def _page(measured: MeasuredPage) -> PageMeasure:
    percent = number(measured.score.percent) if measured.score else None
    return PageMeasure(url=measured.page.url, percent=percent, failure=measured.failure)


def _measure(site: Site, score: SiteScore) -> WcagMeasure:
    band, unstable = _band(score), _unstable(score)
    sample = site.sample if score.scope is Scope.SAMPLE else None
    return WcagMeasure(
        formula=score.formula.id,
        target=score.target.id,
        scope=score.scope.value,
        percent=number(score.percent) if score.percent is not None else None,
        band=band,
        points=None if band is None else bands.points(band),
        pages_evaluated=len(score.carrying),
        pages_sampled=len(score.sampled),
        population=_population(site, score),
        seed=sample.seed if sample else None,
        axe_version=next((page.axe.version for page in site.pages if page.axe), ""),
        bounds=bounds(site, score),
        criteria=totals(page.tally for page in score.carrying),
        alternatives=_alternatives(score),
        home_percent=_mean(page for page in score.pages if HOME in page.page.roles),
        structured_percent=_mean(page for page in score.pages if set(page.page.roles) - {RANDOM}),
        failure=score.failure,
        pinned_from=sample.pinned_from if sample else "",
        pinned_pages=sample.overlap if sample else 0,
        pages_confirmed=sum(page.second is not None for page in score.carrying),
        unstable=unstable[:_MOST_UNSTABLE],
        unstable_count=len(unstable),
    )


def _band(score: SiteScore) -> int | None:
    """Band of the percentage; the lowest where the site cannot be evaluated, none where we failed or where
    it can the one time and cannot the other.
    """
    if score.percent is not None:
        return bands.band(bands.rounded(score.percent))
    if score.failure is None or score.failure.reason.is_ours or _is_unstable(score.failure):
        return None
    return bands.NOT_EVALUABLE


def _is_unstable(failure: Failure) -> bool:
    return failure.reason is FailureReason.UNSTABLE


def _mean(pages: Iterable[MeasuredPage]) -> float | None:
    scores = scores_of(pages)
    return number(formulas.mean([score.percent for score in scores])) if scores else None


def _population(site: Site, score: SiteScore) -> int | None:
    return site.sample.population if site.sample and score.scope is Scope.SAMPLE else None


def _alternatives(score: SiteScore) -> dict[str, float]:
    """Percent by every other formula, over the same pages."""
    if score.percent is None:
        return {}
    others = (formula for formula in formulas.FORMULAS.values() if formula.id != score.formula.id)
    return {
        other.id: number(formulas.mean([other.score(page.tally).percent for page in score.carrying]))
        for other in others
    }


def _unstable(score: SiteScore) -> tuple[Unstable, ...]:
    """Rules that decide a criterion of a carrying page in one capture only."""
    return tuple(
        Unstable(
            page=page.page.url, rule=flaky.rule.id, criteria=criteria, first=flaky.first, second=flaky.second
        )
        for page in score.carrying
        for flaky in (page.agreement.flaky if page.agreement else ())
        if (criteria := _differing(page, flaky, score.target))
    )


def _differing(page: MeasuredPage, flaky: Flaky, target: targets.Target) -> tuple[str, ...]:
    """The criteria for which a rule's coming out differently matters."""
    criteria = target.criteria_of(flaky.rule)
    unstable = {criterion.sc for criterion in page.tally.criteria if criterion.unstable}
    if flaky.is_unstable:
        return criteria
    return tuple(sc for sc in criteria if sc in unstable and flaky.first is not flaky.second)


def _answer(score: SiteScore, wcag: WcagMeasure, findings: tuple[Finding, ...]) -> Answer:
    if score.failure:
        return Answer(
            code=CODE,
            outcome=Outcome.CANT_TELL if _is_unstable(score.failure) else Outcome.UNTESTED,
            value=wcag.band,
            confidence=0.8 if wcag.band else 0.0,
            reason=_why_not(score.failure),
            evidence=shown.failed_pages(score),
        )
    band = wcag.band if wcag.band is not None else bands.NOT_EVALUABLE
    return Answer(
        code=CODE,
        outcome=questionnaire.outcome(CODE, band),
        value=band,
        confidence=_confidence(score, wcag),
        reason=_why(score, wcag),
        evidence=shown.worst(score, findings) or shown.met(score),
    )


def _confidence(score: SiteScore, wcag: WcagMeasure) -> float:
    """The share of such answers that a repeated audit would give again: an estimate, not calibrated.

    0.95 is the interval's own level, 0.9 the same without a second capture; 0.85 stands for 10 to 29 pages,
    0.7 for fewer that are no census (where intervals cover the truth about that often), 0.6 for a band
    that bound, interval or unconfirmed pages put in doubt, 0.4 where most of the sample was not evaluated.
    """
    if wcag.bounds.uncertain:
        return 0.4 if score.rests_on_a_minority else 0.6
    if score.scope is Scope.HOMEPAGE or wcag.bounds.reliable:
        return 0.95 if wcag.pages_confirmed else 0.9
    return 0.85 if len(score.carrying) >= intervals.MINIMUM_PAGES else 0.7


def _why(score: SiteScore, wcag: WcagMeasure) -> str:
    pages = say(
        "{pages_evaluated} of {pages_sampled} pages evaluated",
        pages_evaluated=wcag.pages_evaluated,
        pages_sampled=wcag.pages_sampled,
    )
    parts = (
        say(
            "{percent:.2f} % by {formula} against {target}, {pages}",
            percent=wcag.percent,
            formula=wcag.formula,
            target=wcag.target,
            pages=pages,
        ),
        say("rests on a minority of the sample") if score.rests_on_a_minority else "",
        _confirmed(wcag),
        _left_out(wcag.unstable_count),
        say("uncertain, could be band {other_band}", other_band=wcag.bounds.other_band)
        if wcag.bounds.uncertain
        else "",
    )
    return joined("; ", filter(None, parts))


def _confirmed(wcag: WcagMeasure) -> str:
    if not wcag.pages_confirmed:
        return say("not confirmed by a second capture")
    left = wcag.pages_evaluated - wcag.pages_confirmed
    return say("unconfirmed pages: {left}", left=left) if left else ""


def _left_out(unstable: int) -> str:
    if not unstable:
        return ""
    return say_counted("{n} unstable rule result left out", "{n} unstable rule results left out", unstable)


def _why_not(failure: Failure) -> str:
    if _is_unstable(failure):
        return say("unstable, to be repeated: {detail}", detail=failure.detail)
    blame = say("eindekss failed, to be repeated") if failure.reason.is_ours else say("not evaluable")
    detail = f" ({failure.detail})" if failure.detail else ""
    return say("{blame}: {reason}{detail}", blame=blame, reason=word(failure.reason), detail=detail)


CHECK = Check(
    id="wcag_percentage",
    version=2,
    codes=(CODE,),
    title="Percentage of WCAG success criteria met",
    basis="Study code M16J; WCAG 2.x conformance requirement 1; WCAG-EM 1.0 steps 3 and 5",
    judge=judge,
    plan=plan,
)
