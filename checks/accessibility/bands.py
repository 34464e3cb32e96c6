"""The study's bands of M16J, on the percentage rounded once."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import msgspec

from checks import questionnaire

CODE = "M16J"

NOT_EVALUABLE = 4
"""Band of a site that cannot be evaluated because of the site ("nav iespējams novērtēt")."""


_LOWEST = {1: Decimal("95.01"), 2: Decimal("85.00"), 3: Decimal("70.00")}
"""The lowest percentage of each band but the last, to two decimals."""


def rounded(percent: Fraction) -> Decimal:
    """Percent to two decimals, half up (95.005 becomes 95.01), exactly; `percent` is not negative."""
    hundredths = (200 * percent.numerator + percent.denominator) // (2 * percent.denominator)
    return Decimal(hundredths).scaleb(-2)


def band(percent: Decimal) -> int:
    """Band of a rounded percentage: above 95.00 is 1, from 85.00 it is 2, from 70.00 it is 3, else 4."""
    if percent > 95:
        return 1
    if percent >= 85:
        return 2
    return 3 if percent >= 70 else NOT_EVALUABLE


class NextBand(msgspec.Struct, frozen=True):
    """The next better band, and how many percentage points it is away."""

    band: int
    percent: Decimal
    """The lowest percentage in it."""
    missing: Decimal


def next_band(percent: Decimal) -> NextBand | None:
    """What is next above a rounded percentage; None in the best band."""
    better = band(percent) - 1
    if not better:
        return None
    lowest = _LOWEST[better]
    return NextBand(better, lowest, lowest - percent)


def points(number: int) -> int:
    """The study's points for a band."""
    found = questionnaire.points(CODE, number)
    if found is None:
        raise ValueError(f"the study has no band {number}")
    return found
