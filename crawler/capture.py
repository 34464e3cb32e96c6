"""The desktop pass: one page, observed by a real browser, as evidence."""

from __future__ import annotations

from typing import Any, NamedTuple

from crawler.axe import AxeScript, run_axe
from crawler.browser import SiteContext
from crawler.browser_failures import Guard
from crawler.consent import met
from crawler.evidence import AuditSettings, Failure, FailureReason, Page, http_failure
from crawler.observe import Observed, merged_resources, observe
from crawler.observing import Clock, Notes, SaveBlob, going_elsewhere, observed
from crawler.page_answer import Budget, Loading
from crawler.page_load import load
from crawler.screenshot import screenshot, shows_secret
from crawler.script import desktop_script
from crawler.second_engine import run_second_engine
from crawler.tab import ScriptError, Tab
from crawler.zoomed import look_zoomed

_SEEN = (
    "html", "html_truncated", "title", "lang", "text_length", "text", "element_count",
    "links", "forms", "controls", "frames", "boxes",
)  # fmt: skip


class _Desktop(NamedTuple):
    """What a desktop capture needs besides the tab."""

    loading: Loading
    settings: AuditSettings
    axe: AxeScript
    save_blob: SaveBlob
    context: SiteContext


async def capture_page(  # noqa: PLR0913 - the parts of a run, all named
    context: SiteContext,
    url: str,
    *,
    settings: AuditSettings,
    axe: AxeScript,
    save_blob: SaveBlob,
    clock: Clock,
    roles: tuple[str, ...] = (),
    guard: Guard | None = None,
) -> Page:
    """Load `url`, wait for quiet, observe, run axe-core, take a screenshot.

    Never raises for the site's doing: what prevents observing is in `failure`, with what was seen until
    then. A page that answers 404 is observed, but not tested with axe-core. Once it has a tab it takes no
    longer than `settings.timeout` and a little, a crash tried once more included.

    Raises:
        OSError: `save_blob` could not keep the screenshot.
        CrawlerError: the browser can't be started again.

    """
    budget = Budget(settings.timeout)
    how = _Desktop(Loading(budget, settings.max_body, guard), settings, axe, save_blob, context)

    async def watch(tab: Tab, notes: Notes[Page]) -> None:
        try:
            await _watch(tab, notes, how)
        finally:
            notes.add(dialogs=tuple(tab.dialogs), popups=tab.popups, downloads=tab.downloads)

    blank = Page(url=url, final_url=url, captured_at=clock().isoformat(), roles=roles)
    return await observed(context, blank, desktop_script(axe.source), watch, budget)


async def _watch(tab: Tab, notes: Notes[Page], how: _Desktop) -> None:
    answer = await load(tab, notes.view.url, how.loading)
    banner = await met(tab, how.context, how.settings, answer, how.loading)
    answer = banner.answer
    notes.stage("load")
    notes.add(**answer.known(), consent=banner.record)
    if answer.failure is not None or not answer.load_event:
        tab.spoiled = True
    if answer.failure is not None:
        return
    notes.add(**_seen(await observe(tab, how.settings, how.loading.budget.left), tab, answer.final_url))
    notes.stage("observe")
    if http_failure(answer.status or 200) is None:
        await _axe(tab, notes, how)
    notes.stage("axe")
    if await shows_secret(tab, how.loading.budget):
        notes.add(withheld=True)
    else:
        notes.add(screenshot=await screenshot(tab, how.save_blob, how.loading.budget))
    notes.stage("screenshot")
    if how.settings.second_engine and notes.view.axe is not None:
        notes.add(second=await run_second_engine(tab, max(how.loading.budget.left - 0.5, 0.1)))
        notes.stage("second")
        notes.add(cut_text=await look_zoomed(tab, max(how.loading.budget.left - 0.5, 0.1)))
        notes.stage("zoomed")


def _seen(seen: Observed, tab: Tab, final_url: str) -> dict[str, Any]:
    known: dict[str, Any] = {name: getattr(seen, name) for name in _SEEN}
    failed = [one for one in tab.failed if one.url != final_url]
    known["resources"] = merged_resources(seen.resources, failed)
    return known


async def _axe(tab: Tab, notes: Notes[Page], how: _Desktop) -> None:
    """Axe's failing leaves the rest of the evidence standing."""
    try:
        notes.add(axe=await run_axe(tab, how.axe, max(how.loading.budget.left - 0.5, 0.1)))
    except ScriptError as error:
        detail = str(error)[:200]
        notes.fail(going_elsewhere(tab, detail) or Failure(FailureReason.AXE_FAILED, detail))
    except TimeoutError:
        tab.spoiled = True
        notes.fail(Failure(FailureReason.AXE_FAILED, "not finished within the page's time"))
