"""The browser of a worker: one Chromium at a time, watched, restarted, recycled; a context for each site.

Chromium and Playwright's driver are ended and started anew after so many contexts, or when their memory has
grown over a limit: what one of them keeps (objects of closed pages, caches) is then gone. The old one goes on
for the sites that are open in it and ends with the last; new sites go to the new one.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from crawler import devices
from crawler.access import SiteAccess
from crawler.bounded import finished, unbroken
from crawler.chromium_run import CLOSING, BrowserNotStartedError, ChromiumRun, launch
from crawler.evidence import AuditSettings
from crawler.log import logger
from crawler.orphans import end_orphans
from crawler.site_context import OPENING, Rented, SiteContext
from crawler.user_agent import user_agent as bot_agent

if TYPE_CHECKING:
    from playwright.async_api import Browser as Chromium
    from playwright.async_api import BrowserContext

__all__ = ["Browser", "BrowserNotStartedError", "SiteContext", "Start"]

RENTING = 90.0
"""Seconds that a new context has to open in, a browser started for it included."""
_SILENT_SHARE, _SILENT = 0.2, 5.0
"""A browser that says nothing for this part of a page's time, and for so many seconds at least, is ended:
what is left is enough to look at the page in another.
"""
_log = logger("browser")


class Start(StrEnum):
    """Why a Chromium was started."""

    FIRST = "first"
    DIED = "died"
    USED_UP = "used_up"
    """It had made as many contexts as one may."""
    TOO_BIG = "too_big"
    """It held more memory than one may."""


class Browser:
    """The browser of a run or a worker. Enter it, then open a `site_context` for each site and device.

    Limits are the settings' `browser_contexts` and `browser_memory`. `silence`: seconds after which a browser
    that says nothing is ended; without it a fifth of a page's time, 5 at least.

    Raises:
        BrowserNotStartedError: on entering, or when it has to be started again and can't.

    """

    def __init__(
        self,
        executable: Path,
        settings: AuditSettings,
        *,
        proxy: str | None = None,
        user_agent: str = "",
        sandbox: bool | None = None,
        silence: float | None = None,
    ) -> None:
        self._executable = executable
        self._settings = settings
        self._proxy = proxy
        self._own_agent = user_agent or bot_agent()
        # Chromium refuses its sandbox to root.
        self._sandbox = os.geteuid() != 0 if sandbox is None else sandbox
        self._silence = max(_SILENT, _SILENT_SHARE * settings.timeout) if silence is None else silence
        self._lock = asyncio.Lock()
        self._current: ChromiumRun | None = None
        self._retired: set[ChromiumRun] = set()
        self._ending: set[asyncio.Task[None]] = set()
        self.version = ""
        """Chromium's version, `156.0.8078.79`."""
        self.started = dict.fromkeys(Start, 0)
        """How often Chromium was started, and why."""

    @property
    def starts(self) -> int:
        """How often Chromium was started."""
        return sum(self.started.values())

    @property
    def alive(self) -> int:
        """Chromiums now: the one in use, and those whose last sites are under way."""
        return len(self._retired) + (self._current is not None)

    async def __aenter__(self) -> Browser:
        await asyncio.to_thread(end_orphans)
        try:
            await self.running()
        except asyncio.CancelledError:
            # The one that is just being started would be nobody's.
            await asyncio.shield(unbroken(self._stop()))
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await asyncio.shield(unbroken(self._stop()))

    async def running(self) -> Chromium:
        """The browser that new contexts go to, started again if it has died."""
        return (await asyncio.shield(unbroken(self._fit()))).chromium

    @asynccontextmanager
    async def site_context(
        self, *, phone: bool = False, access: SiteAccess | None = None
    ) -> AsyncIterator[SiteContext]:
        """A context of one site: its own cookies, storage and HTTP cache, thrown away afterwards. `access`:
        what the site is to be sent.
        """
        context = SiteContext(self, phone=phone, access=access)
        try:
            yield context
        finally:
            await asyncio.shield(unbroken(context.close()))

    async def rent(self, *, phone: bool) -> Rented:
        """A Playwright context set up as a desktop, or as the phone of specification `mft/1`. Cancelling
        the caller gives back a context that was just being made, which Playwright itself would leak.

        Raises:
            playwright.async_api.Error: the browser went away.
            TimeoutError: it gives none.
            BrowserNotStartedError: it can't be started again.

        """
        renting = unbroken(self._rent(phone=phone))
        try:
            return await asyncio.wait_for(asyncio.shield(renting), RENTING)
        except (asyncio.CancelledError, TimeoutError):
            renting.add_done_callback(self._give_back_late)
            raise

    async def give_back(self, rented: Rented) -> None:
        """Close a context; the last of a Chromium that is to go takes it along. Never hangs. What is gone
        has no contexts to close.
        """
        if not rented.run.is_gone:
            await finished(rented.context.close(), CLOSING)
        await self._leave(rented.run)

    def _give_back_late(self, renting: asyncio.Task[Rented]) -> None:
        if not renting.cancelled() and renting.exception() is None:
            unbroken(self.give_back(renting.result()))

    async def _rent(self, *, phone: bool) -> Rented:
        run = await self._fit(opening=1)
        making = unbroken(self._new_context(run.chromium, phone=phone))
        try:
            return Rented(run, await asyncio.wait_for(asyncio.shield(making), OPENING))
        except BaseException:
            making.add_done_callback(_close_when_made)
            run.suspect = True
            await self._leave(run)
            raise

    async def _new_context(self, chromium: Chromium, *, phone: bool) -> BrowserContext:
        device = devices.phone if phone else devices.desktop
        return await chromium.new_context(
            locale=self._settings.locale,
            timezone_id=self._settings.timezone,
            reduced_motion="reduce",
            service_workers="block",
            accept_downloads=False,
            **device(self._settings, self.version, self._own_agent),
        )

    async def _fit(self, opening: int = 0) -> ChromiumRun:
        """The Chromium for new contexts; `opening` are counted as open in it before it can be retired."""
        async with self._lock:
            why = await self._why_start()
            if why is not None:
                await self._replace(why)
            assert self._current is not None  # noqa: S101 - just started
            self._current.open += opening
            self._current.made += opening
            return self._current

    async def _why_start(self) -> Start | None:
        run = self._current
        if run is None:
            return Start.DIED if self.starts else Start.FIRST
        if not await run.lives():
            return Start.DIED
        if run.made >= self._settings.browser_contexts:
            return Start.USED_UP
        if self._retired:
            return None  # what it holds may be the old one's sites, which it got when they were replaced
        return Start.TOO_BIG if run.made and await run.memory() > self._settings.browser_memory else None

    async def _replace(self, why: Start) -> None:
        old, self._current = self._current, None
        if old is not None and (why is Start.DIED or old.open <= 0):
            self._end(old)
        elif old is not None:
            self._retired.add(old)
        self._current = await launch(self._executable, proxy=self._proxy, sandbox=self._sandbox)
        self._current.watch(self._silence)
        self.version = self._current.chromium.version
        self.started[why] += 1
        tell = _log.warning if why is Start.DIED else _log.info
        tell("browser_started", why=why.value, version=self.version, start=self.starts)

    async def _leave(self, run: ChromiumRun) -> None:
        run.open -= 1
        if run in self._retired and run.open <= 0:
            self._retired.discard(run)
            self._end(run)

    def _end(self, run: ChromiumRun) -> None:
        """Nobody waits for a hung one."""
        ending = unbroken(run.close())
        self._ending.add(ending)
        ending.add_done_callback(self._ending.discard)

    async def _stop(self) -> None:
        async with self._lock:
            for run in (*self._retired, *([self._current] if self._current else [])):
                self._end(run)
            self._current = None
            self._retired.clear()
            await asyncio.gather(*self._ending)


def _close_when_made(making: asyncio.Task[BrowserContext]) -> None:
    if not making.cancelled() and making.exception() is None:
        unbroken(finished(making.result().close(), CLOSING))
