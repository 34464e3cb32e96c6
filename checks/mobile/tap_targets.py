"""Tap targets that a finger would miss, as Lighthouse 11's tap-targets audit finds them.

A fingertip is a square of 48 CSS pixels. A target smaller than that fails where, with the fingertip put on
its centre, another target gets at least a quarter of what the target itself gets. Where the phone shows
the page zoomed out the fingertip is so much larger. (Lighthouse 11.7.1: core/audits/seo/tap-targets.js,
core/lib/tappable-rects.js, core/lib/rect-helpers.js, described in our own words.)
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from checks.mobile.boxes import Box, touching
from crawler.evidence import TapTarget

FINGER = 48.0
"""Side of the fingertip, CSS pixels at scale 1."""

MAXIMUM_OVERLAP = 0.25
"""Share of a target's own part of the fingertip, from which on another target's part is too much."""

_ALIGNED = 10.0
"""Pieces of one target are in line where edges differ by no more than this."""

_MOST_PIECES = 50
"""The largest are kept: joining takes the cube of their number, and a page may hold a link of thousands."""


class Clash(msgspec.Struct, frozen=True):
    """A target that fails, with the other one that takes most of the fingertip."""

    target: TapTarget
    other: TapTarget
    overlap: float
    """The other's part of the fingertip over the target's own, from 0.25 up."""


def clashes(targets: Sequence[TapTarget], scale: float = 1.0) -> tuple[Clash, ...]:
    """Failing targets in the given order; `scale` is the visual viewport's after load."""
    finger = FINGER / min(scale, 1.0)
    shown = [target for target in targets if target.rects]
    boxes = [[Box.of(rect) for rect in target.rects] for target in shown]
    near = _near(shown, boxes, finger)
    pieces = {index: _tappable(boxes[index]) for index in {pair[0] for pair in near}}
    worst: dict[int, tuple[float, int]] = {}
    for index, other in near:
        overlap = _overlap(pieces[index], boxes[other], finger)
        if overlap >= MAXIMUM_OVERLAP and overlap > worst.get(index, (0.0, 0))[0]:
            worst[index] = (overlap, other)
    return tuple(Clash(shown[i], shown[other], overlap) for i, (overlap, other) in sorted(worst.items()))


def _near(targets: Sequence[TapTarget], boxes: Sequence[list[Box]], finger: float) -> list[tuple[int, int]]:
    """(small target, other target) where a fingertip could reach both and they do different things."""
    padded = [Box.around(one).padded(finger / 2) for one in boxes]
    small = [all(box.width < finger or box.height < finger for box in one) for one in boxes]
    pairs = [pair for pair in touching(padded) if not _same_address(targets[pair[0]], targets[pair[1]])]
    both = (*pairs, *((second, first) for first, second in pairs))
    return sorted(pair for pair in both if small[pair[0]])


def _same_address(one: TapTarget, other: TapTarget) -> bool:
    """Whether both lead to one page: then it doesn't matter which is hit."""
    return one.href == other.href and one.href.startswith(("http://", "https://"))


def _overlap(pieces: list[Box], others: list[Box], finger: float) -> float:
    """The worst overlap over the pieces of a target and of the other; 0 where one lies in the other."""
    worst = 0.0
    for piece in pieces:
        fingertip = Box.square(piece.centre, finger)
        most = max(fingertip.overlap(other) for other in others)
        worst = max(worst, most / fingertip.overlap(piece) if most else 0.0)
    if worst >= MAXIMUM_OVERLAP and _are_nested(pieces, others):
        return 0.0
    return worst


def _are_nested(pieces: list[Box], others: list[Box]) -> bool:
    return all(piece.contains(other) or other.contains(piece) for piece in pieces for other in others)


def _tappable(boxes: list[Box]) -> list[Box]:
    """The pieces of a target as a person sees them: specks and pieces inside others go, neighbours join."""
    seen = [box for box in boxes if box.width > 1 and box.height > 1]
    if len(seen) > _MOST_PIECES:
        seen = sorted(seen, key=lambda box: box.width * box.height)[-_MOST_PIECES:]
    return _joined(_outermost(seen))


def _outermost(boxes: list[Box]) -> list[Box]:
    """Without boxes that lie in another; of equal ones the last stays."""
    kept = set(range(len(boxes)))
    for index, box in enumerate(boxes):
        if any(other != index and boxes[other].contains(box) for other in kept):
            kept.discard(index)
    return [boxes[index] for index in sorted(kept)]


def _joined(boxes: list[Box]) -> list[Box]:
    """Join touching pieces in line with each other until none is left to join."""
    while (pair := _joinable(boxes)) is not None:
        first, second = pair
        rest = [box for index, box in enumerate(boxes) if index not in pair]
        boxes = [*rest, Box.around((boxes[first], boxes[second]))]
    return boxes


def _joinable(boxes: list[Box]) -> tuple[int, int] | None:
    for first in range(len(boxes)):
        for second in range(first + 1, len(boxes)):
            if _belong_together(boxes[first], boxes[second]):
                return first, second
    return None


def _belong_together(one: Box, other: Box) -> bool:
    """Whether two pieces touch, are in line, and a finger on the middle of both would hit one of them."""
    in_line = any(abs(mine - theirs) <= _ALIGNED for mine, theirs in zip(one, other, strict=True))
    if not in_line or not one.touches(other):
        return False
    centre = Box.around((one, other)).centre
    return one.has_point(centre) or other.has_point(centre)
