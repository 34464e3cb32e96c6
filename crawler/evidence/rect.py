"""A place on a page."""

from __future__ import annotations

import msgspec


class Rect(msgspec.Struct, frozen=True):
    """CSS pixels, from the document's top left corner."""

    x: float
    y: float
    width: float
    height: float
