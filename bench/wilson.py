"""Shares with how sure they are."""

from __future__ import annotations

import math

_Z = 1.959963984540054
"""The 0.975 quantile of the normal distribution."""


def interval(hits: int, size: int) -> tuple[float, float]:
    """Wilson's 95 % score interval of hits / size, as shares from 0 to 1 (Wilson 1927)."""
    if not size:
        return 0.0, 1.0
    share_ = hits / size
    scale = 1 + _Z**2 / size
    centre = (share_ + _Z**2 / (2 * size)) / scale
    half = _Z * math.sqrt(share_ * (1 - share_) / size + _Z**2 / (4 * size**2)) / scale
    return max(0.0, centre - half), min(1.0, centre + half)


def share(hits: int, size: int) -> str:
    """`83/140 = 59 % (51–67)`: with the 95 % Wilson interval in percent."""
    if not size:
        return "0/0"
    low, high = interval(hits, size)
    return f"{hits}/{size} = {100 * hits / size:.0f} % ({100 * low:.0f}–{100 * high:.0f})"
