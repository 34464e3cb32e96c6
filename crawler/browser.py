"""One Chromium, driven by Playwright: started, watched, restarted; a fresh context for each site."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crawler import devices
from crawler.bounded import bounded, finished
from crawler.errors import CrawlerError
from crawler.evidence import AuditSettings
from crawler.tab import Tab
from crawler.user_agent import user_agent as bot_agent

if TYPE_CHECKING:
    from playwright.async_api import Browser as Chromium
    from playwright.async_api import BrowserContext, Page, Playwright

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
USES_OF_A_CONTEXT = 200
"""Playwright's driver keeps what it knows of every request until the context is closed."""
CLOSING = 5.0
STARTING = 60.0
OPENING = 10.0
"""Seconds that a new tab or context has to open in."""


class BrowserNotStartedError(CrawlerError):
    """The Chromium named can't be started."""


class Browser:
    """The browser of a run. Enter it, then open a `site_context` for each site and device.

    Raises:
        BrowserNotStartedError: on entering, or when it has to be restarted and can't.

    """

    def __init__(
        self,
        executable: Path,
        settings: AuditSettings,
        *,
        proxy: str | None = None,
        user_agent: str = "",
        sandbox: bool | None = None,
    ) -> None:
        self._executable = executable
        self._settings = settings
        self._proxy = proxy
        self._own_agent = user_agent or bot_agent()
        # Chromium refuses its sandbox to root.
        self._sandbox = os.geteuid() != 0 if sandbox is None else sandbox
        self._lock = asyncio.Lock()
        self._playwright: Playwright | None = None
        self._chromium: Chromium | None = None
        self.version = ""
        """Chromium's version, `156.0.8078.79`."""
        self.suspect = False
        """Set where a page found the browser gone: Playwright does not notice that its driver died."""
        self.starts = 0
        """How often the browser has been started."""

    async def __aenter__(self) -> Browser:
        await self.running()
        return self

    async def __aexit__(self, *_: object) -> None:
        await asyncio.shield(self._stop())

    async def running(self) -> Chromium:
        """The browser, started again if it has died."""
        async with self._lock:
            if self._chromium is None or not await self._lives(self._chromium):
                await self._stop()
                self._chromium = await self._start()
            return self._chromium

    async def _lives(self, chromium: Chromium) -> bool:
        from playwright.async_api import Error

        if self.suspect and chromium.is_connected():
            try:
                session = await bounded(chromium.new_browser_cdp_session(), CLOSING)
                await bounded(session.detach(), CLOSING)
            except (Error, TimeoutError):
                return False
            finally:
                self.suspect = False
        return chromium.is_connected()

    async def _start(self) -> Chromium:
        from playwright.async_api import Error, async_playwright

        flags = list(FLAGS)
        if self._proxy:
            # Chromium spares loopback addresses the proxy unless told not to.
            flags += [f"--proxy-server={self._proxy}", "--proxy-bypass-list=<-loopback>"]
        self._playwright = await async_playwright().start()
        try:
            chromium = await self._playwright.chromium.launch(
                executable_path=self._executable,
                args=flags,
                chromium_sandbox=self._sandbox,
                handle_sigint=False,
                handle_sigterm=False,
                handle_sighup=False,
                timeout=STARTING * 1000,
            )
        except Error as error:
            await self._stop()
            reason = str(error).split("\n", 1)[0]
            raise BrowserNotStartedError(f"{self._executable} does not start: {reason}") from error
        self.version = chromium.version
        self.starts += 1
        return chromium

    async def _stop(self) -> None:
        chromium, self._chromium = self._chromium, None
        playwright, self._playwright = self._playwright, None
        if chromium is not None:
            await finished(chromium.close(), CLOSING)
        if playwright is not None:
            await finished(playwright.stop(), CLOSING)

    @asynccontextmanager
    async def site_context(self, *, phone: bool = False) -> AsyncIterator[SiteContext]:
        """A context of one site: its own cookies, storage and HTTP cache, thrown away afterwards."""
        context = SiteContext(self, phone=phone)
        try:
            yield context
        finally:
            await asyncio.shield(asyncio.ensure_future(context.close()))

    async def new_context(self, *, phone: bool) -> BrowserContext:
        """A Playwright context set up as a desktop, or as the phone of specification `mft/1`. Cancelling
        the caller closes a context that was just being made.
        """
        chromium = await self.running()
        device = devices.phone if phone else devices.desktop
        making = asyncio.ensure_future(
            chromium.new_context(
                locale=self._settings.locale,
                timezone_id=self._settings.timezone,
                reduced_motion="reduce",
                service_workers="block",
                accept_downloads=False,
                **device(self._settings, self.version, self._own_agent),
            )
        )
        try:
            return await asyncio.shield(making)
        except asyncio.CancelledError:
            making.add_done_callback(_close_when_made)
            raise


