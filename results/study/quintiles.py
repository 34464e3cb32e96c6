"""Fifths of the institutions by a number of the registry (services, employees, documents).

Method: nearest rank. The limits are the values at ranks ceil(n/5), ceil(2n/5), … of the known numbers in
ascending order; an institution is in the first fifth whose limit is not below its number. So equal numbers
are always in the same fifth, whatever the order; with many ties a fifth may be larger, or empty and left out.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping

FIFTHS = 5


def quintiles(numbers: Mapping[int, float]) -> dict[int, int]:
    """Fifth, 1 (smallest numbers) to 5, by key; nothing where fewer than five numbers are known."""
    if len(numbers) < FIFTHS:
        return {}
    ordered = sorted(numbers.values())
    limits = [ordered[-(-len(ordered) * part // FIFTHS) - 1] for part in range(1, FIFTHS + 1)]
    return {key: bisect_left(limits, number) + 1 for key, number in numbers.items()}
