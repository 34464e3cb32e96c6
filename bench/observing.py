"""Observes many pages of the corpora as an audit does, through the egress guard, keeping no screenshots."""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from crawler.axe import load_axe
from crawler.capture import capture_page
from crawler.chromium import find_chromium
from crawler.evidence import AuditSettings, Blob, MobileView, Page
from crawler.instruments import Instruments, open_instruments
from crawler.mobile import capture_mobile

OPEN = 4
"""Pages open at once; two of them busy, as `Slots` has it."""


def settings(timeout: float, *, second_engine: bool = False) -> AuditSettings:
    """Two busy pages, private addresses open; `timeout` in seconds a page."""
    return AuditSettings(
        seed=0, concurrency=2, timeout=timeout, allow_private=True, second_engine=second_engine
    )


@asynccontextmanager
async def instruments(chosen: AuditSettings, bases: Iterable[str]) -> AsyncIterator[Instruments]:
    """Instruments that may reach these bases and nothing else."""
    chromium = find_chromium(os.environ)
    if chromium is None:
        raise SystemExit("no Chromium")
    async with open_instruments(
        chosen,
        bases,
        chromium=chromium,
        axe=load_axe(os.environ),
        save_blob=_discarded,
        clock=lambda: datetime.now(UTC),
    ) as tools:
        yield tools


def _discarded(content: bytes, media_type: str) -> Blob:
    return Blob(hashlib.sha256(content).hexdigest(), media_type, len(content))


async def for_each(items: Iterable[str], work: Callable[[str], Awaitable[None]]) -> None:
    """Do the work for each item, `OPEN` at once."""
    waiting = iter(items)

    async def worker() -> None:
        for item in waiting:
            await work(item)

    await asyncio.gather(*(worker() for _ in range(OPEN)))


async def pages(tools: Instruments, urls: Iterable[str]) -> dict[str, Page]:
    """The desktop capture of each address."""
    found: dict[str, Page] = {}

    async def one(url: str) -> None:
        async with tools.slots.page():
            found[url] = await capture_page(
                context,
                url,
                settings=tools.settings,
                axe=tools.axe,
                save_blob=tools.save_blob,
                clock=tools.clock,
                guard=tools.guard,
            )

    async with tools.browser.site_context() as context:
        await for_each(urls, one)
    return found


async def views(tools: Instruments, urls: Iterable[str]) -> dict[str, MobileView]:
    """The phone capture of each address."""
    found: dict[str, MobileView] = {}

    async def one(url: str) -> None:
        async with tools.slots.page():
            found[url] = await capture_mobile(
                context,
                url,
                settings=tools.settings,
                save_blob=tools.save_blob,
                clock=tools.clock,
                guard=tools.guard,
            )

    async with tools.browser.site_context(phone=True) as context:
        await for_each(urls, one)
    return found


def versions(tools: Instruments) -> str:
    """What observed, in one line."""
    return f"axe-core {tools.axe.version}, Chromium {tools.browser.version}"
