"""The tabs of one site on one device."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from crawler.access import SiteAccess
from crawler.bounded import finished, unbroken
from crawler.chromium_run import CLOSING, ChromiumRun
from crawler.errors import CrawlerError
from crawler.tab import Tab

if TYPE_CHECKING:
    from playwright.async_api import BrowserContext, Page, StorageState

USES_OF_A_CONTEXT = 200
"""Playwright's driver keeps what it knows of every request until the context is closed."""
OPENING = 10.0
"""Seconds that a new tab or context has to open in."""


def _storage(origin: Any) -> str:  # noqa: ANN401  (as Playwright has it)
    """A script that puts an origin's local storage in place, where it is empty."""
    items = {one["name"]: one["value"] for one in origin["localStorage"]}
    return (
        f"if (location.origin === {json.dumps(origin['origin'])} && !localStorage.length) "
        f"for (const [name, value] of Object.entries({json.dumps(items)})) localStorage.setItem(name, value);"
    )


class SiteOverError(CrawlerError):
    """The site's contexts are closed: whoever still asks for a tab comes too late."""


class Rented(NamedTuple):
    """A Playwright context and the run of Chromium that it belongs to; to be given back."""

    run: ChromiumRun
    context: BrowserContext


class Landlord(Protocol):
    """The browser, as a site sees it."""

    async def rent(self, *, phone: bool) -> Rented:
        """A new context."""

    async def give_back(self, rented: Rented) -> None:
        """Close a context; never hangs."""


class SiteContext:
    """The tabs of one site on one device. Tabs are used again: a warm tab already holds axe-core's
    compiled code, which costs a new one 100 ms and more.
    """

    def __init__(self, browser: Landlord, *, phone: bool, access: SiteAccess | None = None) -> None:
        self.phone = phone
        self.access = access or SiteAccess()
        self.banner_met = False
        """Whether a consent banner's control was clicked in it: that happens once."""
        self._state: StorageState | None = None
        self._browser = browser
        self._lock = asyncio.Lock()
        self._rented: Rented | None = None
        self._uses = 0
        self._idle: list[Tab] = []
        self._busy: set[Tab] = set()
        self._closing: set[asyncio.Future[Any]] = set()
        self._over = False
        self.tabs_opened = 0
        """How many tabs it took."""

    @asynccontextmanager
    async def tab(self) -> AsyncIterator[Tab]:
        """A tab showing nothing yet; closed afterwards unless it is fit to be used again.

        Raises:
            playwright.async_api.Error: the browser went away.
            TimeoutError: it gives no tab.
            CrawlerError: it can't be started again, or the site is over.

        """
        tab = await self._take()
        try:
            yield tab
        finally:
            self._put_back(tab)

    def suspect(self) -> None:
        """A page found the browser gone: look before the next."""
        if self._rented is not None:
            self._rented.run.suspect = True

    async def _take(self) -> Tab:
        async with self._lock:
            context = await self._living()
            self._uses += 1
            tab = self._idle.pop() if self._idle else await self._open(context)
            self._busy.add(tab)
            return tab

    async def _open(self, context: BrowserContext) -> Tab:
        tab = Tab(await self._new_page(context), self.access)
        self.tabs_opened += 1
        return tab

    async def _living(self) -> BrowserContext:
        used_up = self._uses >= USES_OF_A_CONTEXT and not self._busy
        if self._rented is not None and (used_up or not await self._rented.run.lives()):
            self._drop()
        if self._rented is None and not self._over:
            self._rented = await self._browser.rent(phone=self.phone)
            self._uses, self.banner_met = 0, False
            await self._furnish(self._rented.context)
        if self._rented is None or self._over:
            await self.close()  # nobody else comes to wait for it
            raise SiteOverError("the site's audit is over")
        return self._rented.context

    async def log_in(self, state: StorageState) -> None:
        """Take over a session: its cookies now and in every context to come, its storage in those to come.
        Kept in memory alone. Raises playwright.async_api.Error.
        """
        self._state = state
        async with self._lock:
            if self._rented is not None:
                await self._furnish(self._rented.context)

    async def _furnish(self, context: BrowserContext) -> None:
        cookies: list[Any] = self.access.browser_cookies()
        cookies += self._state.get("cookies", []) if self._state else []
        if cookies:
            await context.add_cookies(cookies)
        for origin in self._state.get("origins", []) if self._state else []:
            await context.add_init_script(_storage(origin))

    async def _new_page(self, context: BrowserContext) -> Page:
        making = unbroken(context.new_page())
        try:
            return await asyncio.wait_for(asyncio.shield(making), OPENING)
        except TimeoutError:
            self.suspect()
            self._drop()
            raise

    def _put_back(self, tab: Tab) -> None:
        self._busy.discard(tab)
        context = self._rented.context if self._rented is not None else None
        if tab.reusable and context is tab.page.context:
            self._idle.append(tab)
        else:
            self._close_aside(finished(tab.page.close(), CLOSING))

    def _drop(self) -> None:
        rented, self._rented = self._rented, None
        self._idle.clear()
        if rented is not None:
            self._close_aside(self._browser.give_back(rented))

    def _close_aside(self, call: Coroutine[Any, Any, object]) -> None:
        """Only the site's end waits for it: what hangs in closing must not cost the next page its time."""
        closing = unbroken(call)
        self._closing.add(closing)
        closing.add_done_callback(self._closing.discard)

    async def close(self) -> None:
        """Close all tabs and the context; never hangs. Closing the context also frees a tab whose own
        closing hangs. A capture still under way gets no other.
        """
        self._over = True
        self._drop()
        if self._closing:
            await asyncio.wait(self._closing)
