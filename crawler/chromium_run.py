"""One run of Chromium, from its launch by a Playwright driver of its own to the end of its last process."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from crawler.bounded import bounded, finished, forget, unbroken
from crawler.errors import CrawlerError
from crawler.log import logger
from crawler.orphans import new_mark
from crawler.process_tree import ProcessTree

if TYPE_CHECKING:
    from playwright.async_api import Browser as Chromium
    from playwright.async_api import CDPSession, Playwright

_log = logger("browser")

FLAGS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-quic",
    "--disable-sync",
    "--dns-prefetch-disable",
    "--no-first-run",
    "--no-pings",
    # WebRTC opens sockets past the proxy unless told not to.
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
)
CLOSING = 5.0
STARTING = 60.0
_PARTS = 4
"""A browser is asked so often in the time that it may be silent, and waited for in so many parts: a machine
that slept, or a process of ours that was stopped, loses one part and not the browser.
"""


class BrowserNotStartedError(CrawlerError):
    """The Chromium named can't be started."""


class ChromiumRun:
    """Driver and browser. `open` contexts are counted by whoever opens them; `made` were opened in all."""

    def __init__(self, playwright: Playwright, chromium: Chromium, tree: ProcessTree) -> None:
        self.chromium = chromium
        self.open = 0
        self.made = 0
        self.suspect = False
        """Set where a page found the browser gone: Playwright does not notice that its driver died."""
        self._playwright, self._tree = playwright, tree
        self._patience = CLOSING
        self._silent = False
        self._question: asyncio.Task[None] | None = None
        self._watching: asyncio.Task[None] | None = None

    @property
    def is_gone(self) -> bool:
        """Whether nothing will come of it any more, as far as is known without asking it."""
        return self._silent or not (self.chromium.is_connected() and self._tree.is_whole)

    async def lives(self) -> bool:
        """Whether it can be used; a suspect one is asked, once for all who want to know."""
        if self.suspect and not self.is_gone:
            self._question = self._question or unbroken(self._ask())
            await asyncio.shield(self._question)
        return not self.is_gone

    async def _ask(self) -> None:
        try:
            if await self.answers():
                self.suspect = False
            else:
                self._silent = True
        finally:
            self._question = None

    async def answers(self) -> bool:
        """Whether driver and browser answer, in time, a question that concerns no page."""
        from playwright.async_api import Error

        try:
            await bounded(self._tells(), self._patience)
        except (Error, TimeoutError):
            return False
        return True

    async def _tells(self) -> None:
        session = await self.chromium.new_browser_cdp_session()
        await session.detach()

    def watch(self, silence: float) -> None:
        """From now on end it where it says nothing for so many seconds: a frozen browser is then a killed
        one, and whoever waits for it is told at once.
        """
        self._patience = max(silence, CLOSING)
        self._watching = unbroken(self._watched(silence))

    async def _watched(self, silence: float) -> None:
        from playwright.async_api import Error

        try:
            session = await bounded(self.chromium.new_browser_cdp_session(), STARTING)
            while await _says(session, silence):  # noqa: ASYNC110 - nothing tells that it is silent
                await asyncio.sleep(silence / _PARTS)
        except (Error, TimeoutError):
            return  # it is gone, and noticed by whoever uses it
        _log.warning("browser_silent", seconds=silence)
        self._silent = True
        await asyncio.to_thread(self._tree.kill)

    async def memory(self) -> int:
        """Bytes that its processes hold."""
        return await asyncio.to_thread(self._tree.memory)

    async def close(self) -> None:
        """End it and every process of it, in bounded time. One that is known to be silent is not asked."""
        if self._watching is not None:
            self._watching.cancel()
        ending = unbroken(self._end())
        await asyncio.wait([ending], timeout=0 if self._silent else CLOSING)
        await asyncio.to_thread(self._tree.kill)
        # Who was killed lets go of the pipe a moment later; a loop that is closed before leaves it open.
        await asyncio.wait([ending], timeout=CLOSING)

    async def _end(self) -> None:
        from playwright.async_api import Error

        with suppress(Error):
            await self.chromium.close()
        await self._playwright.stop()


async def launch(executable: Path, *, proxy: str | None, sandbox: bool) -> ChromiumRun:
    """Start Chromium, all its traffic through `proxy`.

    Raises:
        BrowserNotStartedError: it does not start.

    """
    from playwright.async_api import Error, async_playwright

    mark, manager = new_mark(), async_playwright()
    playwright = await manager.start()
    _expect_loss(manager)
    try:
        chromium = await playwright.chromium.launch(
            executable_path=executable,
            args=[*FLAGS, mark, *_through(proxy)],
            chromium_sandbox=sandbox,
            handle_sigint=False,
            handle_sigterm=False,
            handle_sighup=False,
            timeout=STARTING * 1000,
        )
    except Error as error:
        await finished(playwright.stop(), CLOSING)
        reason = str(error).split("\n", 1)[0]
        raise BrowserNotStartedError(f"{executable} does not start: {reason}") from error
    return ChromiumRun(playwright, chromium, await asyncio.to_thread(ProcessTree.started_with, mark))


def _expect_loss(manager: object) -> None:
    """Take the error of a driver that goes away: Playwright (1.65) leaves it in a future of its own, of which
    it asks only while it starts, and asyncio would print it as never retrieved.
    """
    transport = getattr(getattr(manager, "_client", None), "_transport", None)
    loss = getattr(transport, "on_error_future", None)
    if isinstance(loss, asyncio.Future):
        loss.add_done_callback(forget)


async def _says(session: CDPSession, seconds: float) -> bool:
    """Whether the browser tells its version within so many seconds."""
    asked = unbroken(session.send("Browser.getVersion"))
    for _ in range(_PARTS):
        await asyncio.wait([asked], timeout=seconds / _PARTS)
        if asked.done():
            asked.result()
            return True
    return False


def _through(proxy: str | None) -> tuple[str, ...]:
    # Chromium spares loopback addresses the proxy unless told not to.
    return (f"--proxy-server={proxy}", "--proxy-bypass-list=<-loopback>") if proxy else ()
