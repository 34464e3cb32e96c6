"""Looks at a page as it is at 200 % zoom, for text that is cut off there."""

from __future__ import annotations

import msgspec

from crawler.bounded import bounded
from crawler.browser_failures import PageLost
from crawler.evidence import CutText
from crawler.script import script
from crawler.tab import ScriptError, Tab

WINDOW = (640, 512)
"""1280 x 1024, the window of WCAG 1.4.10 and of the ACT rule 59br37, at 200 %."""
SECONDS = 5.0


async def look_zoomed(tab: Tab, seconds: float) -> tuple[CutText, ...] | None:
    """Text cut through at 200 %, at most 20 places; None where the page could not be looked at so.

    The tab is not to be used again: a page may keep what it did for the small window.
    """
    from playwright.async_api import Error

    tab.spoiled = True
    left = min(seconds, SECONDS)
    try:
        width, height = WINDOW
        await bounded(tab.page.set_viewport_size({"width": width, "height": height}), left, unless=tab.lost)
        world = await tab.world(left)
        await tab.evaluate(f"{script('elements')}{script('zoomed')};0", left, world)
        text = await tab.evaluate("eindekss.zoomed.look()", left, world)
        return msgspec.json.decode(text, type=tuple[CutText, ...])
    except (Error, PageLost, ScriptError, TimeoutError, msgspec.DecodeError):
        return None
