"""Waits until a loaded document stays: quiet network, redirects by scripts and meta refreshes."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import time
from typing import Any

from crawler.bounded import bounded
from crawler.browser_failures import Guard, PageLost
from crawler.evidence import Failure, FailureReason
from crawler.page_answer import HTML_TYPES, Answer, Loading
from crawler.script import settle_script
from crawler.tab import ScriptError, Tab

ERROR_PAGE = "chrome-error:"
MAX_REFRESHES = 3
REFRESH_WITHIN = 5.0
"""A meta refresh later than this many seconds is a page of its own, and not waited for."""
STATE_TURN = 2.0
_GOING_AWAY = re.compile(r"context|frame|navigat|detached|null|illegal invocation", re.IGNORECASE)
"""Errors of a document that is just being replaced."""


async def settle(tab: Tab, answer: Answer, how: Loading) -> Answer:
    """Wait for a quiet network and follow what leads elsewhere by itself; `answer` is the document's so
    far.

    Raises:
        PageLost: the page's scripts do not let go, or it went away.

    """
    for followed in range(MAX_REFRESHES + 1):
        await _quiet(tab, how)
        state = await _settled(tab, how)
        delay = state["refresh"]
        answer = as_settled(answer, state, how.guard)
        if delay is None or delay > REFRESH_WITHIN or answer.failure is not None:
            break
        if followed == MAX_REFRESHES:
            endless = Failure(FailureReason.REDIRECT_LOOP, "meta refresh without end")
            return answer._replace(failure=endless)
        if not await _refreshed(tab, float(delay), how):
            break
    return answer


def as_settled(answer: Answer, state: dict[str, Any], guard: Guard | None) -> Answer:
    """The answer of the document that is shown now, which a script or a refresh may have gone to; `guard`
    knows why there is none.
    """
    if state["url"].startswith(ERROR_PAGE):
        return _led_nowhere(answer, state["document"], guard)
    if _same_page(state["document"], answer.final_url):
        return answer._replace(final_url=state["url"])
    redirects = answer.redirects
    if not redirects or redirects[-1] != answer.final_url:
        redirects = (*redirects, answer.final_url)
    settled = Answer(
        final_url=state["url"],
        status=state["status"] or None,
        content_type=state["type"],
        redirects=tuple(dict.fromkeys(redirects)),
    )
    if settled.content_type not in HTML_TYPES:
        return settled._replace(failure=Failure(FailureReason.NOT_HTML, settled.content_type))
    return settled


def _led_nowhere(answer: Answer, address: str, guard: Guard | None) -> Answer:
    """The page went to an address that did not answer: Chromium shows its own error page."""
    told = guard.failure_for(address) if guard is not None else None
    lost = Failure(FailureReason.CONNECTION_LOST, f"the page leads to {address}, which does not answer"[:300])
    passed = tuple(dict.fromkeys((*answer.redirects, answer.final_url)))
    return Answer(final_url=address, redirects=passed, failure=told or lost)


def _same_page(one: str, other: str) -> bool:
    return one.partition("#")[0] == other.partition("#")[0]


async def _quiet(tab: Tab, how: Loading) -> None:
    """Chromium's own measure: no request under way for 500 ms."""
    from playwright.async_api import TimeoutError as TooLong

    seconds = min(how.quiet_cap, how.budget.left * 0.4)
    try:
        waiting = tab.page.wait_for_load_state("networkidle", timeout=seconds * 1000)
        await bounded(waiting, seconds + 0.5, unless=tab.lost)
    except (TooLong, TimeoutError):
        return  # long polling and the like: measured as it stands


async def _settled(tab: Tab, how: Loading) -> dict[str, Any]:
    state = await document_state(tab, how.budget.left * 0.5)
    if state is not None:
        return state
    raise PageLost(why_silent(tab))


def why_silent(tab: Tab) -> Failure:
    """Why a document does not tell where it stands."""
    if len(tab.visited) > MAX_REFRESHES + 1:
        return Failure(FailureReason.REDIRECT_LOOP, "the page goes elsewhere without end")
    return Failure(FailureReason.PAGE_HUNG, "the page's scripts did not let go")


async def document_state(tab: Tab, seconds: float) -> dict[str, Any] | None:
    """Where the document stands; None if it does not answer. A document may just be going away."""
    from playwright.async_api import Error

    before = time.monotonic()
    while (left := seconds - (time.monotonic() - before)) > 0:
        turn = min(left, STATE_TURN)
        try:
            world = await tab.world(turn)
            text = await tab.evaluate(settle_script(), turn, world)
            return dict(json.loads(text))
        except TimeoutError:
            continue  # an answer may get lost with the document that was asked
        except (Error, ScriptError) as error:
            if not _GOING_AWAY.search(str(error)):
                raise
        with contextlib.suppress(Error):
            await tab.page.wait_for_load_state("load", timeout=turn * 1000)
        await asyncio.sleep(0.05)
    tab.spoiled = True
    return None


async def _refreshed(tab: Tab, delay: float, how: Loading) -> bool:
    """Whether a meta refresh due in `delay` seconds led to a document."""
    from playwright.async_api import Error

    seconds = min(delay + 2, how.budget.left * 0.5)
    tab.spoiled = True  # closing such a page is known to hang; it is not used again
    try:
        await bounded(
            tab.page.wait_for_event(
                "framenavigated", lambda frame: frame == tab.page.main_frame, timeout=seconds * 1000
            ),
            seconds + 0.5,
            unless=tab.lost,
        )
        rest = min(how.budget.left * 0.5, 10.0)
        await bounded(tab.page.wait_for_load_state("load", timeout=rest * 1000), rest + 0.5, unless=tab.lost)
    except (Error, TimeoutError):
        return False
    return True
