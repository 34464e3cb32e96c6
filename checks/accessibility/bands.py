"""The study's bands of M16J, on the percentage rounded once."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from checks import questionnaire

CODE = "M16J"

NOT_EVALUABLE = 4
"""Band of a site that cannot be evaluated because of the site ("nav iespējams novērtēt")."""


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


def points(number: int) -> int:
    """The study's points for a band."""
    found = questionnaire.points(CODE, number)
    if found is None:
        raise ValueError(f"the study has no band {number}")
    return found
