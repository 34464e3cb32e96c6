"""The uniform random order in which a site's pages are taken into its sample."""

from __future__ import annotations

import random
from collections.abc import Sequence


def draw(population: Sequence[str], seed: int) -> tuple[str, ...]:
    """A uniform random permutation of the population's distinct URLs, the same for the same seed.

    WCAG-EM 1.0 step 3.b: the caller takes from the front until it has enough pages that can be
    evaluated, which is simple random sampling without replacement. The order of `population` and
    repetitions in it do not matter. Fisher-Yates by Python's Mersenne Twister, whose `shuffle` is
    stable over Python 3.11 to 3.13.
    """
    order = sorted(set(population))
    random.Random(seed).shuffle(order)  # noqa: S311 - to be drawn again from a seed is the point
    return tuple(order)
