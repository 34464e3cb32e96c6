"""Rectangles by their edges, and which of many lie near each other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from crawler.evidence import Rect


class Box(NamedTuple):
    """Edges in CSS pixels, from the document's top left corner."""

    left: float
    top: float
    right: float
    bottom: float

    @classmethod
    def of(cls, rect: Rect) -> Box:
        """The box of a rectangle in the evidence."""
        return cls(rect.x, rect.y, rect.x + rect.width, rect.y + rect.height)

    @classmethod
    def around(cls, boxes: Iterable[Box]) -> Box:
        """The smallest box that holds all of at least one."""
        lefts, tops, rights, bottoms = zip(*boxes, strict=True)
        return cls(min(lefts), min(tops), max(rights), max(bottoms))

    @classmethod
    def square(cls, centre: tuple[float, float], side: float) -> Box:
        """A square around a point."""
        x, y = centre
        return cls(x - side / 2, y - side / 2, x + side / 2, y + side / 2)

    @property
    def width(self) -> float:
        """Horizontal extent."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """Vertical extent."""
        return self.bottom - self.top

    @property
    def centre(self) -> tuple[float, float]:
        """The middle."""
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2

    @property
    def rect(self) -> Rect:
        """As evidence has it."""
        return Rect(self.left, self.top, self.width, self.height)

    def padded(self, by: float) -> Box:
        """Grown by so much on every side."""
        return Box(self.left - by, self.top - by, self.right + by, self.bottom + by)

    def contains(self, other: Box) -> bool:
        """Whether the other lies wholly inside, edges included."""
        return (
            self.left <= other.left
            and self.top <= other.top
            and self.right >= other.right
            and self.bottom >= other.bottom
        )

    def has_point(self, point: tuple[float, float]) -> bool:
        """Whether a point lies inside, edges included."""
        return self.left <= point[0] <= self.right and self.top <= point[1] <= self.bottom

    def touches(self, other: Box) -> bool:
        """Whether the two overlap or share an edge."""
        return (
            self.left <= other.right
            and other.left <= self.right
            and self.top <= other.bottom
            and other.top <= self.bottom
        )

    def overlap(self, other: Box) -> float:
        """Area that both cover, in square CSS pixels."""
        left, top, right, bottom = self
        other_left, other_top, other_right, other_bottom = other
        width = min(right, other_right) - max(left, other_left)
        if width <= 0:
            return 0.0
        height = min(bottom, other_bottom) - max(top, other_top)
        return width * height if height > 0 else 0.0

    def distance(self, point: tuple[float, float]) -> float:
        """From a point to the nearest place of the box; 0 inside."""
        across = max(self.left - point[0], 0.0, point[0] - self.right)
        down = max(self.top - point[1], 0.0, point[1] - self.bottom)
        return float((across**2 + down**2) ** 0.5)


def touching(boxes: Sequence[Box]) -> Iterator[tuple[int, int]]:
    """Index pairs of boxes that touch, each pair once: a sweep from top to bottom, so that a long page
    costs little more than a short one.
    """
    active: list[int] = []
    for index in sorted(range(len(boxes)), key=lambda i: boxes[i].top):
        box = boxes[index]
        active = [other for other in active if boxes[other].bottom >= box.top]
        for other in active:
            if boxes[other].left <= box.right and box.left <= boxes[other].right:
                yield other, index
        active.append(index)
