"""The robots.txt of every origin that a site's observation touches, each fetched once."""

from __future__ import annotations

import asyncio

from crawler.evidence import AuditSettings, RobotsPolicy
from crawler.fetch import Fetcher
from crawler.robots import Robots, fetch_robots
from crawler.urls import normalise, parse


class RobotsBook:
    """Shared by crawl and captures of one site; `close` it at the end."""

    def __init__(self, fetcher: Fetcher, settings: AuditSettings) -> None:
        """Begin with no origin asked."""
        self._fetcher, self._settings = fetcher, settings
        self._asked: dict[str, asyncio.Task[Robots]] = {}

    async def of(self, url: str) -> Robots:
        """The robots.txt of a normalised URL's origin; its Crawl-delay then holds for the host."""
        origin = parse(url).origin
        if origin not in self._asked:
            self._asked[origin] = asyncio.create_task(self._fetch(url))
        return await asyncio.shield(self._asked[origin])

    @property
    def origins(self) -> int:
        """Origins whose robots.txt was asked for."""
        return len(self._asked)

    def knows(self, url: str) -> bool:
        """Whether `of` would ask nothing new."""
        return parse(url).origin in self._asked

    def allows(self, url: str) -> bool:
        """Whether what is known by now has nothing against a URL; an origin not asked has not."""
        normal = normalise(url)
        asked = self._asked.get(parse(normal).origin) if normal else None
        return asked is None or not asked.done() or not asked.result().forbids(url)

    async def close(self) -> None:
        """End what may still be under way."""
        for task in self._asked.values():
            task.cancel()
        await asyncio.gather(*self._asked.values(), return_exceptions=True)

    async def _fetch(self, url: str) -> Robots:
        robots = await fetch_robots(self._fetcher, url, self._settings.robots)
        delay = robots.record.crawl_delay
        if delay and self._settings.robots is RobotsPolicy.RESPECT:
            self._fetcher.gate(url).keep_delay(min(delay, self._settings.crawl_delay_cap))
        return robots
