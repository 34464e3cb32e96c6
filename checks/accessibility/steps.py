"""The way from a percentage to the next band: what to mend, in which order, and where each step leads.

A step is what a webmaster mends: one rule, or the few that only together meet a criterion. Greedy: of all
that is left, what brings most for each rule to be mended goes next (of equal ones what has fewer failing
elements). It is a good way, not a proven shortest one. Which step is next is reckoned by tallies, where a
criterion that one more rule fails stays as it is; the percentage after it is the exact one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from fractions import Fraction

import msgspec

from checks.accessibility import bands, formulas
from checks.accessibility.criteria import PageCriterion, PageTally, RuleCount
from checks.accessibility.formulas import Formula
from checks.accessibility.targets import in_order

Rules = frozenset[str]
Mended = Callable[[Rules], Sequence[PageTally]]
"""The pages that carry the score with all violations of those rules passing."""


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """Rules mended on all pages that carry the score, after the steps before."""

    rules: tuple[str, ...]
    criteria: tuple[str, ...]
    """The criteria that they fail."""
    pages: int
    elements: int
    """Elements that fail one of the rules, over all pages."""
    percent: Decimal
    """The site's percentage after this step."""
    band: int


def steps(tallies: Sequence[PageTally], formula: Formula, mended: Mended) -> tuple[Step, ...]:
    """Steps until the next band is reached; none in the best band. `tallies` are those of the pages that
    carry the score, at least one.
    """
    now = bands.rounded(_percent(tallies, formula))
    following = bands.next_band(now)
    left, taken, done = tallies, list[Step](), Rules()
    while following and now < following.percent and (ways := list(_ways(left))):
        best = min(ways, key=lambda rules: _order(rules, left, formula))
        done |= best
        now = bands.rounded(_percent(mended(done), formula))
        taken.append(_step(best, left, now))
        left = [_with_rules_mended(page, best) for page in left]
    return tuple(taken)


def _ways(tallies: Sequence[PageTally]) -> Iterator[Rules]:
    """Each rule that fails somewhere, and for each criterion all that fail it."""
    failing = [rule for page in tallies for rule in page.rules if rule.failed]
    yield from {Rules([rule.rule]) for rule in failing}
    for sc in {sc for rule in failing for sc in rule.criteria}:
        yield Rules(rule.rule for rule in failing if sc in rule.criteria)


def _order(rules: Rules, left: Sequence[PageTally], formula: Formula) -> tuple[Fraction, int, list[str]]:
    gain = _percent([_with_rules_mended(page, rules) for page in left], formula) - _percent(left, formula)
    return -gain / len(rules), _elements(rules, left), sorted(rules)


def _elements(rules: Rules, tallies: Sequence[PageTally]) -> int:
    return sum(rule.failed for page in tallies for rule in page.rules if rule.rule in rules)


def _step(rules: Rules, tallies: Sequence[PageTally], percent: Decimal) -> Step:
    found = [[rule for rule in page.rules if rule.failed and rule.rule in rules] for page in tallies]
    return Step(
        rules=tuple(sorted(rules, key=lambda rule: (-_elements(Rules([rule]), tallies), rule))),
        criteria=tuple(sorted({sc for page in found for rule in page for sc in rule.criteria}, key=in_order)),
        pages=sum(map(bool, found)),
        elements=_elements(rules, tallies),
        percent=percent,
        band=bands.band(percent),
    )


def _with_rules_mended(page: PageTally, rules: Rules) -> PageTally:
    """Criteria that no other rule fails are met; the others stay as they are."""
    failing = [rule for rule in page.rules if rule.failed]
    if not any(rule.rule in rules for rule in failing):
        return page
    held = {sc for rule in failing if rule.rule not in rules for sc in rule.criteria}
    return PageTally(
        tuple(_met(one) if one.failed and one.sc not in held else one for one in page.criteria),
        tuple(_passing(rule) if rule.rule in rules else rule for rule in page.rules),
    )


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
