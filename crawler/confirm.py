"""The second capture of a page that carries a score: a fresh load, and the measuring alone."""

from __future__ import annotations

import msgspec

from crawler.axe import run_axe
from crawler.browser import SiteContext
from crawler.consent import met
from crawler.evidence import (
    Confirmation,
    ConfirmMobile,
    ConfirmPage,
    Failure,
    FailureReason,
    MobileView,
    Page,
    http_failure,
)
from crawler.instruments import Instruments
from crawler.mobile import capture_mobile
from crawler.observing import Notes, going_elsewhere, observed
from crawler.page_answer import Budget, Loading
from crawler.page_load import load
from crawler.script import desktop_script
from crawler.tab import ScriptError, Tab

_TEXT_LENGTH = "(({ all, shownText }) => Array.from(shownText(all().roots)).length)(eindekss.elements)"


def unconfirmed(plan: ConfirmPage | ConfirmMobile, captured_at: str, failure: Failure) -> Confirmation:
    """There is no second capture, and why."""
    return Confirmation(plan=plan, captured_at=captured_at, failure=failure)


async def confirm(
    plan: ConfirmPage | ConfirmMobile, desktop: SiteContext, phone: SiteContext, tools: Instruments
) -> Confirmation:
    """Load the page again and measure it; no screenshot. Limits and errors as for the first captures."""
    if isinstance(plan, ConfirmPage):
        return await _on_desktop(plan, desktop, tools)
    view = await capture_mobile(
        phone, plan.url, settings=tools.settings, save_blob=None, clock=tools.clock, guard=tools.guard
    )
    return msgspec.structs.replace(_confirmation(plan, view), view=view)


async def _on_desktop(plan: ConfirmPage, context: SiteContext, tools: Instruments) -> Confirmation:
    loading = Loading(Budget(tools.settings.timeout), tools.settings.max_body, tools.guard)

    async def watch(tab: Tab, notes: Notes[Page]) -> None:
        await _watch(tab, notes, loading, tools, context)

    blank = Page(url=plan.url, final_url=plan.url, captured_at=tools.clock().isoformat())
    page = await observed(context, blank, desktop_script(tools.axe.source), watch, loading.budget)
    return msgspec.structs.replace(_confirmation(plan, page), axe=page.axe, text_length=page.text_length)


async def _watch(
    tab: Tab, notes: Notes[Page], loading: Loading, tools: Instruments, context: SiteContext
) -> None:
    answer = await load(tab, notes.view.url, loading)
    answer = (await met(tab, context, tools.settings, answer, loading)).answer
    notes.add(**answer.known())
    if answer.failure is not None or not answer.load_event:
        tab.spoiled = True
    if answer.failure is not None:
        return
    refused = http_failure(answer.status or 200)
    if refused is not None:
        notes.fail(refused)
        return
    notes.add(text_length=int(await tab.ask(_TEXT_LENGTH, loading.budget.left)))
    try:
        notes.add(axe=await run_axe(tab, tools.axe, max(loading.budget.left - 0.5, 0.1)))
    except ScriptError as error:
        detail = str(error)[:200]
        notes.fail(going_elsewhere(tab, detail) or Failure(FailureReason.AXE_FAILED, detail))
    except TimeoutError:
        tab.spoiled = True
        notes.fail(Failure(FailureReason.AXE_FAILED, "not finished within the page's time"))


def _confirmation(plan: ConfirmPage | ConfirmMobile, seen: Page | MobileView) -> Confirmation:
    return Confirmation(
        plan=plan,
        captured_at=seen.captured_at,
        final_url=seen.final_url,
        status=seen.status,
        content_type=seen.content_type,
        failure=seen.failure,
    )
