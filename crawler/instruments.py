"""All that observing needs, opened once for a run: egress guard, HTTP client, browser, axe-core."""

from __future__ import annotations

import copy
import platform
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from datetime import datetime
from importlib import metadata
from pathlib import Path

from crawler.access import SiteAccess, Values
from crawler.addresses import targets_of
from crawler.axe import AxeScript
from crawler.browser import Browser
from crawler.credentials import Credentials
from crawler.errors import CredentialError
from crawler.evidence import AuditSettings, Blob, Failure, FailureReason, Institution, settings_of
from crawler.fetch import Fetcher
from crawler.guard import EgressGuard
from crawler.own_pace import OwnPace
from crawler.provision import ace_release
from crawler.resolver import SystemResolver
from crawler.second_engine import ENGINE
from crawler.slots import Slots
from crawler.urls import SiteScope, normalise
from crawler.user_agent import user_agent

SaveBlob = Callable[[bytes, str], Blob]
Clock = Callable[[], datetime]


class Instruments:
    """What a run shares over its sites; `open_instruments` opens it."""

    def __init__(  # noqa: PLR0913  (each instrument is an argument)
        self,
        *,
        settings: AuditSettings,
        guard: EgressGuard,
        fetcher: Fetcher,
        browser: Browser,
        axe: AxeScript,
        save_blob: SaveBlob,
        clock: Clock,
        credentials: Credentials | None = None,
        slots: Slots | None = None,
    ) -> None:
        """Take the opened parts."""
        self.settings, self.guard, self.fetcher, self.browser = settings, guard, fetcher, browser
        self.axe, self.save_blob, self.clock = axe, save_blob, clock
        self.credentials = credentials or Credentials()
        self.slots = slots or Slots(settings.concurrency)
        self.access = SiteAccess()
        """Of the site that these are for (`for_site`)."""
        self.values: Values | Failure = _values(settings, self.credentials)

    def for_site(self, institution: Institution) -> Instruments:
        """The same instruments, with this site's own settings and what it is to be sent."""
        own = copy.copy(self)
        if institution.own_settings:
            own.settings = settings_of(institution, self.settings)
            own.values = _values(own.settings, self.credentials)
        values = own.values if isinstance(own.values, Values) else Values()
        own.access = SiteAccess(values, institution, allow_private=own.settings.allow_private)
        own.fetcher = self.fetcher.bearing(own.access, own.settings, OwnPace.of(institution, own.settings))
        return own

    def keep_pace(self, scope: SiteScope) -> None:
        """The site's address has led here: its own rate holds here too, where it is the gentler."""
        self.fetcher.pace.reached(scope, self.fetcher.gates.rate)

    async def server_of(self, institution: Institution) -> str:
        """Address and port of the server that an institution's address stands for, as pacing has it; empty
        where that can't be told.
        """
        url = normalise(institution.url)
        return await self.fetcher.gates.server_of(url) if url else ""

    @property
    def tools(self) -> dict[str, str]:
        """Versions of what observes."""
        return versions(self.settings, self.axe) | {"chromium": self.browser.version}


def _values(settings: AuditSettings, credentials: Credentials) -> Values | Failure:
    try:
        return credentials.values(settings)
    except CredentialError as error:
        return Failure(FailureReason.NO_CREDENTIALS, str(error))


def versions(settings: AuditSettings, axe: AxeScript) -> dict[str, str]:
    """Versions of what observes, as far as they are known without the browser."""
    second = {ENGINE: ace_release.VERSION} if settings.second_engine else {}
    return {
        "eindekss": metadata.version("eindekss"),
        "python": platform.python_version(),
        "playwright": metadata.version("playwright"),
        "axe-core": axe.version,
        "axe-core overridden": str(axe.overridden).lower(),
        **second,
        "user_agent": user_agent(settings.user_agent),
    }


@asynccontextmanager
async def open_instruments(  # noqa: PLR0913  (each part of a worker is named)
    settings: AuditSettings,
    targets: Iterable[str],
    *,
    chromium: Path,
    axe: AxeScript,
    save_blob: SaveBlob,
    clock: Clock,
    credentials: Credentials | None = None,
    slots: Slots | None = None,
) -> AsyncIterator[Instruments]:
    """Instruments for audits of the target URLs; only they, and interfaces that the settings put elsewhere,
    are opened by `allow_private`. `credentials`: tokens for networks' interfaces. `slots`: where others open
    pages too.

    Raises:
        CrawlerError: the guard can't listen, or the browser doesn't start.
    """
    named = (*targets, *settings.interfaces.values())
    allow = [target for url in named for target in targets_of(url)] if settings.allow_private else []
    resolver = SystemResolver()  # one for both: what is paced is what is connected to
    async with (
        EgressGuard(allow, resolver) as guard,
        Fetcher(settings, proxy=guard.url, resolver=resolver) as fetcher,
        Browser(chromium, settings, proxy=guard.url, user_agent=user_agent(settings.user_agent)) as browser,
    ):
        yield Instruments(
            settings=settings,
            guard=guard,
            fetcher=fetcher,
            browser=browser,
            axe=axe,
            save_blob=save_blob,
            clock=clock,
            credentials=credentials,
            slots=slots,
        )
