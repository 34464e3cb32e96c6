from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from crawler.browser import BrowserNotStartedError
from crawler.browser_failures import failure_of
from crawler.evidence import AuditSettings, Failure, FailureReason
from crawler.user_agent import PRODUCT_TOKEN
from tests.crawler.observed_pages import SETTINGS, a_browser, desktop
from tests.crawler.page_server import serving


async def test_desktop_and_phone_are_what_they_say_they_are() -> None:
    script = """() => [innerWidth, innerHeight, devicePixelRatio, navigator.userAgent,
    navigator.maxTouchPoints > 0,
    navigator.language, Intl.DateTimeFormat().resolvedOptions().timeZone,
    matchMedia('(prefers-reduced-motion: reduce)').matches, Boolean(navigator.serviceWorker)]"""
    found = {}
    with serving() as server:
        async with a_browser() as browser:
            for phone in (False, True):
                async with browser.site_context(phone=phone) as context, context.tab() as tab:
                    await tab.page.goto(f"{server.url}/phone.html")
                    found[phone] = await tab.page.evaluate(script)
            major = browser.version.partition(".")[0]
    assert found[False][:3] == [1280, 900, 1]
    assert found[True][2] == 2.625
    for phone, seen in found.items():
        assert seen[4] is phone
        assert seen[5:8] == ["lv-LV", "Europe/Riga", True]
        assert f"Chrome/{major}.0.0.0" in seen[3]
        assert PRODUCT_TOKEN in seen[3]
        assert "Headless" not in seen[3]
    assert "Nexus 5X" in found[True][3]
    assert "Mobile" not in found[False][3]


async def test_a_context_is_fresh_for_each_site_and_closed_after_it() -> None:
    with serving() as server:
        async with a_browser() as browser:
            async with browser.site_context() as one, one.tab() as tab:
                await tab.page.goto(f"{server.url}/frame.html")
                await tab.page.evaluate("document.cookie = 'a=1'")
            async with browser.site_context() as two, two.tab() as tab:
                await tab.page.goto(f"{server.url}/frame.html")
                assert await tab.page.evaluate("document.cookie") == ""
            chromium = await browser.running()
            assert chromium.contexts == []


async def test_the_cache_serves_what_pages_of_a_site_share() -> None:
    def style(asked: object) -> None:
        asked.answer("p{color:#111}", kind="text/css", headers={"Cache-Control": "max-age=600"})  # type: ignore[attr-defined]  # a Handler

    def page(asked: object) -> None:
        asked.answer("<!doctype html><link rel=stylesheet href=/s.css><p>Teksts")  # type: ignore[attr-defined]  # a Handler

    with serving({"/s.css": style, "/1": page, "/2": page, "/3": page}) as server:
        async with a_browser() as browser, browser.site_context() as context:
            await desktop(context, f"{server.url}/1")
            await asyncio.gather(desktop(context, f"{server.url}/2"), desktop(context, f"{server.url}/3"))
        assert sum(path == "/s.css" for _, path in server.asked) == 1


async def test_a_browser_that_cannot_start_is_one_clear_error(tmp_path: Path) -> None:
    broken = tmp_path / "chrome"
    broken.write_text("#!/bin/sh\nexit 3\n")
    broken.chmod(0o755)
    from crawler.browser import Browser

    with pytest.raises(BrowserNotStartedError, match=r"does not start"):
        async with Browser(broken, AuditSettings(seed=1)):
            pass


async def test_a_driver_that_died_is_replaced() -> None:
    import os
    import signal

    import psutil

    with serving() as server:
        async with a_browser(SETTINGS) as browser, browser.site_context() as context:
            await desktop(context, f"{server.url}/frame.html")
            for child in psutil.Process().children():
                if "node" in child.name():
                    os.kill(child.pid, signal.SIGKILL)
            await asyncio.sleep(0.3)
            page = await desktop(context, f"{server.url}/frame.html")
            assert page.failure is None
            assert browser.starts == 2


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        ("Page.goto: net::ERR_NAME_NOT_RESOLVED at http://a/", FailureReason.UNKNOWN_HOST),
        ("Page.goto: net::ERR_CONNECTION_REFUSED at http://a/", FailureReason.CONNECTION_REFUSED),
        ("Page.goto: net::ERR_CONNECTION_RESET at http://a/", FailureReason.CONNECTION_LOST),
        ("Page.goto: net::ERR_EMPTY_RESPONSE at http://a/", FailureReason.CONNECTION_LOST),
        ("Page.goto: net::ERR_CONNECTION_TIMED_OUT at http://a/", FailureReason.TIMEOUT),
        ("Page.goto: net::ERR_CERT_DATE_INVALID at https://a/", FailureReason.TLS),
        ("Page.goto: net::ERR_SSL_PROTOCOL_ERROR at https://a/", FailureReason.TLS),
        ("Page.goto: net::ERR_TOO_MANY_REDIRECTS at http://a/", FailureReason.REDIRECT_LOOP),
        ("Page.goto: net::ERR_UNSAFE_PORT at http://a:1/", FailureReason.INVALID_URL),
        ("Page.goto: net::ERR_TUNNEL_CONNECTION_FAILED at https://a/", FailureReason.PROXY_FAILED),
        ("Page.goto: net::ERR_PROXY_CONNECTION_FAILED at https://a/", FailureReason.PROXY_FAILED),
        ("Page.goto: Timeout 1000ms exceeded.", FailureReason.TIMEOUT),
        ("Page.goto: Download is starting", FailureReason.DOWNLOAD),
        ("Page.goto: Target page, context or browser has been closed", FailureReason.BROWSER_CRASHED),
        ("Page.evaluate: Target crashed", FailureReason.RENDERER_CRASHED),
    ],
)
def test_the_browsers_messages_become_reasons(message: str, reason: FailureReason) -> None:
    assert failure_of(message, "http://a/").reason is reason


def test_behind_the_guard_its_word_counts() -> None:
    class Guard:
        def failure_for(self, url: str) -> Failure | None:
            return Failure(FailureReason.ADDRESS_REFUSED, url)

    found = failure_of("net::ERR_TUNNEL_CONNECTION_FAILED", "https://a/", Guard())
    assert found == Failure(FailureReason.ADDRESS_REFUSED, "https://a/")
