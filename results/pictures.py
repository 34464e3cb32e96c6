"""Cutting the parts that answers point at out of stored pictures: the same bytes in, the same bytes out.

Pillow does it: Chromium could only by opening every picture in a page, which a report must not need.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from math import ceil

from PIL import Image, ImageDraw, UnidentifiedImageError

from checks.finding import Clip
from crawler.evidence import Blob, Rect

QUALITY = 50
"""Of WebP; text stays legible, and a clip takes about 5 KB."""
EFFORT = 2
"""Of 6: half the time of 4 for a twentieth more bytes."""
MEDIA_TYPE = "image/webp"
_LABEL = 15
"""Pixels of a label's letters where the picture is as wide as a phone."""
_PHONE = 411
"""Pixels: a page that is wider is shown smaller, so what is drawn on it has to be larger."""
_OUTLINE, _HALO = (200, 0, 60), (255, 255, 255)
_Box = tuple[int, int, int, int]

Stored = Callable[[str], bytes]
"""A stored picture by its digest; empty where it is gone."""


class Pictures:
    """The stored pictures of one run. The last few are kept decoded: answers point at the same pages."""

    def __init__(self, stored: Stored) -> None:
        self._decoded = lru_cache(maxsize=4)(lambda digest: _decoded(stored(digest)))

    def clip(self, clip: Clip) -> bytes:
        """The clip as WebP with the element outlined; empty where the picture can't be had."""
        picture = self._decoded(clip.picture)
        if picture is None:
            return b""
        scale = picture.width / clip.width
        area = _pixels(clip.area, scale)
        part = picture.crop(area)
        left, top, right, bottom = _pixels(clip.element, scale)
        outlined = (left - area[0], top - area[1], right - area[0], bottom - area[1])
        _outline(part, outlined)
        return _encoded(part)

    def screen(self, digest: str, ratio: float) -> bytes:
        """The top of a picture as WebP, `ratio` times as high as wide; empty where it can't be had."""
        picture = self._decoded(digest)
        if picture is None:
            return b""
        height = min(picture.height, round(picture.width * ratio))
        return _encoded(picture.crop((0, 0, picture.width, height)))

    def marked(self, picture: Blob, marks: Mapping[str, Rect], height: float) -> bytes:
        """The top of a page's picture as WebP, `height` CSS pixels of it, each mark outlined and labelled;
        empty where it can't be had.
        """
        whole = self._decoded(picture.digest)
        if whole is None or not picture.width:
            return b""
        scale = whole.width / picture.width
        part = whole.crop((0, 0, whole.width, min(whole.height, round(height * scale))))
        drawn = ((name, _pixels(rect, scale)) for name, rect in marks.items())
        _draw(part, {name: box for name, box in drawn if box[1] < part.height and box[0] < part.width})
        return _encoded(part)


def _draw(part: Image.Image, marks: Mapping[str, _Box]) -> None:
    """All outlines, then all names: beside each other where marks begin at one place."""
    size = max(1.0, part.width / _PHONE)
    for around in marks.values():
        _outline(part, around, int(size))
    taken: list[_Box] = []
    for name, around in marks.items():
        taken.append(_label(part, name, around, size, taken))


def _label(part: Image.Image, name: str, around: _Box, size: float, taken: Sequence[_Box]) -> _Box:
    """A mark's name on a box of the outline's colour, at the outline's upper left corner, or the next place
    to its right that is free; gives the box.
    """
    draw = ImageDraw.Draw(part)
    letters, edge = _LABEL * size, round(3 * size)
    width, height = (round(of) for of in draw.textbbox((0, 0), name, font_size=letters)[2:])
    wide, high = width + 2 * edge, height + edge
    left, top = max(min(around[0], part.width - wide), 0), max(around[1], 0)
    while left + wide < part.width and any(_meet((left, top, left + wide, top + high), box) for box in taken):
        left += edge
    draw.rectangle((left, top, left + wide, top + high), fill=_OUTLINE)
    draw.text((left + edge, top + size), name, fill=_HALO, font_size=letters)
    return left, top, left + wide, top + high


def _meet(one: _Box, other: _Box) -> bool:
    return one[0] <= other[2] and other[0] <= one[2] and one[1] <= other[3] and other[1] <= one[3]


def _decoded(data: bytes) -> Image.Image | None:
    try:
        picture = Image.open(io.BytesIO(data))
        picture.load()
        # `convert` copies even what is in RGB already, and a page's picture takes 30 MB.
        return picture if picture.mode == "RGB" else picture.convert("RGB")
    except (UnidentifiedImageError, OSError):
        return None


def _pixels(rect: Rect, scale: float) -> _Box:
    right, bottom = rect.x + rect.width, rect.y + rect.height
    return round(rect.x * scale), round(rect.y * scale), ceil(right * scale), ceil(bottom * scale)


def _outline(part: Image.Image, around: _Box, size: int = 1) -> None:
    """Two lines outside the element, light and dark, to stand out on any ground; inside the clip's edge."""
    draw = ImageDraw.Draw(part)
    lines = (_HALO,) * size + (_OUTLINE,) * 2 * size + (_HALO,) * size
    for distance, colour in zip(range(4 * size, 0, -1), lines, strict=True):
        left, top = max(around[0] - distance, 0), max(around[1] - distance, 0)
        right = min(around[2] - 1 + distance, part.width - 1)
        bottom = min(around[3] - 1 + distance, part.height - 1)
        draw.rectangle((left, top, right, bottom), outline=colour)


def _encoded(part: Image.Image) -> bytes:
    out = io.BytesIO()
    part.save(out, "WEBP", quality=QUALITY, method=EFFORT)
    return out.getvalue()
