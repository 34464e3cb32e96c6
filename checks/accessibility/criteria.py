"""What axe found on one page, told by success criterion: the one input of every formula.

Of an element that several rules of a criterion look at, the worst outcome counts: failed before review
before passed (axe's own order of priority, lib/core/constants.js).
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from checks.accessibility.targets import Target, in_order
from checks.finding import CriterionCount
from crawler.evidence import AxeResult, AxeRule


class PageCriterion(msgspec.Struct, frozen=True, kw_only=True):
    """Elements of one criterion on one page, each counted once."""

    sc: str
    passed: int = 0
    failed: int = 0
    review: int = 0
    broken: tuple[str, ...] = ()
    """Rules of the criterion that broke off: what they would have said is open."""
    unstable: bool = False
    """Two captures of the page decide it differently: it is not scored. `review` then also counts what
    failed in one capture only."""

    @property
    def is_open(self) -> bool:
        """Whether something is left for a person to decide."""
        return bool(self.review or self.broken or self.unstable)

    @property
    def is_scored(self) -> bool:
        """Whether axe decided it, each time: an element failed, or elements passed and no rule broke off."""
        return bool(self.failed or (self.passed and not self.broken)) and not self.unstable

    @property
    def is_met(self) -> bool:
        """Whether it is scored and no element failed."""
        return self.is_scored and not self.failed


class RuleCount(msgspec.Struct, frozen=True):
    """Elements of one rule of the target on one page."""

    rule: str
    criteria: tuple[str, ...]
    passed: int
    failed: int
    review: int


class PageTally(msgspec.Struct, frozen=True):
    """One page by criterion (in order of number) and by rule (in order of id), for one target."""

    criteria: tuple[PageCriterion, ...] = ()
    rules: tuple[RuleCount, ...] = ()

    @property
    def scored(self) -> tuple[PageCriterion, ...]:
        """The criteria that enter a percentage."""
        return tuple(criterion for criterion in self.criteria if criterion.is_scored)


class _Elements:
    """Element sets of one criterion while a page is read."""

    def __init__(self) -> None:
        self.passed: set[int] = set()
        self.failed: set[int] = set()
        self.review: set[int] = set()
        self.broken: list[str] = []

    def add(self, rule: AxeRule, first: list[int]) -> None:
        if rule.error:
            self.broken.append(rule.id)
            return
        self.passed.update(first[index] for index in rule.passed)
        self.failed.update(first[node.element] for node in rule.failed)
        self.review.update(first[node.element] for node in rule.review)

    def counted(self, sc: str) -> PageCriterion:
        return PageCriterion(
            sc=sc,
            passed=len(self.passed - self.failed - self.review),
            failed=len(self.failed),
            review=len(self.review - self.failed),
            broken=tuple(sorted(self.broken)),
        )


def tally(axe: AxeResult, target: Target) -> PageTally:
    """Count a page's elements for a target. A rule that broke off counts as open, whatever it listed."""
    first = _first_of_key(axe)
    found: dict[str, _Elements] = {}
    rules: list[RuleCount] = []
    for rule in axe.rules:
        criteria = target.criteria_of(rule)
        for sc in criteria:
            found.setdefault(sc, _Elements()).add(rule, first)
        if criteria:
            rules.append(_rule_count(rule, criteria))
    counted = (found[sc].counted(sc) for sc in sorted(found, key=in_order))
    return PageTally(tuple(counted), tuple(sorted(rules, key=lambda rule: rule.rule)))


def _first_of_key(axe: AxeResult) -> list[int]:
    """For each element the first one with its key: one element of the page is counted once."""
    first: dict[str, int] = {}
    return [first.setdefault(element.key, index) for index, element in enumerate(axe.elements)]


def _rule_count(rule: AxeRule, criteria: tuple[str, ...]) -> RuleCount:
    if rule.error:
        return RuleCount(rule.id, criteria, 0, 0, 0)
    return RuleCount(rule.id, criteria, len(rule.passed), len(rule.failed), len(rule.review))


def totals(pages: Iterable[PageTally]) -> tuple[CriterionCount, ...]:
    """Elements by criterion over pages; a rule that broke off counts as one item to review."""
    sums: dict[str, list[int]] = {}
    for page in pages:
        for criterion in page.criteria:
            counts = sums.setdefault(criterion.sc, [0, 0, 0])
            counts[0] += criterion.passed
            counts[1] += criterion.failed
            counts[2] += criterion.review + len(criterion.broken)  # and what failed once only
    return tuple(CriterionCount(sc, *sums[sc]) for sc in sorted(sums, key=in_order))
