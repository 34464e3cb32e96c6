"""How a percentage came about: page by page, criterion by criterion, and what one fix would gain."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction

import msgspec

from checks.accessibility import bands, formulas, targets
from checks.accessibility.criteria import PageCriterion, PageTally, RuleCount
from checks.accessibility.site_score import MeasuredPage, SiteScore, score_site, tally_of
from checks.accessibility.steps import Step, steps, with_criterion_met
from checks.accessibility.uncertainty import bounds
from checks.check import JudgementSettings
from checks.finding import Bounds
from crawler.evidence import AxeResult, AxeRule, Failure, Site


class PageExplanation(msgspec.Struct, frozen=True, kw_only=True):
    """One captured page: its percent and the criteria behind it, or why it has none."""

    url: str
    carries_score: bool
    percent: Decimal | None = None
    criteria: tuple[PageCriterion, ...] = ()
    rules: tuple[RuleCount, ...] = ()
    failure: Failure | None = None
    confirmed: bool = False
    """A second capture was compared; criteria that came out differently are `unstable`."""

    @property
    def scored(self) -> int:
        """Criteria that enter the page's percentage."""
        return sum(one.is_scored for one in self.criteria)

    @property
    def met(self) -> int:
        """Criteria of those that no element fails."""
        return sum(one.is_met for one in self.criteria)

    def failing_rules(self, sc: str) -> tuple[str, ...]:
        """The rules by which a criterion fails."""
        return tuple(rule.rule for rule in self.rules if rule.failed and sc in rule.criteria)


class Gain(msgspec.Struct, frozen=True, kw_only=True):
    """What mending one criterion, or one rule, on all pages that carry the score would bring."""

    name: str
    """Success criterion, or axe rule id."""
    pages: int
    """Pages on which it fails now."""
    elements: int
    related: tuple[str, ...]
    """Of a criterion the rules that fail it, of a rule the criteria that it fails."""
    held_by: tuple[str, ...] = ()
    """Of a rule: other rules that fail the same criteria on the same pages. Until they are mended too,
    those criteria stay not met."""
    percent: Decimal
    """The site's percentage afterwards."""
    gain: Decimal
    """Percentage points more than now; the difference of the rounded percentages."""
    band: int


class Explanation(msgspec.Struct, frozen=True, kw_only=True):
    """Gains are sorted, the largest first."""

    formula: str
    target: str
    percent: Decimal | None
    band: int | None = None
    next_band: bands.NextBand | None = None
    bounds: Bounds = Bounds()
    failure: Failure | None = None
    """Why there is no percentage."""
    pages: tuple[PageExplanation, ...]
    steps: tuple[Step, ...] = ()
    """What to mend to reach the next band, in that order."""
    by_criterion: tuple[Gain, ...] = ()
    by_rule: tuple[Gain, ...] = ()


def explain(site: Site, settings: JudgementSettings) -> Explanation:
    """Explain the site's percentage. Raises as `wcag_percentage.judge` does."""
    score = score_site(site, targets.target(settings.target), formulas.formula(settings.formula))
    if score.percent is None:
        return Explanation(
            formula=score.formula.id,
            target=score.target.id,
            percent=None,
            failure=score.failure,
            pages=tuple(_page(page, score) for page in score.pages),
        )
    percent = bands.rounded(score.percent)
    return Explanation(
        formula=score.formula.id,
        target=score.target.id,
        percent=percent,
        band=bands.band(percent),
        next_band=bands.next_band(percent),
        bounds=bounds(site, score),
        pages=tuple(_page(page, score) for page in score.pages),
        steps=steps(
            [page.tally for page in score.carrying], score.formula, lambda rules: _mended(score, rules)
        ),
        by_criterion=_gains(score, _failing_criteria(score), _mend_criterion, _rules_of),
        by_rule=_gains(score, _failing_rules(score), _mend_rule, _criteria_of),
    )


def _page(page: MeasuredPage, score: SiteScore) -> PageExplanation:
    return PageExplanation(
        url=page.page.url,
        carries_score=page in score.carrying,
        percent=bands.rounded(page.score.percent) if page.score else None,
        criteria=page.tally.criteria,
        rules=page.tally.rules,
        failure=page.failure,
        confirmed=page.second is not None,
    )


