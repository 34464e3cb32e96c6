"""One page observed in one tab, whatever it does: time, crashes and our own scripts' errors."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Generic, TypeVar

import msgspec

from crawler.browser import SiteContext
from crawler.browser_failures import GONE_AGAIN, PageLost, failure_of
from crawler.evidence import Blob, Failure, FailureReason, MobileView, Page
from crawler.page_answer import Budget
from crawler.page_settling import MAX_REFRESHES
from crawler.tab import ScriptError, Tab

SaveBlob = Callable[[bytes, str], Blob]
"""Keeps bytes under a media type."""
Clock = Callable[[], datetime]
"""The time now, aware, in UTC."""
View = TypeVar("View", Page, MobileView)

ATTEMPTS = 2
BROWSER_GONE_WITHIN = 0.5
_TRY_AGAIN = (
    FailureReason.RENDERER_CRASHED,
    FailureReason.BROWSER_CRASHED,
    FailureReason.INTERNAL_ERROR,
)


class Notes(Generic[View]):
    """The evidence of a page as far as it is known, and how long each stage took."""

    def __init__(self, blank: View) -> None:
        self.view: View = blank
        self.seconds: dict[str, float] = {}
        self._since = time.perf_counter()

    def add(self, **known: object) -> None:
        """Set fields of the evidence."""
        self.view = msgspec.structs.replace(self.view, **known)

    def fail(self, failure: Failure) -> None:
        """The first failure stands; later ones follow from it."""
        if self.view.failure is None:
            self.add(failure=failure)

    def stage(self, name: str) -> None:
        """The time since the last stage belongs to this one."""
        now = time.perf_counter()
        self.seconds[name] = round(now - self._since, 4)
        self._since = now


Watch = Callable[[Tab, Notes[View]], Awaitable[None]]


async def observed(
    context: SiteContext, blank: View, script: str, watch: Watch[View], budget: Budget
) -> View:
    """Evidence of a page by `watch`, tried once more where the renderer or the browser crashed.

    `script` is what the isolated world of the page holds; `budget` begins with the page's first tab. Never
    raises for the site's doing.
    """
    view = blank
    for _ in range(ATTEMPTS):
        view = await _attempt(context, Notes(blank), script, watch, budget)
        if view.failure is None or not _may_pass(view.failure):
            break
        if view.failure.reason is FailureReason.BROWSER_CRASHED:
            context.suspect()
        if budget.begun and budget.left < 1:
            break
    return view


def _may_pass(failure: Failure) -> bool:
    return failure.reason in _TRY_AGAIN or failure.detail == GONE_AGAIN


async def _attempt(
    context: SiteContext, notes: Notes[View], script: str, watch: Watch[View], budget: Budget
) -> View:
    from playwright.async_api import Error

    try:
        async with context.tab() as tab:
            budget.begin()
            await _watched(tab, notes, script, watch)
    except (Error, TimeoutError) as error:  # no tab could be had
        crashed = "Target crashed" in str(error)
        reason = FailureReason.RENDERER_CRASHED if crashed else FailureReason.BROWSER_CRASHED
        notes.fail(Failure(reason, str(error)[:200] or "the browser opened no tab in time"))
    notes.add(seconds=notes.seconds)
    return notes.view


async def _watched(tab: Tab, notes: Notes[View], script: str, watch: Watch[View]) -> None:
    from playwright.async_api import Error

    try:
        await tab.begin(script)
        await watch(tab, notes)
    except PageLost as lost:
        tab.spoiled = True
        notes.fail(await _why_lost(tab, lost.failure))
    except (Error, ScriptError, TimeoutError) as error:
        tab.spoiled = True
        notes.fail(await _why_lost(tab, _failure(tab, error)))
    except BaseException:
        tab.spoiled = True  # cancelled in the middle of a call
        raise


async def _why_lost(tab: Tab, failure: Failure) -> Failure:
    """A browser that dies closes its pages first; only then is it told as gone."""
    if failure.reason is not FailureReason.PAGE_CLOSED:
        return failure
    await asyncio.sleep(BROWSER_GONE_WITHIN)
    browser = tab.page.context.browser
    if browser is None or browser.is_connected():
        return failure
    return Failure(FailureReason.BROWSER_CRASHED)


def _failure(tab: Tab, error: Exception) -> Failure:
    lost = tab.lost.result() if tab.lost.done() else None
    if isinstance(lost, PageLost):
        return lost.failure
    if isinstance(error, TimeoutError):
        return Failure(FailureReason.PAGE_HUNG, "the page did not answer within its time")
    failure = failure_of(str(error), tab.page.url)
    if failure.reason is FailureReason.INTERNAL_ERROR:
        return going_elsewhere(tab, failure.detail) or failure
    return failure


def going_elsewhere(tab: Tab, detail: str) -> Failure | None:
    """A page whose documents replace each other faster than they answer: calls to it fail in many words,
    `detail` among them. None for a page that stayed.
    """
    if len(tab.visited) <= MAX_REFRESHES + 1:
        return None
    return Failure(FailureReason.REDIRECT_LOOP, f"the page goes elsewhere without end ({detail})"[:300])
