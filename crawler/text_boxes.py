"""Text by font size, counted as Lighthouse 11.7.1 counts it: by Chromium's own text boxes."""

from __future__ import annotations

from collections import Counter
from typing import Any

from crawler.evidence import TextRun
from crawler.tab import Tab


async def text_runs(tab: Tab, seconds: float) -> tuple[TextRun, ...]:
    """Visible text of the page, ascending by computed font size.

    A text counts once for each box that it is laid out in; Chromium begins a box with each line and after
    each collapsed white space, which no script in the page can see. Hidden text is left out (Lighthouse 12
    does so, 11 did not yet).

    Raises:
        TimeoutError, PageLost, playwright.async_api.Error: the page does not answer or went away.

    """
    snapshot = await tab.send(
        "DOMSnapshot.captureSnapshot", seconds, computedStyles=["font-size", "visibility"]
    )
    found: Counter[float] = Counter()
    for document in snapshot["documents"]:
        _count(document, snapshot["strings"], found)
    return tuple(TextRun(size, length) for size, length in sorted(found.items()))


def _count(document: dict[str, Any], strings: list[str], found: Counter[float]) -> None:
    texts, styles = document["layout"]["text"], document["layout"]["styles"]
    for index in document["textBoxes"]["layoutIndex"]:
        text = texts[index]
        length = len(strings[text].strip()) if text >= 0 else 0
        if length == 0:
            continue
        size, visibility = (strings[style] for style in styles[index])
        if visibility == "visible":
            found[float(size.removesuffix("px"))] += length
