"""WCAG 2.2, 2.5.8 Target Size (Minimum), on a phone: reported beside the mobile verdict, never in it.

A target under 24 by 24 CSS pixels fails, unless a circle of 24 px around its middle meets no other target
and no other such circle (spacing), or a control of full size leads to the same address (equivalent).
Targets in a sentence are not in the evidence (inline). User agent and essential cannot be told.
"""

from __future__ import annotations

from collections.abc import Sequence

from checks.mobile.boxes import Box, touching
from crawler.evidence import TapTarget

MINIMUM = 24.0
"""CSS pixels; the scale does not matter."""


def undersized(targets: Sequence[TapTarget]) -> tuple[TapTarget, ...]:
    """The targets that fail, in the given order."""
    shown = [target for target in targets if target.rects]
    boxes = [Box.around(Box.of(rect) for rect in target.rects) for target in shown]
    small = [box.width < MINIMUM or box.height < MINIMUM for box in boxes]
    crowded = _crowded(boxes, small)
    full_size = {target.href for target, is_small in zip(shown, small, strict=True) if not is_small} - {""}
    return tuple(shown[i] for i in sorted(crowded) if shown[i].href not in full_size)


def _crowded(boxes: Sequence[Box], small: Sequence[bool]) -> set[int]:
    """Small targets whose circle meets another target or another small target's circle."""
    found: set[int] = set()
    for first, second in touching([box.padded(MINIMUM / 2) for box in boxes]):
        for one, other in ((first, second), (second, first)):
            if small[one] and _meets(boxes[one], boxes[other], small[other]):
                found.add(one)
    return found


def _meets(box: Box, other: Box, other_is_small: bool) -> bool:
    if other.distance(box.centre) < MINIMUM / 2:
        return True
    x, y = other.centre
    return other_is_small and Box(x, y, x, y).distance(box.centre) < MINIMUM
