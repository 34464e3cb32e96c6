"""M16J: the percentage of WCAG success criteria that a site meets, with its band and points."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from checks import questionnaire
from checks.accessibility import bands, formulas, intervals, targets, violations
from checks.accessibility.criteria import totals
from checks.accessibility.site_score import MeasuredPage, SiteScore, score_site, scores_of
from checks.check import Check, JudgementSettings
from checks.finding import (
    Answer,
    Bounds,
    CheckResult,
    Finding,
    Instance,
    Outcome,
    PageMeasure,
    WcagMeasure,
)
from crawler.evidence import HOME, RANDOM, Failure, FailureReason, Scope, Site

CODE = bands.CODE

_WORST_CRITERIA = 5
_STILL_THE_SITE = frozenset({FailureReason.EMPTY_PAGE, FailureReason.TOO_FEW_CRITERIA})


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
            yield from violations.findings(measured.page, score.target)


def _page(measured: MeasuredPage) -> PageMeasure:
    percent = _number(measured.score.percent) if measured.score else None
    return PageMeasure(url=measured.page.url, percent=percent, failure=measured.failure)


def _number(percent: Fraction) -> float:
    return float(bands.rounded(percent))


def _measure(site: Site, score: SiteScore) -> WcagMeasure:
    band = _band(score)
    return WcagMeasure(
        formula=score.formula.id,
        target=score.target.id,
        scope=score.scope.value,
        percent=_number(score.percent) if score.percent is not None else None,
        band=band,
        points=None if band is None else bands.points(band),
        pages_evaluated=len(score.carrying),
        pages_sampled=len(score.sampled),
        population=_population(site, score),
        seed=site.sample.seed if site.sample and score.scope is Scope.SAMPLE else None,
        axe_version=next((page.axe.version for page in site.pages if page.axe), ""),
        bounds=_bounds(site, score),
        criteria=totals(page.tally for page in score.carrying),
        alternatives=_alternatives(score),
        home_percent=_mean(page for page in score.pages if HOME in page.page.roles),
        structured_percent=_mean(page for page in score.pages if set(page.page.roles) - {RANDOM}),
        failure=score.failure,
    )


def _band(score: SiteScore) -> int | None:
    """Band of the percentage; the lowest where the site cannot be evaluated, none where we failed."""
    if score.percent is not None:
        return bands.band(bands.rounded(score.percent))
    ours = score.failure is None or score.failure.reason.is_ours
    return None if ours else bands.NOT_EVALUABLE


def _mean(pages: Iterable[MeasuredPage]) -> float | None:
    scores = scores_of(pages)
    return _number(formulas.mean([score.percent for score in scores])) if scores else None


def _population(site: Site, score: SiteScore) -> int | None:
    return site.sample.population if site.sample and score.scope is Scope.SAMPLE else None


def _alternatives(score: SiteScore) -> dict[str, float]:
    """Percent by every other formula, over the same pages."""
    if score.percent is None:
        return {}
    others = (formula for formula in formulas.FORMULAS.values() if formula.id != score.formula.id)
    return {
        other.id: _number(formulas.mean([other.score(page.tally).percent for page in score.carrying]))
        for other in others
    }


def _bounds(site: Site, score: SiteScore) -> Bounds:
    """Bounds from open items, and where the pages are a random sample the interval."""
    if score.percent is None:
        return Bounds()
    scores = scores_of(score.carrying)
    lower = formulas.mean([one.lower for one in scores])
    upper = formulas.mean([one.upper for one in scores])
    interval = _interval(site, score)
    limits = [lower, upper, *((interval.low, interval.high) if interval else ())]
    other = intervals.other_band(bands.rounded(score.percent), limits)
    return Bounds(
        lower=_number(lower),
        upper=_number(upper),
        interval_low=_number(interval.low) if interval else None,
        interval_high=_number(interval.high) if interval else None,
        reliable=_is_census(site, score) or _is_large(score),
        uncertain=other is not None,
        other_band=other,
    )


def _interval(site: Site, score: SiteScore) -> intervals.Interval | None:
    if score.scope is Scope.HOMEPAGE or _is_census(site, score):
        return None
    return intervals.t_interval([one.percent for one in scores_of(score.carrying)], _population(site, score))


def _is_census(site: Site, score: SiteScore) -> bool:
    return score.scope is Scope.SAMPLE and site.sample is not None and site.sample.is_census


def _is_large(score: SiteScore) -> bool:
    return score.scope is Scope.SAMPLE and len(score.carrying) >= intervals.RELIABLE_PAGES


def _answer(score: SiteScore, wcag: WcagMeasure, findings: tuple[Finding, ...]) -> Answer:
    if score.failure:
        return Answer(
            code=CODE,
            outcome=Outcome.UNTESTED,
            value=wcag.band,
            confidence=0.8 if wcag.band else 0.0,
            reason=_why_not(score.failure),
            evidence=_failed_pages(score),
        )
    band = wcag.band if wcag.band is not None else bands.NOT_EVALUABLE
    return Answer(
        code=CODE,
        outcome=questionnaire.outcome(CODE, band),
        value=band,
        confidence=_confidence(score, wcag.bounds),
        reason=_why(wcag),
        evidence=_worst(score, findings),
    )


def _confidence(score: SiteScore, bounds: Bounds) -> float:
    """The share of such answers that a repeated audit would give again: an estimate, not calibrated.

    0.95 is the interval's own level; 0.85 stands for 10 to 29 pages, 0.7 for fewer that are no census
    (where intervals cover the truth about that often), 0.6 for a band that bound or interval put in doubt.
    """
    if bounds.uncertain:
        return 0.6
    if score.scope is Scope.HOMEPAGE or bounds.reliable:
        return 0.95
    return 0.85 if len(score.carrying) >= intervals.MINIMUM_PAGES else 0.7


def _why(wcag: WcagMeasure) -> str:
    pages = f"{wcag.pages_evaluated} of {wcag.pages_sampled} pages evaluated"
    unsure = f"; uncertain, could be band {wcag.bounds.other_band}" if wcag.bounds.uncertain else ""
    return f"{wcag.percent:.2f} % by {wcag.formula} against {wcag.target}, {pages}{unsure}"


def _why_not(failure: Failure) -> str:
    blame = "eindekss failed, to be repeated" if failure.reason.is_ours else "not evaluable"
    return f"{blame}: {failure.reason.value}" + (f" ({failure.detail})" if failure.detail else "")


def _failed_pages(score: SiteScore) -> tuple[Instance, ...]:
    failed = [page for page in (score.sampled or score.pages) if page.failure][:_WORST_CRITERIA]
    return tuple(
        Instance(url=page.page.final_url or page.page.url, message=page.failure.reason.value)
        for page in failed
        if page.failure
    )


def _worst(score: SiteScore, findings: tuple[Finding, ...]) -> tuple[Instance, ...]:
    """An example of each of the criteria that most carrying pages fail, the commonest first."""
    urls = {page.page.url for page in score.carrying}
    failing: dict[str, list[Finding]] = {}
    for finding in findings:
        if finding.outcome is Outcome.FAILED and finding.page_url in urls:
            for sc in finding.criteria:
                failing.setdefault(sc, []).append(finding)
    ranked = sorted(failing, key=lambda sc: (-_pages(failing[sc]), targets.in_order(sc)))
    return tuple(_example(sc, failing[sc]) for sc in ranked[:_WORST_CRITERIA])


def _pages(findings: Iterable[Finding]) -> int:
    return len({finding.page_url for finding in findings})


def _example(sc: str, findings: list[Finding]) -> Instance:
    first = findings[0].instances[0]
    message = f"{sc} fails on {_pages(findings)} page(s), here by {findings[0].rule}: {findings[0].message}"
    return Instance(url=first.url, selector=first.selector, snippet=first.snippet, message=message)


CHECK = Check(
    id="wcag_percentage",
    version=1,
    codes=(CODE,),
    title="Percentage of WCAG success criteria met",
    basis="Study code M16J; WCAG 2.x conformance requirement 1; WCAG-EM 1.0 steps 3 and 5",
    judge=judge,
)
