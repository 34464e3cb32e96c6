"""Brings one address into a tab: answer, load event, quiet network, client-side redirects."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import time
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, nullcontext
from typing import TYPE_CHECKING, Any, NamedTuple

from crawler.bounded import bounded
from crawler.browser_failures import Guard, PageLost, failure_of
from crawler.evidence import Failure, FailureReason, http_failure
from crawler.script import settle_script
from crawler.tab import ScriptError, Tab

if TYPE_CHECKING:
    from playwright.async_api import Response

Idle = Callable[[], AbstractAsyncContextManager[Any]]
"""Opens a context in which the capture only waits: a pipeline may let another page use the processor."""

QUIET_CAP = 3.0
LOAD_SHARE = 0.6
"""Of a page's time, the part that loading may take; the rest is for measuring."""
LOAD_CAP = 45.0
MAX_REFRESHES = 3
REFRESH_WITHIN = 5.0
"""A meta refresh later than this many seconds is a page of its own, and not waited for."""
SIZE_CHECK_AFTER = 1.5
HTML_TYPES = ("text/html", "application/xhtml+xml")
KEPT_HEADERS = 100
STATE_TURN = 2.0
_GOING_AWAY = re.compile(r"context|frame|navigat|detached|null|illegal invocation", re.IGNORECASE)
"""Errors of a document that is just being replaced."""


class Budget:
    """Time left for one page, in seconds."""

    def __init__(self, seconds: float) -> None:
        self.started = time.monotonic()
        self.total = seconds

    @property
    def left(self) -> float:
        """Never negative."""
        return max(0.0, self.started + self.total - time.monotonic())

    @property
    def load_left(self) -> float:
        """What loading may still take."""
        share = min(self.total * LOAD_SHARE, LOAD_CAP)
        return max(0.0, self.started + share - time.monotonic())


class Answer(NamedTuple):
    """What the server said, and how far the page came."""

    final_url: str = ""
    status: int | None = None
    headers: tuple[tuple[str, str], ...] = ()
    content_type: str = ""
    redirects: tuple[str, ...] = ()
    load_event: bool = True
    failure: Failure | None = None

    def known(self) -> dict[str, Any]:
        """Fields of the evidence, as far as there is an answer."""
        return {name: value for name, value in self._asdict().items() if value or name != "final_url"}


class Loading(NamedTuple):
    """What loading needs besides the tab and the address."""

    budget: Budget
    max_body: int
    guard: Guard | None = None
    idle: Idle = nullcontext
    quiet_cap: float = QUIET_CAP


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
    going = tab.page.goto(url, wait_until="commit", timeout=seconds * 1000)
    try:
        return await bounded(going, seconds + 0.5, unless=tab.lost)
    except Error as error:
        if "interrupted by another navigation" in str(error):
            return None
        raise


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
        return await _unloaded(tab, answer)
    return await settle(tab, answer, how)


async def settle(tab: Tab, answer: Answer, how: Loading) -> Answer:
    """Wait for a quiet network and follow what leads elsewhere by itself; `answer` is the document's so
    far.

    Raises:
        PageLost: the page's scripts do not let go, or it went away.

    """
    for followed in range(MAX_REFRESHES + 1):
        async with how.idle():
            await _quiet(tab, how)
        state = await _settled(tab, how)
        delay = state["refresh"]
        answer = _as_settled(answer, state)
        if delay is None or delay > REFRESH_WITHIN or answer.failure is not None:
            break
        if followed == MAX_REFRESHES:
            endless = Failure(FailureReason.REDIRECT_LOOP, "meta refresh without end")
            return answer._replace(failure=endless)
        if not await _refreshed(tab, float(delay), how):
            break
    return answer


def _as_settled(answer: Answer, state: dict[str, Any]) -> Answer:
    """The answer of the document that is shown now, which a script may have gone to."""
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


def _same_page(one: str, other: str) -> bool:
    return one.partition("#")[0] == other.partition("#")[0]


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


async def _unloaded(tab: Tab, answer: Answer) -> Answer:
    """A page whose load event never came is measured as it stands, if there is a DOM."""
    state = await _state(tab, 1.0)
    if state is None:
        return answer._replace(load_event=False, failure=Failure(FailureReason.PAGE_HUNG))
    if not state["body"]:
        late = Failure(FailureReason.TIMEOUT, "the document did not arrive in time")
        return answer._replace(load_event=False, failure=late)
    tab.spoiled = True
    return _as_settled(answer, state)._replace(load_event=False)


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
    state = await _state(tab, how.budget.left * 0.5)
    if state is not None:
        return state
    if len(tab.visited) > MAX_REFRESHES + 1:
        raise PageLost(Failure(FailureReason.REDIRECT_LOOP, "the page goes elsewhere without end"))
    raise PageLost(Failure(FailureReason.PAGE_HUNG, "the page's scripts did not let go"))


async def _state(tab: Tab, seconds: float) -> dict[str, Any] | None:
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
