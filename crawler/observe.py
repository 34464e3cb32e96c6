"""What the desktop pass keeps of a rendered document: the shape of js/observe.js's answer."""

from __future__ import annotations

import json

import msgspec

from crawler.evidence import AuditSettings, Box, Control, Form, Frame, Link, Resource
from crawler.tab import Tab

MAX_TEXT = 20_000
MAX_ITEMS = 10_000
"""Links, forms, controls and frames kept of one page, each."""
MAX_BOXES = 3_000
MAX_RESOURCES = 200


class Observed(msgspec.Struct, frozen=True, kw_only=True):
    """A document as it stood; fields as in `crawler.evidence.Page`."""

    html: str
    html_truncated: bool
    title: str
    lang: str
    text_length: int
    text: str
    element_count: int
    links: tuple[Link, ...]
    forms: tuple[Form, ...]
    controls: tuple[Control, ...]
    frames: tuple[Frame, ...]
    boxes: tuple[Box, ...]
    resources: tuple[tuple[str, str, int | None], ...]
    """(address, initiator, status) of sub-requests that failed or went to another host."""
    omitted: int
    """Items beyond the cap, or that could not be read."""


async def observe(tab: Tab, settings: AuditSettings, seconds: float) -> Observed:
    """One evaluation in the isolated world.

    Raises:
        TimeoutError: the page does not answer.
        ScriptError: our script threw.
        PageLost, playwright.async_api.Error: the page went away.

    """
    options = json.dumps(
        {"maxHtml": settings.max_body, "maxText": MAX_TEXT, "maxItems": MAX_ITEMS, "maxBoxes": MAX_BOXES}
    )
    text = await tab.ask(f"eindekss.observe({options})", seconds)
    return msgspec.json.decode(text, type=Observed)


def merged_resources(
    observed: tuple[tuple[str, str, int | None], ...], failed: list[Resource]
) -> tuple[Resource, ...]:
    """Failed sub-requests first, then those to other hosts; each address once."""
    kinds = {url: kind for url, kind, _ in observed}
    found = {one.url: msgspec.structs.replace(one, type=kinds.get(one.url, "")) for one in failed}
    others: dict[str, Resource] = {}
    for url, kind, status in observed:
        if url in found:
            continue
        if status is not None and status >= 400:
            found[url] = Resource(url=url, type=kind, status=status, failure=f"HTTP {status}")
        else:
            others.setdefault(url, Resource(url=url, type=kind, status=status))
    return (*found.values(), *others.values())[:MAX_RESOURCES]
