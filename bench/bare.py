"""What any audit with axe-core has to do: load, axe.run, one load as a phone, by plain Playwright."""

from __future__ import annotations

import asyncio
import json
import os
from contextlib import AsyncExitStack
from pathlib import Path
from typing import NamedTuple

from playwright.async_api import Browser, BrowserContext, async_playwright

from crawler.axe import AxeScript, axe_options
from crawler.chromium_run import FLAGS

PHONE = {
    "viewport": {"width": 411, "height": 731},
    "device_scale_factor": 2.625,
    "is_mobile": True,
    "has_touch": True,
}


class _Devices(NamedTuple):
    desktop: BrowserContext
    phone: BrowserContext


async def bare(sites: dict[str, list[str]], chromium: Path, axe: AxeScript, *, open_pages: int) -> None:
    """goto, axe.run, one mobile load of every page, `open_pages` at once: a context a site and device, a
    new tab a URL, no egress guard, no waiting for late content, nothing kept.
    """
    run = f"async () => JSON.stringify(await axe.run(document, {json.dumps(axe_options())}))"
    async with async_playwright() as playwright, AsyncExitStack() as stack:
        browser = await playwright.chromium.launch(
            executable_path=chromium, args=list(FLAGS), chromium_sandbox=os.geteuid() != 0
        )
        stack.push_async_callback(browser.close)
        devices = {name: await _devices(browser) for name in sites}
        waiting = iter([(name, url) for name, urls in sites.items() for url in urls])

        async def worker() -> None:
            for name, url in waiting:
                await _page(url, devices[name], axe.source, run)

        await asyncio.gather(*(worker() for _ in range(open_pages)))


async def _devices(browser: Browser) -> _Devices:
    desktop = await browser.new_context(viewport={"width": 1280, "height": 900})
    return _Devices(desktop, await browser.new_context(**PHONE))  # type: ignore[arg-type]  # a dict of mixed values


async def _page(url: str, devices: _Devices, source: str, run: str) -> None:
    page = await devices.desktop.new_page()
    await page.goto(url, wait_until="load")
    await page.evaluate(source)
    await page.evaluate(run)
    await page.close()
    small = await devices.phone.new_page()
    await small.goto(url, wait_until="load")
    await small.close()
