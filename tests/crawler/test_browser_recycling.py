from __future__ import annotations

import asyncio
import random
from collections.abc import Callable

import psutil
from msgspec.structs import replace

from crawler.browser import Browser, Start
from tests.crawler.observed_pages import SETTINGS, a_browser


def browsers() -> set[str]:
    """Drivers and Chromiums started by this process that live: number or mark of each."""
    found = set()
    for one in psutil.Process().children(recursive=True):
        try:
            marks = [part for part in one.cmdline() if part.startswith("--eindekss=")]
            if one.status() != psutil.STATUS_ZOMBIE:
                found |= set(marks or ([str(one.pid)] if "node" in one.name() else []))
        except psutil.NoSuchProcess:
            continue
    return found


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(20):
        while not condition():  # noqa: ASYNC110 - processes end without an event
            await asyncio.sleep(0.02)


async def test_a_used_up_browser_waits_for_its_open_sites_while_new_ones_go_to_a_new_one() -> None:
    before = browsers()
    async with a_browser(replace(SETTINGS, browser_contexts=2)) as browser:
        async with browser.site_context() as first, browser.site_context() as second:
            async with first.tab() as tab, second.tab():
                new = await browser.running()
                assert browser.started[Start.USED_UP] == 1  # whoever asks next gets a new one
                assert tab.page.context.browser is not new
                async with browser.site_context() as third, third.tab() as other:
                    assert other.page.context.browser is new
                    assert await tab.page.evaluate("1 + 1") == 2
                assert browser.alive == 2
            async with first.tab() as again:
                assert again.page.context.browser is not new
        await until(lambda: browser.alive == 1 and len(browsers() - before) == 2)
        assert browser.started == {Start.FIRST: 1, Start.DIED: 0, Start.USED_UP: 1, Start.TOO_BIG: 0}
    assert browsers() == before


async def test_a_browser_grown_too_big_is_replaced_but_not_while_another_still_goes() -> None:
    async with a_browser(replace(SETTINGS, browser_memory=1)) as browser:
        async with browser.site_context() as first, first.tab():
            for _ in range(3):
                async with browser.site_context() as other, other.tab():
                    assert browser.alive == 2
            assert browser.started[Start.TOO_BIG] == 1
        async with browser.site_context() as last, last.tab():
            assert browser.started[Start.TOO_BIG] == 2


async def test_an_ordinary_browser_is_not_replaced() -> None:
    async with a_browser() as browser:
        for _ in range(3):
            async with browser.site_context() as site, site.tab():
                pass
        assert browser.starts == 1


async def test_sixty_cancelled_sites_leave_no_context_and_no_process() -> None:
    chance = random.Random(60)
    before = browsers()

    async def site(browser: Browser) -> None:
        async with browser.site_context(phone=chance.random() < 0.5) as context, context.tab() as tab:
            await tab.page.goto("data:text/html,<p>Teksts")
            await asyncio.sleep(1)

    async with a_browser(replace(SETTINGS, browser_contexts=25)) as browser:
        for _ in range(15):
            sites = [asyncio.ensure_future(site(browser)) for _ in range(4)]
            for one in sites:
                await asyncio.sleep(chance.random() * 0.03)
                one.cancel()
            ended = await asyncio.gather(*sites, return_exceptions=True)
            assert all(isinstance(one, asyncio.CancelledError) for one in ended)
        await until(lambda: browser.alive == 1)
        chromium = await browser.running()
        await until(lambda: not chromium.contexts)
    assert browsers() == before


async def test_a_browser_cancelled_while_it_starts_leaves_no_process() -> None:
    before, cancelled = browsers(), 0
    for seconds in (0.0, 0.05, 0.1, 0.3):
        entering = asyncio.ensure_future(a_browser().__aenter__())
        await asyncio.sleep(seconds)
        entering.cancel()
        await asyncio.wait([entering])
        cancelled += entering.cancelled()
        if not entering.cancelled():  # a quick machine had started it
            await entering.result().__aexit__(None, None, None)
    assert cancelled > 1
    assert browsers() == before


async def test_a_capture_that_outlives_its_site_gets_no_tab() -> None:
    async with a_browser() as browser:
        async with browser.site_context() as context:
            late = asyncio.ensure_future(context.tab().__aenter__())
        ended = await asyncio.gather(late, return_exceptions=True)
        assert isinstance(ended[0], Exception)
        assert (await browser.running()).contexts == []
