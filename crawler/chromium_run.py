"""One run of Chromium, from its launch by a Playwright driver of its own to the end of its last process."""

from __future__ import annotations

import asyncio
import secrets
from pathlib import Path
from typing import TYPE_CHECKING

from crawler.bounded import bounded, finished
from crawler.errors import CrawlerError
from crawler.process_tree import ProcessTree

if TYPE_CHECKING:
    from playwright.async_api import Browser as Chromium
    from playwright.async_api import Playwright

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

    async def lives(self) -> bool:
        """Whether it can be used; a suspect one is asked."""
        from playwright.async_api import Error

        if not (self.chromium.is_connected() and self._tree.is_whole):
            return False
        if not self.suspect:
            return True
        try:
            session = await bounded(self.chromium.new_browser_cdp_session(), CLOSING)
            await bounded(session.detach(), CLOSING)
        except (Error, TimeoutError):
            return False
        self.suspect = False
        return True

    async def memory(self) -> int:
        """Bytes that its processes hold."""
        return await asyncio.to_thread(self._tree.memory)

    async def close(self) -> None:
        """End it and every process of it, in bounded time."""
        await finished(self.chromium.close(), CLOSING)
        await finished(self._playwright.stop(), CLOSING)
        await asyncio.to_thread(self._tree.kill)


async def launch(executable: Path, *, proxy: str | None, sandbox: bool) -> ChromiumRun:
    """Start Chromium, all its traffic through `proxy`.

    Raises:
        BrowserNotStartedError: it does not start.

    """
    from playwright.async_api import Error, async_playwright

    mark = f"--eindekss={secrets.token_hex(8)}"
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


def _through(proxy: str | None) -> tuple[str, ...]:
    # Chromium spares loopback addresses the proxy unless told not to.
    return (f"--proxy-server={proxy}", "--proxy-bypass-list=<-loopback>") if proxy else ()
