"""One browser tab and what happens in it while a page is observed."""

from __future__ import annotations

import asyncio
import contextlib
import time
from typing import TYPE_CHECKING, Any

from crawler.access import SiteAccess
from crawler.bounded import bounded
from crawler.browser_failures import PageLost
from crawler.evidence import Failure, FailureReason, Resource
from crawler.interception import Interception

if TYPE_CHECKING:
    from playwright.async_api import CDPSession, Dialog, Page

WORLD = "eindekss"
"""Name of the isolated JavaScript world: its built-ins and DOM prototypes are out of a page's reach."""
USES_OF_A_TAB = 40
MAX_EVENTS = 200
BEGINNING = 10.0
"""Seconds that a new tab has to answer in."""

_LOST_REASONS = {
    "closed": Failure(FailureReason.PAGE_CLOSED, "the page closed its own window"),
    "crashed": Failure(FailureReason.RENDERER_CRASHED),
}


class Tab:
    """A page with a DevTools session; used for one capture at a time."""

    def __init__(self, page: Page, access: SiteAccess | None = None) -> None:
        self.page = page
        self.access = access or SiteAccess()
        self.interception: Interception | None = None
        """Where the site is to be sent something."""
        self.frame_id = ""
        self.uses = 0
        self.spoiled = False
        """Set where the tab must not be used again."""
        self.session: CDPSession | None = None
        self._script = ""
        self._script_id = ""
        self._reset()
        page.on("dialog", self._on_dialog)
        page.on("popup", self._on_popup)
        page.on("download", self._on_download)
        page.on("crash", lambda _: self._lose("crashed"))
        page.on("close", lambda _: self._lose("closed"))

    def _reset(self) -> None:
        self.dialogs: list[str] = []
        self.popups = 0
        self.downloads = 0
        self.failed: list[Resource] = []
        self.visited: list[str] = []
        """Addresses of documents that the main frame came to, without repetition of the one before. What a
        script writes into the address bar (`history.pushState`) is none."""
        self.lost: asyncio.Future[Exception] = asyncio.get_running_loop().create_future()

    @property
    def reusable(self) -> bool:
        """Whether the next capture may take this tab: nothing odd happened in it."""
        odd = self.dialogs or self.popups or self.downloads or self.lost.done()
        return not (self.spoiled or odd or self.uses >= USES_OF_A_TAB or self.page.is_closed())

    async def begin(self, script: str) -> None:
        """Make ready for a capture. `script` runs first in the isolated world of every document from
        here on; registering it once spares sending it with every page.

        Raises:
            TimeoutError: the tab does not answer.
            PageLost: it closed or crashed.
            playwright.async_api.Error: as Playwright has it.

        """
        self.uses += 1
        self._reset()
        await bounded(self._begin(script), BEGINNING, unless=self.lost)

    async def _begin(self, script: str) -> None:
        if self.session is None:
            session = await self.page.context.new_cdp_session(self.page)
            session.on("Log.entryAdded", self._on_log)
            session.on("Page.frameNavigated", self._on_navigated)
            await session.send("Log.enable")
            await session.send("Page.enable")  # without it no script is run in new documents
            tree = await session.send("Page.getFrameTree")
            self.frame_id = tree["frameTree"]["frame"]["id"]
            if not self.access.is_public:
                self.interception = Interception(session, self.access)
                await self.interception.begin()
            self.session = session
        if script != self._script:
            # A tab that served another purpose would run the old script too, and first.
            if self._script_id:
                await self.session.send(
                    "Page.removeScriptToEvaluateOnNewDocument", {"identifier": self._script_id}
                )
            added = await self.session.send(
                "Page.addScriptToEvaluateOnNewDocument", {"source": script, "worldName": WORLD}
            )
            self._script, self._script_id = script, str(added["identifier"])

    async def answers(self, seconds: float) -> bool:
        """Whether the scripts of the document now shown let anything else run."""
        from playwright.async_api import Error

        try:
            await self.send("Runtime.evaluate", seconds, expression="1")
        except TimeoutError:
            return False
        except (Error, PageLost):
            return True  # it is just going, or gone: told elsewhere
        return True

    async def send(self, method: str, seconds: float, **parameters: object) -> dict[str, Any]:
        """A DevTools call that ends in time.

        Raises:
            TimeoutError: the page does not answer.
            PageLost: it closed or crashed.
            playwright.async_api.Error: as Playwright has it.

        """
        assert self.session is not None, "begin() comes first"  # noqa: S101 - an order of calls, not input
        answer = await bounded(self.session.send(method, parameters), seconds, unless=self.lost)
        return dict(answer)

    async def world(self, seconds: float, frame_id: str = "") -> int:
        """The isolated world of a frame of this process (default: the main frame), made if missing."""
        made = await self.send(
            "Page.createIsolatedWorld", seconds, frameId=frame_id or self.frame_id, worldName=WORLD
        )
        return int(made["executionContextId"])

    async def evaluate(self, expression: str, seconds: float, world: int) -> Any:  # noqa: ANN401 - JSON
        """The JSON value of an expression (promises awaited) in an isolated world."""
        return evaluated(
            await self.send(
                "Runtime.evaluate",
                seconds,
                expression=expression,
                contextId=world,
                awaitPromise=True,
                returnByValue=True,
            )
        )

    async def ask(self, expression: str, seconds: float) -> Any:  # noqa: ANN401 - JSON
        """The value of an expression of ours in the main frame. A document into which the script of
        `begin` did not get (one written by a script, say) is given it now.
        """
        ends = time.monotonic() + seconds
        world = await self.world(seconds)
        try:
            return await self.evaluate(expression, ends - time.monotonic(), world)
        except ScriptError as error:
            if "eindekss is not defined" not in str(error):
                raise
        await self.evaluate(f"{self._script};0", ends - time.monotonic(), world)
        return await self.evaluate(expression, ends - time.monotonic(), world)

    def _lose(self, how: str) -> None:
        if not self.lost.done():
            gone = _LOST_REASONS[how]
            browser = self.page.context.browser
            if browser is not None and not browser.is_connected():
                gone = Failure(FailureReason.BROWSER_CRASHED)
            self.lost.set_result(PageLost(gone))

    async def _on_dialog(self, dialog: Dialog) -> None:
        if dialog.type != "beforeunload" and len(self.dialogs) < MAX_EVENTS:
            self.dialogs.append(dialog.message[:200])
        from playwright.async_api import Error

        with contextlib.suppress(Error):
            # Leaving is what we want; all else is declined.
            await (dialog.accept() if dialog.type == "beforeunload" else dialog.dismiss())

    async def _on_popup(self, popup: Page) -> None:
        from playwright.async_api import Error

        self.popups += 1
        with contextlib.suppress(Error):
            await popup.close()

    def _on_navigated(self, event: dict[str, Any]) -> None:
        frame = event.get("frame", {})
        address = str(frame.get("url", "")).partition("#")[0]
        if "parentId" not in frame and self.visited[-1:] != [address] and len(self.visited) < MAX_EVENTS:
            self.visited.append(address)

    def _on_download(self, _: object) -> None:
        self.downloads += 1

    def _on_log(self, event: dict[str, Any]) -> None:
        """Chromium logs every sub-request that fails, also of other origins: far cheaper than to follow
        each request.
        """
        entry = event.get("entry", {})
        url = str(entry.get("url", ""))
        if entry.get("source") != "network" or entry.get("level") != "error" or not url:
            return
        if len(self.failed) < MAX_EVENTS:
            self.failed.append(_failed_resource(url, str(entry.get("text", ""))))


def _failed_resource(url: str, text: str) -> Resource:
    what = text.removeprefix("Failed to load resource: ").strip()
    digits = "".join(what.partition("status of ")[2][:3])
    status = int(digits) if digits.isdigit() else None
    return Resource(url=url, type="", status=status, failure=f"HTTP {status}" if status else what[:120])


class ScriptError(Exception):
    """Our own script threw in the page."""


def evaluated(answer: dict[str, Any]) -> Any:  # noqa: ANN401 - JSON
    """The value in an answer of Runtime.evaluate or callFunctionOn; ScriptError where it threw."""
    thrown = answer.get("exceptionDetails")
    if thrown is not None:
        description = thrown.get("exception", {}).get("description") or thrown.get("text", "")
        raise ScriptError(str(description)[:500])
    return answer["result"].get("value")
