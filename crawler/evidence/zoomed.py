"""What zooming a page to 200 % does to its text."""

from __future__ import annotations

import msgspec


class CutText(msgspec.Struct, frozen=True, kw_only=True):
    """Text that a box cuts through where the page is zoomed to 200 %."""

    selector: str
    snippet: str
    text: str
    """At most 200 characters."""
    how: str
    """`height`: a line is cut through by a box too low; `width`: a line runs out of a box too narrow."""
