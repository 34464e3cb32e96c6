"""The phone pass: one page as a Nexus 5X shows it, gathered for specification `mft/1`."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

import msgspec

from crawler.browser import SiteContext
from crawler.browser_failures import Guard
from crawler.consent import met
from crawler.evidence import (
    AuditSettings,
    Failure,
    FailureReason,
    MobileView,
    PluginElement,
    Resource,
    SmallText,
    TapTarget,
    WideElement,
)
from crawler.observe import merged_resources
from crawler.observing import Clock, Notes, SaveBlob, observed
from crawler.page_answer import Answer, Budget, Loading
from crawler.page_load import load
from crawler.screenshot import screenshot, shows_secret
from crawler.script import phone_script
from crawler.tab import Tab
from crawler.text_boxes import text_runs

MAX_SMALL = 20
MAX_WIDE = 20
MAX_TARGETS = 2000
MAX_ELEMENTS = 50_000
"""Chromium's snapshot of a larger page keeps this process busy for seconds, at the other pages' cost."""
_ELEMENTS = "document.getElementsByTagName('*').length"
SMALL_FONT = 12
QUIET_CAP = 10.0


class _Gathered(msgspec.Struct, frozen=True, kw_only=True):
    """js/mobile.js's answer; fields as in `crawler.evidence.MobileView`."""

    layout_width: float
    inner_width: float
    scale: float
    viewports: tuple[str, ...]
    small_text: tuple[SmallText, ...]
    targets: tuple[TapTarget, ...]
    wide: tuple[WideElement, ...]
    plugins: tuple[PluginElement, ...]
    text_length: int
    sheets: tuple[str, ...]
    """Addresses of the page's style sheets."""
    resources: tuple[tuple[str, str, int | None], ...]
    """(address, initiator, status) of sub-requests that failed."""


class _Phone(NamedTuple):
    """What a phone capture needs besides the tab."""

    loading: Loading
    settings: AuditSettings
    save_blob: SaveBlob | None
    context: SiteContext


async def capture_mobile(
    context: SiteContext,
    url: str,
    *,
    settings: AuditSettings,
    save_blob: SaveBlob | None,
    clock: Clock,
    guard: Guard | None = None,
) -> MobileView:
    """Load `url` in a phone context and gather what the mobile check judges. Loaded once more where a
    style sheet failed. Without `save_blob` there is no screenshot. Limits and errors as for `capture_page`.
    """
    budget = Budget(settings.timeout)
    how = _Phone(Loading(budget, settings.max_body, guard, QUIET_CAP), settings, save_blob, context)

    async def watch(tab: Tab, notes: Notes[MobileView]) -> None:
        await _watch(tab, notes, how)

    width, height = settings.phone
    blank = MobileView(
        url=url,
        final_url=url,
        captured_at=clock().isoformat(),
        screen_width=width,
        screen_height=height,
    )
    return await observed(context, blank, phone_script(), watch, budget)


async def _watch(tab: Tab, notes: Notes[MobileView], how: _Phone) -> None:
    for again in (True, False):
        tab.failed.clear()
        answer = await load(tab, notes.view.url, how.loading)
        banner = await met(tab, how.context, how.settings, answer, how.loading)
        answer = banner.answer
        notes.stage("load")
        notes.add(**_known(answer), consent=banner.record)
        if answer.failure is not None or not answer.load_event:
            tab.spoiled = True
        if answer.failure is not None:
            return
        if await tab.ask(_ELEMENTS, how.loading.budget.left) > MAX_ELEMENTS:
            tab.spoiled = True
            notes.fail(Failure(FailureReason.TOO_LARGE, f"more than {MAX_ELEMENTS} elements"))
            return
        resources = await _gather(tab, notes, how, answer)
        if not (again and _sheet_failed(resources) and how.loading.budget.left > how.settings.timeout / 2):
            break
    if how.save_blob is not None and not await shows_secret(tab, how.loading.budget):
        notes.add(screenshot=await screenshot(tab, how.save_blob, how.loading.budget))
        notes.stage("screenshot")


def _known(answer: Answer) -> dict[str, Any]:
    known = answer.known()
    return {name: known[name] for name in known if name in MobileView.__struct_fields__}


def _sheet_failed(resources: tuple[Resource, ...]) -> bool:
    return any(one.type == "stylesheet" for one in resources)


async def _gather(tab: Tab, notes: Notes[MobileView], how: _Phone, answer: Answer) -> tuple[Resource, ...]:
    budget = how.loading.budget
    options = json.dumps(
        {
            "screenWidth": how.settings.phone[0],
            "smallFont": SMALL_FONT,
            "maxSmall": MAX_SMALL,
            "maxWide": MAX_WIDE,
            "maxTargets": MAX_TARGETS,
        }
    )
    # Before the hit test: it scrolls, and pages react to that.
    text = await text_runs(tab, budget.left)
    metrics = await tab.send("Page.getLayoutMetrics", budget.left)
    answer_text = await tab.ask(f"eindekss.mobile({options})", budget.left)
    gathered = msgspec.json.decode(answer_text, type=_Gathered)
    failed = [one for one in tab.failed if one.url != answer.final_url]
    resources = _sheets_first(merged_resources(gathered.resources, failed), gathered.sheets)
    seen = {name: getattr(gathered, name) for name in _SEEN}
    notes.add(text=text, content_width=float(metrics["cssContentSize"]["width"]), resources=resources, **seen)
    notes.stage("observe")
    return resources


_SEEN = (
    "layout_width", "inner_width", "scale", "viewports", "small_text", "targets", "wide",
    "plugins", "text_length",
)  # fmt: skip


def _sheets_first(found: tuple[Resource, ...], sheets: tuple[str, ...]) -> tuple[Resource, ...]:
    """Sub-requests that failed; without its style sheets a page tells little."""
    named = tuple(
        msgspec.structs.replace(one, type="stylesheet") if one.url in sheets else one for one in found
    )
    return tuple(sorted(named, key=lambda one: one.type != "stylesheet"))
