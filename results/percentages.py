"""Whether two WCAG percentages differ by more than their own uncertainty."""

from __future__ import annotations

from checks.accessibility import bands
from checks.accessibility.intervals import MINIMUM_PAGES
from checks.finding import WcagMeasure
from checks.sentences import say, say_counted, word
from crawler.evidence import Scope

PERCENT = "accessibility.percent"
"""Stands for the percentage itself where answers are compared; M16J is its band."""
WCAG_CODE = bands.CODE


def span(wcag: WcagMeasure) -> tuple[float, float] | None:
    """The lowest and the highest percentage that open items and chance allow; None without one."""
    if wcag.percent is None:
        return None
    bounds = wcag.bounds
    limits = (wcag.percent, bounds.lower, bounds.upper, bounds.interval_low, bounds.interval_high)
    known = [limit for limit in limits if limit is not None]
    return min(known), max(known)


def told(wcag: WcagMeasure) -> str:
    """`87.50 % (80.00 to 90.25 %)`; empty without a percentage."""
    reach = span(wcag)
    if reach is None:
        return ""
    low, high = reach
    if low == high:
        return say("{percent:.2f} %", percent=wcag.percent)
    return say("{percent:.2f} % ({low:.2f} to {high:.2f} %)", percent=wcag.percent, low=low, high=high)


def why_not_measured(wcag: WcagMeasure | None) -> str:
    """Why there is no percentage; empty where there is one."""
    if wcag is None:
        return say("not measured")
    if wcag.percent is not None:
        return ""
    return word(wcag.failure.reason) if wcag.failure else say("not measured")


def why_error_unknown(one: WcagMeasure, other: WcagMeasure) -> str:
    """Why nobody can tell whether two percentages differ by chance: fewer than 10 random pages that are not
    all pages of the site. Empty where it can be told, or where both looked at the same pages.
    """
    if same_pages(one, other):
        return ""
    few = [wcag.pages_evaluated for wcag in (one, other) if _is_small_sample(wcag)]
    if not few:
        return ""
    return say_counted(
        "a sample of {n} page: under {minimum} random pages nobody can tell chance from change",
        "a sample of {n} pages: under {minimum} random pages nobody can tell chance from change",
        min(few),
        minimum=MINIMUM_PAGES,
    )


def same_pages(one: WcagMeasure, other: WcagMeasure) -> bool:
    """Whether the later percentage stands on the very pages of the earlier one."""
    return (
        bool(other.pinned_from or one.pinned_from)
        and max(one.pinned_pages, other.pinned_pages) == one.pages_sampled == other.pages_sampled
    )


def within_error(one: WcagMeasure, other: WcagMeasure) -> bool:
    """Whether the two spans overlap; ValueError where one has no percentage."""
    mine, theirs = span(one), span(other)
    if mine is None or theirs is None:
        raise ValueError("no percentage")
    return mine[0] <= theirs[1] and theirs[0] <= mine[1]


def _is_small_sample(wcag: WcagMeasure) -> bool:
    return wcag.scope == Scope.SAMPLE and not wcag.bounds.reliable and wcag.pages_evaluated < MINIMUM_PAGES
