"""The picture of a page, from which every element that an answer points at can be cut out.

One picture down to a limit, not the screen alone and not one a finding: what will be pointed at is known only
after the page is gone. Its pixels are CSS pixels from the document's top, as the boxes of elements are.
"""

from __future__ import annotations

import asyncio
import base64

from msgspec.structs import replace

from crawler.evidence import Blob
from crawler.observing import SaveBlob
from crawler.page_answer import Budget
from crawler.tab import Tab

JPEG_QUALITY = 60
SECONDS = 5.0
HIGHEST = 8000
"""CSS pixels; nine of ten public pages end before. Chromium repeats itself below 16,384."""
WIDEST = 2000


async def screenshot(tab: Tab, save_blob: SaveBlob, budget: Budget) -> Blob | None:
    """The page as JPEG; None where it does not paint in time. Not scrolled to and not laid out anew, but told
    of one `resize`: the last thing to do with a page.

    Raises:
        OSError: `save_blob` could not keep it.

    """
    from playwright.async_api import Error

    seconds = min(SECONDS, max(budget.left, 0.5))
    try:
        width, height = await _size(tab, seconds)
        shot = await tab.send(
            "Page.captureScreenshot",
            seconds,
            format="jpeg",
            quality=JPEG_QUALITY,
            optimizeForSpeed=True,
            captureBeyondViewport=True,
            clip={"x": 0, "y": 0, "width": width, "height": height, "scale": 1},
        )
    except (Error, TimeoutError):
        tab.spoiled = True
        return None
    # Keeping it waits for a disk or a network.
    kept = await asyncio.to_thread(save_blob, base64.b64decode(shot["data"]), "image/jpeg")
    return replace(kept, width=width, height=height)


async def _size(tab: Tab, seconds: float) -> tuple[int, int]:
    """Width of the screen in CSS pixels (a phone's may be zoomed out) and height of the page."""
    metrics = await tab.send("Page.getLayoutMetrics", seconds)
    screen, content = metrics["cssVisualViewport"], metrics["cssContentSize"]
    width, height = round(screen["clientWidth"]), round(screen["clientHeight"])
    return min(width, WIDEST), min(max(height, round(content["height"])), HIGHEST)


_SAID = (
    "(({ all, shownText }) => { const { found, roots } = all(); return [shownText(roots), "
    "document.documentElement.outerHTML, ...roots.map((root) => root.innerHTML), "
    "...found.map((one) => (typeof one.value === 'string' ? one.value : ''))].join('\\n'); })"
    "(eindekss.elements)"
)


async def shows_secret(tab: Tab, budget: Budget) -> bool:
    """Whether the document holds something that the operator had sent to the site: then no picture is taken
    of it. What is in frames, or drawn by scripts, is not seen.
    """
    redactor = tab.access.redactor
    return bool(redactor) and redactor.finds(str(await tab.ask(_SAID, budget.left)))
