"""The way from a percentage to the next band: what to mend, in which order, and where each step leads.

Greedy: of what still fails the criterion that brings most goes next (of equal ones that with fewer failing
elements, then the lower number). With `criteria-met/1` criteria do not touch each other, so no other order of
as many steps leads further; with other formulas it is a good way, not a proven best one.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

import msgspec

from checks.accessibility import bands, formulas
from checks.accessibility.criteria import PageCriterion, PageTally, RuleCount
from checks.accessibility.formulas import Formula
from checks.accessibility.targets import in_order


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One criterion mended on all pages that carry the score, after the steps before it."""

    sc: str
    rules: tuple[str, ...]
    """The rules that fail it."""
    pages: int
    elements: int
    """Failing elements of the criterion, over all pages."""
    percent: Decimal
    """The site's percentage after this step."""
    band: int


def steps(tallies: Sequence[PageTally], formula: Formula) -> tuple[Step, ...]:
    """Steps until the next band is reached; none in the best band. `tallies` are those of the pages that
    carry the score, at least one.
    """
    now = _percent(tallies, formula)
    following = bands.next_band(bands.rounded(now))
    taken: list[Step] = []
    while following and bands.rounded(now) < following.percent and (failing := _failing(tallies)):
        ways = {sc: [with_criterion_met(one, sc) for one in tallies] for sc in failing}
        gains = {sc: _percent(way, formula) for sc, way in ways.items()}
        best = min(failing, key=lambda sc: (-gains[sc], failing[sc], in_order(sc)))
        now = gains[best]
        taken.append(_step(best, tallies, bands.rounded(now)))
        tallies = ways[best]
    return tuple(taken)


def with_criterion_met(page: PageTally, sc: str) -> PageTally:
    """The page with every failing element of the criterion passing."""
    return PageTally(
        tuple(_met(one) if one.sc == sc else one for one in page.criteria),
        tuple(_passing(rule) if sc in rule.criteria else rule for rule in page.rules),
    )


def _met(criterion: PageCriterion) -> PageCriterion:
    passed = criterion.passed + criterion.failed
    return msgspec.structs.replace(criterion, passed=passed, failed=0, broken=())


def _passing(rule: RuleCount) -> RuleCount:
    return msgspec.structs.replace(rule, passed=rule.passed + rule.failed, failed=0)


def _percent(tallies: Sequence[PageTally], formula: Formula) -> Fraction:
    return formulas.mean([formula.score(one).percent for one in tallies])


def _failing(tallies: Sequence[PageTally]) -> dict[str, int]:
    """Failing elements by criterion, of those that count."""
    found: dict[str, int] = {}
    for criterion in (one for page in tallies for one in page.criteria):
        if criterion.failed:
            found[criterion.sc] = found.get(criterion.sc, 0) + criterion.failed
    return found


def _step(sc: str, tallies: Sequence[PageTally], percent: Decimal) -> Step:
    failed = [one.failed for page in tallies for one in page.criteria if one.sc == sc and one.failed]
    rules = {rule.rule for page in tallies for rule in page.rules if rule.failed and sc in rule.criteria}
    return Step(
        sc=sc,
        rules=tuple(sorted(rules)),
        pages=len(failed),
        elements=sum(failed),
        percent=percent,
        band=bands.band(percent),
    )
