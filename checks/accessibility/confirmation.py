"""Two captures of one page as one tally: what both say counts, what only one says is unstable.

By axe rule: one that fails in both captures is confirmed failing, whatever the elements; one that fails in
one only is unstable, and its failures are out of the score. By criterion: not met if a confirmed rule
fails; else unstable if a rule of it is; else met if it passed in both captures; applied in one only it is
unstable. By element (`sc-mean/1`, `pooled-nodes/1`): those with the same outcome in both captures count.
What either capture leaves to a person is left to a person.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

import msgspec

from checks.accessibility.criteria import PageCriterion, PageTally, RuleCount, tally
from checks.accessibility.targets import Target, in_order
from checks.finding import Outcome
from crawler.evidence import AxeElement, AxeNode, AxeResult, AxeRule

Item = TypeVar("Item")

NOT_THERE = AxeRule(id="", tags=())


class Once(msgspec.Struct, frozen=True):
    """An element that failed in one capture, and what axe said of it."""

    element: AxeElement
    node: AxeNode
    in_first: bool


class Flaky(msgspec.Struct, frozen=True, kw_only=True):
    """Elements that failed a rule in one capture only; none where the rule applied in one only."""

    rule: AxeRule
    """As in the capture that says more."""
    first: Outcome
    second: Outcome
    once: tuple[Once, ...] = ()

    @property
    def is_unstable(self) -> bool:
        """Whether the rule as a whole fails in one capture only."""
        return (self.first is Outcome.FAILED) is not (self.second is Outcome.FAILED)


class Agreement(msgspec.Struct, frozen=True):
    """What two captures have in common, in the shape of one, and where they differ."""

    axe: AxeResult
    flaky: tuple[Flaky, ...] = ()


def agreement(first: AxeResult, second: AxeResult) -> Agreement:
    """Compare rule by rule. Passed and failed of `axe` hold what both say, of the first capture's elements;
    review holds what either says, so the second capture's elements may stand behind the first's.
    """
    mine, theirs = ({rule.id: rule for rule in axe.rules} for axe in (first, second))
    pairs = [
        (mine.get(name, NOT_THERE), theirs.get(name, NOT_THERE))
        for name in sorted(mine.keys() | theirs.keys())
    ]
    compared = [_Pair(one, other, first.elements, second.elements) for one, other in pairs]
    both = tuple(rule for pair in compared if (rule := pair.agreed()) is not NOT_THERE)
    untested = tuple(dict.fromkeys((*first.frames_untested, *second.frames_untested)))
    elements = (*first.elements, *second.elements)
    axe = msgspec.structs.replace(first, elements=elements, rules=both, frames_untested=untested)
    return Agreement(axe, tuple(flaky for pair in compared if (flaky := pair.flaky()) is not None))


def outcome(rule: AxeRule) -> Outcome:
    """What a rule says of a page as a whole."""
    if rule.error:
        return Outcome.CANT_TELL
    if rule.failed:
        return Outcome.FAILED
    if rule.passed:
        return Outcome.PASSED
    return Outcome.CANT_TELL if rule.review else Outcome.INAPPLICABLE


class _Pair:
    """One rule in both captures."""

    def __init__(
        self, one: AxeRule, other: AxeRule, mine: Sequence[AxeElement], theirs: Sequence[AxeElement]
    ) -> None:
        self._one, self._other = one, other
        self._mine, self._theirs = mine, theirs
        self._first = _Places.of([mine[node.element] for node in _failed(one)])
        self._second = _Places.of([theirs[node.element] for node in _failed(other)])

    @property
    def in_both(self) -> bool:
        return NOT_THERE not in (self._one, self._other)

    def agreed(self) -> AxeRule:
        """The rule with what both captures say and what is open in either; NOT_THERE where there is none."""
        one, other = self._one, self._other
        if one.error or other.error:
            return self._open((), one.error or other.error)
        if not self.in_both:
            review = self._review()
            return self._open(review) if review else NOT_THERE
        passing = {self._theirs[index].key for index in other.passed}
        passed = [(index, self._mine[index].key in passing) for index in one.passed]
        failed = [(node, self._second.have(self._mine[node.element])) for node in one.failed]
        return msgspec.structs.replace(
            one,
            passed=_common(passed, len(other.passed)),
            failed=_common(failed, len(other.failed)),
            review=self._review(),
        )

    def _open(self, review: tuple[AxeNode, ...], error: str = "") -> AxeRule:
        rule = self._other if self._one is NOT_THERE else self._one
        return msgspec.structs.replace(rule, passed=(), failed=(), review=review, error=error)

    def _review(self) -> tuple[AxeNode, ...]:
        """What is open in the first capture, then what is open in the second only and failed in neither."""
        known = _Places.of([self._mine[node.element] for node in (*self._one.review, *self._one.failed)])
        more = (node for node in self._other.review if not known.have(self._theirs[node.element]))
        behind = len(self._mine)
        moved = (msgspec.structs.replace(node, element=node.element + behind) for node in more)
        return (*self._one.review, *moved)

    def flaky(self) -> Flaky | None:
        """What only one capture says, or None where both say the same."""
        once, outcomes = tuple(self._once()), (outcome(self._one), outcome(self._other))
        if not once and outcomes[0] is outcomes[1]:
            return None
        says_less = self._one is NOT_THERE or (_failed(self._other) and not _failed(self._one))
        rule = self._other if says_less else self._one
        return Flaky(rule=rule, first=outcomes[0], second=outcomes[1], once=once)

    def _once(self) -> Iterator[Once]:
        kept = {node.element for node in self.agreed().failed} if self.in_both else set()
        for node in _failed(self._one):
            if node.element not in kept:
                yield Once(self._mine[node.element], node, in_first=True)
        for node in _failed(self._other):
            if not self._first.have(self._theirs[node.element]):
                yield Once(self._theirs[node.element], node, in_first=False)


class _Places(msgspec.Struct, frozen=True):
    """Elements to be found again: at the same place, or with the same HTML where something moved them."""

    keys: frozenset[str]
    snippets: frozenset[str]

    @classmethod
    def of(cls, elements: Sequence[AxeElement]) -> _Places:
        snippets = frozenset(element.snippet for element in elements) - {""}
        return cls(frozenset(element.key for element in elements), snippets)

    def have(self, element: AxeElement) -> bool:
        return element.key in self.keys or element.snippet in self.snippets


def _failed(rule: AxeRule) -> tuple[AxeNode, ...]:
    return () if rule.error else rule.failed


def _common(found: Sequence[tuple[Item, bool]], in_second: int) -> tuple[Item, ...]:
    """Items of the first capture that are in the second too. Where both have some but none in common (the
    page moved as a whole), as many as both have.
    """
    kept = tuple(item for item, again in found if again)
    if kept or not in_second:
        return kept
    return tuple(item for item, _ in found[:in_second])


def confirmed_tally(first: AxeResult, second: AxeResult, target: Target) -> PageTally:
    """The tally of what both captures say, with the criteria that differ marked unstable."""
    both = agreement(first, second)
    agreed, one, other = (tally(axe, target) for axe in (both.axe, first, second))
    flaky = [(each, target.criteria_of(each.rule)) for each in both.flaky]
    found = {criterion.sc: criterion for criterion in agreed.criteria}
    passing = {sc for rule in agreed.rules if rule.passed for sc in rule.criteria}
    scored = [{criterion.sc for criterion in each.scored} for each in (one, other)]
    known = {criterion.sc for each in (one, other) for criterion in each.criteria}
    criteria = tuple(
        _criterion(
            found.get(sc, PageCriterion(sc=sc)),
            [each for each, mapped in flaky if sc in mapped],
            applied=[sc in each for each in scored],
            passes=sc in passing,
        )
        for sc in sorted(known, key=in_order)
    )
    return PageTally(criteria, _rules(agreed, flaky))


def _criterion(
    agreed: PageCriterion, flaky: Sequence[Flaky], *, applied: Sequence[bool], passes: bool
) -> PageCriterion:
    """Unstable unless both captures decide it alike.

    `applied`: whether each of them decides it at all; `passes`: a rule of it passes elements in both. Where
    each of these elements is open in one capture, one of them still counts: both captures met it.
    """
    review = agreed.review + sum(len(each.once) for each in flaky)
    alike = not any(applied) or (all(applied) and (passes or bool(agreed.failed)))
    differs = any(each.is_unstable for each in flaky) or not alike
    passed = max(agreed.passed, all(applied) and passes and not agreed.failed)
    return msgspec.structs.replace(
        agreed, passed=passed, review=review, unstable=differs and not agreed.failed
    )


def _rules(agreed: PageTally, flaky: Iterable[tuple[Flaky, tuple[str, ...]]]) -> tuple[RuleCount, ...]:
    """Pairs of rule and element; those that failed once are open."""
    rules = {rule.rule: rule for rule in agreed.rules}
    for each, criteria in flaky:
        if criteria:
            rule = rules.get(each.rule.id, RuleCount(each.rule.id, criteria, 0, 0, 0))
            rules[rule.rule] = msgspec.structs.replace(rule, review=rule.review + len(each.once))
    return tuple(rules[name] for name in sorted(rules))
