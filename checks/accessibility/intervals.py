"""How sure a sample's percentage is: t interval with finite-population factor, and what bands it meets."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import cache

import msgspec

from checks.accessibility import bands
from checks.accessibility.formulas import mean

MINIMUM_PAGES = 10
"""Below this the interval covers the true value far less often than it says (simulated: 0.27 to 0.92)."""

RELIABLE_PAGES = 30
"""From this on it covers it about as often as it says (simulated: 0.89 to 0.96)."""

_LEVEL = 0.95


class Interval(msgspec.Struct, frozen=True):
    """A 95 % interval of a percentage, within 0 to 100."""

    low: Fraction
    high: Fraction


def t_interval(percents: Sequence[Fraction], population: int | None) -> Interval | None:
    """The 95 % interval of the mean over all pages, from uniform random pages without replacement.

    mean ± t(n-1) · s/√n · √(1-n/N) (Cochran, Sampling Techniques, section 2.8), with N = `population`,
    or no finite-population factor where N is unknown. None for fewer than 10 pages, for a census (n ≥ N),
    and where all pages have the same percent: no variation was observed, so none can be estimated.
    """
    size = len(percents)
    if size < MINIMUM_PAGES or (population is not None and size >= population):
        return None
    centre = mean(percents)
    variance = sum(((p - centre) ** 2 for p in percents), start=Fraction(0)) / (size - 1)
    if not variance:
        return None
    unseen = Fraction(1) if population is None else 1 - Fraction(size, population)
    half = Fraction(t_quantile(size - 1) * math.sqrt(variance / size * unseen))
    return Interval(max(Fraction(0), centre - half), min(Fraction(100), centre + half))


@cache
def t_quantile(degrees: int) -> float:
    """The 0.975 quantile of Student's t for whole degrees of freedom, by bisecting the exact
    two-sided probability (Abramowitz and Stegun, 26.7.3 and 26.7.4).
    """
    low, high = 0.0, math.pi / 2
    while low < (middle := (low + high) / 2) < high:
        if _probability(middle, degrees) < _LEVEL:
            low = middle
        else:
            high = middle
    return math.tan(high) * math.sqrt(degrees)


def _probability(theta: float, degrees: int) -> float:
    """P(|T| < tan(theta) · √degrees): a finite sum for whole degrees of freedom."""
    cos2 = math.cos(theta) ** 2
    odd = degrees % 2
    term = math.sin(theta) * (math.cos(theta) if odd else 1.0)
    total = 0.0
    for step in range(degrees // 2):
        total += term
        numerator, denominator = (2 * step + 2, 2 * step + 3) if odd else (2 * step + 1, 2 * step + 2)
        term *= cos2 * numerator / denominator
    return (2 / math.pi) * (theta + total) if odd else total


def other_band(percent: Decimal, limits: Iterable[Fraction]) -> int | None:
    """The band that the points could be in instead, or None where all limits lie in the same band.

    Of several the one furthest away is named (of two equally far the lower), so that a reader sees how
    far the uncertainty goes.
    """
    own = bands.band(percent)
    reached = {bands.band(bands.rounded(limit)) for limit in limits} - {own}
    return max(reached, key=lambda number: (abs(number - own), number), default=None)