Failing = dict[str, list[int]]
"""Failing elements by name, one number a page."""
Mend = Callable[[MeasuredPage, str, SiteScore], PageTally]
Related = Callable[[str, SiteScore], tuple[tuple[str, ...], tuple[str, ...]]]
"""What a criterion or rule goes with: `Gain.related` and `Gain.held_by`."""


def _failing_criteria(score: SiteScore) -> Failing:
    found: Failing = {}
    for page in score.carrying:
        for criterion in page.tally.criteria:
            if criterion.failed:
                found.setdefault(criterion.sc, []).append(criterion.failed)
    return found


def _failing_rules(score: SiteScore) -> Failing:
    found: Failing = {}
    for page in score.carrying:
        for rule in page.tally.rules:
            if rule.failed:
                found.setdefault(rule.rule, []).append(rule.failed)
    return found


def _rules_of(sc: str, score: SiteScore) -> tuple[tuple[str, ...], tuple[str, ...]]:
    failing = (rule for page in score.carrying for rule in page.tally.rules if rule.failed)
    return tuple(sorted({rule.rule for rule in failing if sc in rule.criteria})), ()


def _criteria_of(rule_id: str, score: SiteScore) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The criteria that a rule fails, and the rules beside it on the pages where it fails."""
    criteria: set[str] = set()
    beside: set[str] = set()
    for page in score.carrying:
        failing = [rule for rule in page.tally.rules if rule.failed]
        mine = {sc for rule in failing if rule.rule == rule_id for sc in rule.criteria}
        criteria |= mine
        beside |= {rule.rule for rule in failing if mine & set(rule.criteria)} - {rule_id}
    return tuple(sorted(criteria, key=targets.in_order)), tuple(sorted(beside))


def _gains(score: SiteScore, failing: Failing, mend: Mend, related: Related) -> tuple[Gain, ...]:
    gains = (_gain(name, elements, score, mend, related(name, score)) for name, elements in failing.items())
    return tuple(sorted(gains, key=lambda gain: (-gain.gain, gain.name)))


def _gain(
    name: str,
    elements: list[int],
    score: SiteScore,
    mend: Mend,
    related: tuple[tuple[str, ...], tuple[str, ...]],
) -> Gain:
    now = score.percent or Fraction(0)
    mended = [score.formula.score(mend(page, name, score)).percent for page in score.carrying]
    percent = bands.rounded(formulas.mean(mended))
    return Gain(
        name=name,
        pages=len(elements),
        elements=sum(elements),
        related=related[0],
        held_by=related[1],
        percent=percent,
        gain=percent - bands.rounded(now),
        band=bands.band(percent),
    )


def _mend_criterion(page: MeasuredPage, sc: str, score: SiteScore) -> PageTally:  # noqa: ARG001 - a Mend
    return with_criterion_met(page.tally, sc)


def _mend_rule(page: MeasuredPage, rule_id: str, score: SiteScore) -> PageTally:
    return _mend_rules(page, frozenset([rule_id]), score)


def _mended(score: SiteScore, rules: frozenset[str]) -> list[PageTally]:
    return [_mend_rules(page, rules, score) for page in score.carrying]


def _mend_rules(page: MeasuredPage, rule_ids: frozenset[str], score: SiteScore) -> PageTally:
    """The page with every violation of the rules passing; other rules may still fail the elements."""
    if not any(rule.rule in rule_ids and rule.failed for rule in page.tally.rules):
        return page.tally
    first, second = (_without_violations(axe, rule_ids) for axe in (page.page.axe, page.second))
    return tally_of(first, second, score.target)


def _without_violations(axe: AxeResult | None, rule_ids: frozenset[str]) -> AxeResult | None:
    if axe is None:
        return None
    rules = tuple(_repaired(rule) if rule.id in rule_ids else rule for rule in axe.rules)
    return msgspec.structs.replace(axe, rules=rules)


def _repaired(rule: AxeRule) -> AxeRule:
    passed = (*rule.passed, *(node.element for node in rule.failed))
    return msgspec.structs.replace(rule, passed=passed, failed=())
