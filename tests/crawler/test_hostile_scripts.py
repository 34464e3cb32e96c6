"""Pages whose scripts, markup or sub-requests never come to an end: none takes longer than its time."""

from __future__ import annotations

import asyncio
import time

import pytest

from crawler.evidence import AuditSettings, FailureReason, MobileView, Page
from crawler.observing import ATTEMPTS
from crawler.site_context import OPENING
from tests.crawler.observed_pages import a_browser, desktop, phone
from tests.crawler.page_server import Handler, Route, serving

TIMEOUT = 4.0
GRACE = 6.0
WAITED = ATTEMPTS * OPENING
"""A page's time begins when it has its tab. On a busy machine one of these, beside five others that do what
they can, may wait long for that, and once more in a new context.
"""
MOST_WAITED = 5
AT_ONCE = 6
SETTINGS = AuditSettings(seed=1, timeout=TIMEOUT)
UNHURRIED = AuditSettings(seed=1, timeout=20.0)
HEAD = "<!doctype html><html lang=lv><title>Lapa</title><p>Teksts. "


def html(body: str) -> Route:
    return lambda asked: asked.answer(HEAD + body)


def script(text: str) -> Route:
    return html(f"<script>{text}</script>")


def never(asked: Handler) -> None:
    asked.server.stopping.wait(30)


def nested(asked: Handler) -> None:
    """A frame in a frame in a frame, each at an address of its own."""
    number = int(asked.path.partition("?")[2] or 0) + 1
    asked.answer(f"{HEAD}<iframe src='/nested?{number}'></iframe>")


def second_hangs() -> Route:
    asked_before: list[str] = []

    def route(asked: Handler) -> None:
        asked_before.append(asked.path)
        asked.answer(HEAD + ("<script>while (true);</script>" if len(asked_before) > 1 else ""))

    return route


ROUTES: dict[str, Route] = {
    "/never": never,
    "/small": html(""),
    "/goes-on": script("location.href = '/goes-on?' + Math.random()"),
    "/goes-on-later": script("setTimeout(() => location.href = '/goes-on-later?' + Math.random(), 400)"),
    "/reloads": script("onbeforeunload = () => 'nē'; setInterval(() => location.reload(), 100)"),
    "/alerts": script("while (true) alert('Vēl')"),
    "/alerts-later": script("setInterval(() => alert('Vēl'), 1)"),
    "/prints": script("setInterval(print, 5)"),
    "/writes": script("setInterval(() => document.write('<p>Vēl'), 1)"),
    "/writes-anew": script("setInterval(() => { document.open(); document.write('<p>Vēl') }, 5)"),
    "/grows": script("setInterval(() => { for (let i = 0; i < 500; i++) document.body.append('a') }, 1)"),
    "/mutates": script(
        "new MutationObserver(() => document.body.append('a')).observe(document, {childList: true, "
        "subtree: true}); setTimeout(() => document.body.append('b'), 700)"
    ),
    "/removes": script("setInterval(() => document.documentElement.remove(), 50)"),
    "/fetches": script("const go = () => fetch('/small?' + Math.random()).finally(go); go(); go(); go()"),
    "/waits": script("const x = new XMLHttpRequest(); x.open('GET', '/never', false); x.send()"),
    "/sockets": script("setInterval(() => new WebSocket(`ws://${location.host}/${Math.random()}`), 2)"),
    "/windows": script("setInterval(() => open('/small'), 5)"),
    "/history": script("setInterval(() => history.pushState(0, '', '?' + Math.random()), 20)"),
    "/nested": nested,
    "/frames": script(
        "setInterval(() => { const f = document.createElement('iframe'); f.src = '/small?' + Math.random();"
        " document.body.append(f) }, 20)"
    ),
    "/freezes-while-measured": script("onload = () => setTimeout(() => { while (true); }, 650)"),
    "/jams": script("setInterval(() => { const e = Date.now() + 300; while (Date.now() < e); }, 310)"),
    "/second-hangs": second_hangs(),
    "/tall": html("<p style='height: 2000000px'>"),
    "/wide": html("<p style='width: 300000px'>Plata"),
    "/deep": html("<div>" * 20_000 + "Dziļi"),
    "/canvas": html("<canvas width=16000 height=16000></canvas>"),
    "/vector": html("<svg>" + "<path d='M0 0L9 9'/>" * 30_000 + "</svg>"),
    "/elements": html("<b>a</b>" * 100_000),
    "/attribute": html(f"<p data-a={'a' * 3_000_000}>"),
    "/stays": script("addEventListener('pagehide', () => { while (true); })"),
    "/stays-asking": script(
        "onbeforeunload = () => { const e = Date.now() + 9000; while (Date.now() < e); }"
    ),
}
PHONES = ["/wide", "/tall", "/deep", "/vector", "/freezes-while-measured", "/goes-on", "/elements"]
NOISY = ["/tall", "/wide", "/canvas", "/history", "/prints", "/attribute", "/alerts-later"]
"""Large or noisy, but they leave time for measuring."""
Seen = tuple[Page | MobileView, float]


