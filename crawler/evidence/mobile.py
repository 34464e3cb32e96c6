"""One page as a phone showed it; what specification `mft/1` needs to judge it later.

All lengths are CSS pixels of the layout viewport unless said otherwise.
"""

from __future__ import annotations

import msgspec

from crawler.evidence.access import ConsentRecord
from crawler.evidence.failure import Failure
from crawler.evidence.page import Blob, Resource
from crawler.evidence.rect import Rect


class TextRun(msgspec.Struct, frozen=True):
    """Visible text of one computed font size, added up over its text boxes."""

    font_px: float
    length: int
    """Sum over text boxes of the trimmed code points of the text node (a node that wraps into n boxes
    counts n times, as in Lighthouse 11's font-size audit)."""


class SmallText(msgspec.Struct, frozen=True):
    """An element whose text is under 12 px; the largest by text first, at most 20 a page."""

    selector: str
    snippet: str
    font_px: float
    length: int
    rect: Rect


class TapTarget(msgspec.Struct, frozen=True, kw_only=True):
    """A tap target as Lighthouse 11 gathers it: visible, hit-tested, not inside a text block."""

    selector: str
    snippet: str
    href: str = ""
    rects: tuple[Rect, ...]
    """Client rectangles of the element and its descendants that survive the hit test."""


class WideElement(msgspec.Struct, frozen=True):
    """An element whose right edge passes the screen and that no ancestor clips; at most 20 a page."""

    selector: str
    snippet: str
    rect: Rect


class PluginElement(msgspec.Struct, frozen=True):
    """applet, embed or object with what it would load; judged later."""

    selector: str
    snippet: str
    tag: str
    type: str = ""
    source: str = ""
    """src, data, code, or the param movie/code/source/src."""
    rect: Rect | None = None
    """Null where it shows nothing."""


class MobileView(msgspec.Struct, frozen=True, kw_only=True):
    """Evidence of one phone capture (411x731, Nexus 5X)."""

    url: str
    captured_at: str
    final_url: str = ""
    status: int | None = None
    content_type: str = ""
    screen_width: int = 411
    screen_height: int = 731
    layout_width: float = 0
    """document.documentElement.clientWidth."""
    inner_width: float = 0
    """window.innerWidth: what Lighthouse 11 compares with the outer width."""
    scale: float = 1
    """visualViewport.scale after load."""
    content_width: float = 0
    """Page.getLayoutMetrics cssContentSize.width."""
    viewports: tuple[str, ...] = ()
    """Content of every `meta[name=viewport]`, document order."""
    text: tuple[TextRun, ...] = ()
    """Ascending by font size."""
    small_text: tuple[SmallText, ...] = ()
    targets: tuple[TapTarget, ...] = ()
    wide: tuple[WideElement, ...] = ()
    plugins: tuple[PluginElement, ...] = ()
    text_length: int = 0
    resources: tuple[Resource, ...] = ()
    """Sub-requests that failed, stylesheets first."""
    load_event: bool = True
    screenshot: Blob | None = None
    seconds: dict[str, float] = msgspec.field(default_factory=dict)
    failure: Failure | None = None
    consent: ConsentRecord | None = None
    """As of a desktop page."""
