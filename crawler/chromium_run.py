"""One run of Chromium, from its launch by a Playwright driver of its own to the end of its last process."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from crawler.bounded import bounded, finished, unbroken
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
        self._watching: asyncio.Task[None] | None = None

    async def lives(self) -> bool:
        """Whether it can be used; a suspect one is asked."""
        if not (self.chromium.is_connected() and self._tree.is_whole):
            return False
        if self.suspect:
            self.suspect = not await self.answers()
        return not self.suspect

    async def answers(self) -> bool:
        """Whether driver and browser answer a question that concerns no page."""
        from playwright.async_api import Error

        try:
            session = await bounded(self.chromium.new_browser_cdp_session(), CLOSING)
            await bounded(session.detach(), CLOSING)
        except (Error, TimeoutError):
            return False
        return True

    def watch(self, silence: float) -> None:
        """From now on end it where it says nothing for so many seconds: a frozen browser is then a killed
        one, and whoever waits for it is told at once.
        """
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
        await asyncio.to_thread(self._tree.kill)

    async def memory(self) -> int:
        """Bytes that its processes hold."""
        return await asyncio.to_thread(self._tree.memory)

    async def close(self) -> None:
        """End it and every process of it, in bounded time."""
        if self._watching is not None:
            self._watching.cancel()
        await finished(self.chromium.close(), CLOSING)
        await finished(self._playwright.stop(), CLOSING)
        await asyncio.to_thread(self._tree.kill)


async def launch(executable: Path, *, proxy: str | None, sandbox: bool) -> ChromiumRun:
    """Start Chromium, all its traffic through `proxy`.

    Raises:
        BrowserNotStartedError: it does not start.

    """
    from playwright.async_api import Error, async_playwright

    mark = new_mark()
    playwright = await async_playwright().start()
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