@pytest.fixture(scope="module")
def seen() -> dict[tuple[str, bool], Seen]:
    """Every page on the desktop, some on the phone, `AT_ONCE` at a time."""

    async def visit_all() -> dict[tuple[str, bool], Seen]:
        found: dict[tuple[str, bool], Seen] = {}
        turns = asyncio.Semaphore(AT_ONCE)
        with serving(ROUTES) as server:
            async with a_browser(SETTINGS) as browser:

                async def one(path: str, mobile: bool) -> None:
                    async with turns, browser.site_context(phone=mobile) as context:
                        began = time.monotonic()
                        capture = phone if mobile else desktop
                        settings = UNHURRIED if path in NOISY else SETTINGS
                        page = await capture(context, server.url + path, settings)
                        found[path, mobile] = page, time.monotonic() - began

                paths = [path for path in ROUTES if path not in {"/never", "/second-hangs"}]
                await asyncio.gather(
                    *(one(path, mobile=False) for path in paths), *(one(path, mobile=True) for path in PHONES)
                )
        return found

    return asyncio.run(visit_all())


def test_no_page_takes_longer_than_its_time(seen: dict[tuple[str, bool], Seen]) -> None:
    over = {
        key: seconds - (UNHURRIED.timeout if key[0] in NOISY else TIMEOUT) - GRACE
        for key, (_, seconds) in seen.items()
    }
    late = {key: seconds for key, seconds in over.items() if seconds > 0}

    assert len(late) <= MOST_WAITED, late
    assert not [seconds for seconds in late.values() if seconds > WAITED], late


@pytest.mark.parametrize("path", NOISY)
def test_what_only_is_large_or_noisy_is_observed_whole(seen: dict[tuple[str, bool], Seen], path: str) -> None:
    page, _ = seen[path, False]

    assert page.failure is None
    assert isinstance(page, Page)
    assert page.axe is not None
    assert page.screenshot is not None


def test_a_page_that_will_not_stay_is_no_fault_of_ours(seen: dict[tuple[str, bool], Seen]) -> None:
    ours = {FailureReason.INTERNAL_ERROR, FailureReason.BROWSER_CRASHED}
    failed = {key: page.failure for key, (page, _) in seen.items() if page.failure is not None}

    assert not {key: failure for key, failure in failed.items() if failure.reason in ours}


def test_a_page_too_large_for_the_phone_says_so(seen: dict[tuple[str, bool], Seen]) -> None:
    page, _ = seen["/elements", True]

    assert page.failure is not None
    assert page.failure.reason in {FailureReason.TOO_LARGE, FailureReason.PAGE_HUNG, FailureReason.TIMEOUT}


async def test_a_second_capture_that_hangs_ends_in_time() -> None:
    with serving(ROUTES) as server:
        async with a_browser(SETTINGS) as browser, browser.site_context() as context:
            first = await desktop(context, f"{server.url}/second-hangs", SETTINGS)
            began = time.monotonic()
            second = await desktop(context, f"{server.url}/second-hangs", SETTINGS)
            seconds = time.monotonic() - began
    assert first.failure is None
    assert second.failure is not None
    assert seconds < TIMEOUT + GRACE


@pytest.mark.parametrize("path", ["/stays", "/stays-asking"])
async def test_a_page_that_will_not_go_does_not_cost_the_next_one(path: str) -> None:
    with serving(ROUTES) as server:
        async with a_browser() as browser, browser.site_context() as context:
            first = await desktop(context, f"{server.url}{path}", UNHURRIED)
            after = await desktop(context, f"{server.url}/small", UNHURRIED)
    assert (first.failure, after.failure) == (None, None)
    assert context.tabs_opened == 2