def _close_when_made(making: asyncio.Future[BrowserContext]) -> None:
    if not making.cancelled() and making.exception() is None:
        _running.add(task := asyncio.ensure_future(finished(making.result().close(), CLOSING)))
        task.add_done_callback(_running.discard)


_running: set[asyncio.Future[bool]] = set()
"""Closings under way: asyncio holds tasks weakly."""


class SiteContext:
    """The tabs of one site on one device. Tabs are used again: a warm tab already holds axe-core's
    compiled code, which costs a new one 100 ms and more.
    """

    def __init__(self, browser: Browser, *, phone: bool) -> None:
        self.browser = browser
        self.phone = phone
        self._lock = asyncio.Lock()
        self._context: BrowserContext | None = None
        self._uses = 0
        self._idle: list[Tab] = []
        self._busy: set[Tab] = set()
        self._closing: set[asyncio.Future[Any]] = set()
        self.tabs_opened = 0
        """How many tabs it took."""

    @asynccontextmanager
    async def tab(self) -> AsyncIterator[Tab]:
        """A tab showing nothing yet; closed afterwards unless it is fit to be used again.

        Raises:
            playwright.async_api.Error: the browser went away.

        """
        tab = await self._take()
        try:
            yield tab
        finally:
            self._give_back(tab)

    async def _take(self) -> Tab:
        async with self._lock:
            context = await self._living()
            self._uses += 1
            tab = self._idle.pop() if self._idle else await self._open(context)
            self._busy.add(tab)
            return tab

    async def _open(self, context: BrowserContext) -> Tab:
        tab = Tab(await self._new_page(context))
        self.tabs_opened += 1
        return tab

    async def _living(self) -> BrowserContext:
        used_up = self._uses >= USES_OF_A_CONTEXT and not self._busy
        chromium = await self.browser.running()
        gone = self._context is not None and self._context.browser is not chromium
        if self._context is not None and (used_up or gone):
            await self._drop()
        if self._context is None:
            self._context = await self.browser.new_context(phone=self.phone)
            self._uses = 0
        return self._context

    async def _new_page(self, context: BrowserContext) -> Page:
        making = asyncio.ensure_future(context.new_page())
        try:
            return await asyncio.wait_for(asyncio.shield(making), OPENING)
        except TimeoutError:
            await self._drop()
            raise

    def _give_back(self, tab: Tab) -> None:
        self._busy.discard(tab)
        if tab.reusable and self._context is tab.page.context:
            self._idle.append(tab)
        else:
            self._close_aside(tab)

    def _close_aside(self, tab: Tab) -> None:
        closing = asyncio.ensure_future(finished(tab.page.close(), CLOSING))
        self._closing.add(closing)
        closing.add_done_callback(self._closing.discard)

    async def _drop(self) -> None:
        context, self._context = self._context, None
        self._idle.clear()
        if context is not None:
            await finished(context.close(), CLOSING)

    async def close(self) -> None:
        """Close all tabs and the context; never hangs. Closing the context also frees a tab whose own
        closing hangs.
        """
        await self._drop()
        if self._closing:
            await asyncio.wait(self._closing, timeout=CLOSING)
