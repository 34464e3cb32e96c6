"""Brings one address into a tab, until its network is quiet."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from crawler.bounded import bounded, unbroken
from crawler.browser_failures import Guard, PageLost, failure_of
from crawler.evidence import Failure, FailureReason, http_failure
from crawler.page_answer import HTML_TYPES, Answer, Loading
from crawler.page_settling import as_settled, document_state, settle, why_silent
from crawler.tab import Tab

if TYPE_CHECKING:
    from playwright.async_api import Response

SIZE_CHECK_AFTER = 1.5
LETTING_GO = 1.0
"""Seconds after which a used tab that still shows its old page is asked if it lives, and to answer."""
KEPT_HEADERS = 100


async def load(tab: Tab, url: str, how: Loading) -> Answer:
    """Load `url` and wait until its network is quiet. What the site does wrong is in `failure`.

    Raises:
        PageLost: the page closed itself, its renderer or the browser crashed.

    """
    from playwright.async_api import Error

    try:
        response = await _commit(tab, url, how)
        answer = await _described(response) if response is not None else Answer(final_url=tab.page.url)
        failure = _refused(answer, how)
        if failure is not None:
            return answer._replace(failure=failure)
        return await _until_quiet(tab, answer, how)
    except (Error, TimeoutError) as error:
        return await _failed(tab, url, error, how.guard)


async def _failed(tab: Tab, url: str, error: Exception, guard: Guard | None) -> Answer:
    if "ERR_ABORTED" in str(error):
        # A renderer that dies while it loads aborts first, and is told as crashed a moment later.
        await asyncio.wait([tab.lost], timeout=0.3)
    if tab.lost.done():
        raise tab.lost.result() from error
    if isinstance(error, TimeoutError):
        return Answer(failure=Failure(FailureReason.TIMEOUT, "no answer within the page's time"))
    failure = failure_of(str(error), url, guard)
    if failure.reason is FailureReason.BROWSER_CRASHED:
        raise PageLost(failure) from error
    if failure.reason is FailureReason.NOT_HTML and tab.downloads:
        failure = Failure(FailureReason.DOWNLOAD)
    status = next((seen.status for seen in tab.failed if seen.url == url and seen.status), None)
    if status is not None:  # an error page without a body: Chromium shows its own instead
        failure = http_failure(status) or failure
    return Answer(final_url=url, status=status, failure=failure)


async def _commit(tab: Tab, url: str, how: Loading) -> Response | None:
    """The response of the document that came; None where a script went elsewhere meanwhile."""
    from playwright.async_api import Error

    seconds = how.budget.load_left
    going = unbroken(
        bounded(
            tab.page.goto(url, wait_until="commit", timeout=seconds * 1000), seconds + 0.5, unless=tab.lost
        )
    )
    try:
        if tab.uses > 1:
            await _let_go(tab, going)
        return await going
    except Error as error:
        if "interrupted by another navigation" in str(error):
            return None
        raise


async def _let_go(tab: Tab, going: asyncio.Future[Any]) -> None:
    """A page may refuse to go (a busy `pagehide` or `beforeunload`): the next one must not pay for that,
    but be tried again in another tab.
    """
    await asyncio.wait([going], timeout=LETTING_GO)
    if not going.done() and not await tab.answers(LETTING_GO):
        going.cancel()
        raise PageLost(Failure(FailureReason.RENDERER_CRASHED, "the page before this one would not go"))


async def _described(response: Response) -> Answer:
    passed: list[str] = []
    before = response.request.redirected_from
    while before is not None:
        passed.insert(0, before.url)
        before = before.redirected_from
    named = sorted((name.lower(), value) for name, value in response.headers.items())
    headers = tuple(item for item in named if item[0] != "set-cookie")[:KEPT_HEADERS]
    return Answer(
        final_url=response.url,
        status=response.status,
        headers=headers,
        content_type=dict(headers).get("content-type", ""),
        redirects=tuple(passed),
    )


def _refused(answer: Answer, how: Loading) -> Failure | None:
    headers = dict(answer.headers)
    told = how.guard.failure_for(answer.final_url) if how.guard and (answer.status or 0) >= 400 else None
    if told is not None:
        return told
    media_type = answer.content_type.partition(";")[0].strip().lower()
    if media_type and media_type not in HTML_TYPES:
        return Failure(FailureReason.NOT_HTML, media_type)
    length = headers.get("content-length", "")
    if length.isdigit() and int(length) > how.max_body:
        return Failure(FailureReason.TOO_LARGE, f"{length} bytes announced")
    return None


async def _until_quiet(tab: Tab, answer: Answer, how: Loading) -> Answer:
    if not await _loaded(tab, how):
        return await _unloaded(tab, answer, how.guard)
    return await settle(tab, answer, how)


async def _loaded(tab: Tab, how: Loading) -> bool:
    """Whether the load event came in time and the answer stayed below the cap."""
    from playwright.async_api import TimeoutError as TooLong

    try:
        first = min(SIZE_CHECK_AFTER, how.budget.load_left)
        await bounded(tab.page.wait_for_load_state("load", timeout=first * 1000), first + 1, unless=tab.lost)
    except (TooLong, TimeoutError):
        return await _loaded_below_cap(tab, how)
    return True


async def _loaded_below_cap(tab: Tab, how: Loading) -> bool:
    """Slow pages are watched for their size: Chromium itself would read 200 MB of HTML."""
    from playwright.async_api import TimeoutError as TooLong

    read = 0

    def count(event: dict[str, Any]) -> None:
        nonlocal read
        read += int(event.get("dataLength", 0))
        if read > how.max_body * 4 and not tab.lost.done():
            too_large = Failure(FailureReason.TOO_LARGE, f"more than {how.max_body * 4} bytes")
            tab.lost.set_result(PageLost(too_large))

    assert tab.session is not None  # noqa: S101 - the tab has begun
    tab.session.on("Network.dataReceived", count)
    tab.spoiled = True  # the Network domain costs every later page of this tab
    try:
        await tab.send("Network.enable", how.budget.left)
        rest = how.budget.load_left
        await bounded(tab.page.wait_for_load_state("load", timeout=rest * 1000), rest + 0.5, unless=tab.lost)
    except (TooLong, TimeoutError):
        return False
    finally:
        tab.session.remove_listener("Network.dataReceived", count)
    return True


async def _unloaded(tab: Tab, answer: Answer, guard: Guard | None) -> Answer:
    """A page whose load event never came is measured as it stands, if there is a DOM."""
    state = await document_state(tab, 1.0)
    if state is None:
        return answer._replace(load_event=False, failure=why_silent(tab))
    if not state["body"]:
        late = Failure(FailureReason.TIMEOUT, "the document did not arrive in time")
        return answer._replace(load_event=False, failure=late)
    tab.spoiled = True
    return as_settled(answer, state, guard)._replace(load_event=False)
