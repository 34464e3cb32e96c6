"""From a page's tally to its percentage, and from pages to the site's: exact fractions throughout.

Rounding happens once, in `checks.accessibility.bands.rounded`. Scores of different formulas are never
compared: each has an id with a version, stored with every score.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

import msgspec

from checks.accessibility.criteria import PageCriterion, PageTally
from checks.errors import UnknownFormulaError
from checks.sentences import marked

MINIMUM_CRITERIA = 3
"""A page with fewer scored criteria says too little to enter a mean."""


class PageScore(msgspec.Struct, frozen=True):
    """Percent of one page, 0 to 100, exact; with open items against it (lower) and for it (upper)."""

    percent: Fraction
    lower: Fraction
    upper: Fraction


class Formula(msgspec.Struct, frozen=True):
    """A way to score one page. `score` expects at least one scored criterion."""

    id: str
    title: str
    score: Callable[[PageTally], PageScore]


def mean(values: Sequence[Fraction]) -> Fraction:
    """Arithmetic mean, exact; of at least one value."""
    return sum(values, start=Fraction(0)) / len(values)


def _criteria_met(page: PageTally) -> PageScore:
    """Share of scored criteria that no element fails (WCAG 2.x conformance requirement 1, per page).

    Bounds take criteria that only need review into the count: as not met below, as met above.
    """
    scored = page.scored
    met = sum(criterion.is_met for criterion in scored)
    known = [criterion for criterion in page.criteria if criterion.is_scored or criterion.is_open]
    sure = sum(criterion.is_met and not criterion.is_open for criterion in known)
    possible = sum(not criterion.failed for criterion in known)
    return PageScore(
        Fraction(100 * met, len(scored)),
        Fraction(100 * sure, len(known)),
        Fraction(100 * possible, len(known)),
    )


def _sc_mean(page: PageTally) -> PageScore:
    """Mean over scored criteria of the share of elements that pass: how widespread failures are.

    The bounds have more criteria in their mean than the score where some only need review, so the score
    may lie outside them.
    """
    shares = [Fraction(100 * c.passed, c.passed + c.failed) for c in page.scored]
    known = [criterion for criterion in page.criteria if criterion.is_scored or criterion.is_open]
    return PageScore(mean(shares), mean([_worst(c) for c in known]), mean([_best(c) for c in known]))


def _worst(criterion: PageCriterion) -> Fraction:
    """Percent of elements that pass if every open item fails."""
    if (criterion.broken or criterion.unstable) and not criterion.failed:
        return Fraction(0)
    return Fraction(100 * criterion.passed, criterion.passed + criterion.failed + criterion.review)


def _best(criterion: PageCriterion) -> Fraction:
    """Percent of elements that pass if every open item passes."""
    if not criterion.failed:
        return Fraction(100)
    passed = criterion.passed + criterion.review
    return Fraction(100 * passed, passed + criterion.failed)


def _pooled_nodes(page: PageTally) -> PageScore:
    """Share of (rule, element) pairs that pass: UWEM's failed over applied tests, turned round."""
    passed = sum(rule.passed for rule in page.rules)
    failed = sum(rule.failed for rule in page.rules)
    review = sum(rule.review for rule in page.rules)
    everything = passed + failed + review
    return PageScore(
        Fraction(100 * passed, passed + failed),
        Fraction(100 * passed, everything),
        Fraction(100 * (passed + review), everything),
    )


DEFAULT = "criteria-met/1"

FORMULAS: dict[str, Formula] = {
    formula.id: formula
    for formula in (
        Formula(DEFAULT, marked("share of scored criteria met, mean over pages"), _criteria_met),
        Formula("sc-mean/1", marked("mean over criteria of the share of elements that pass"), _sc_mean),
        Formula("pooled-nodes/1", marked("share of rule and element pairs that pass"), _pooled_nodes),
    )
}


def formula(formula_id: str) -> Formula:
    """The formula of that id. Raises UnknownFormulaError."""
    try:
        return FORMULAS[formula_id]
    except KeyError:
        known = ", ".join(FORMULAS)
        raise UnknownFormulaError(f"unknown formula {formula_id!r}; there are {known}") from None


def page_score(page: PageTally, by: Formula) -> PageScore | None:
    """A page's score, or None where fewer than `MINIMUM_CRITERIA` criteria are scored."""
    return by.score(page) if len(page.scored) >= MINIMUM_CRITERIA else None
