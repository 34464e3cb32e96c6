"""SIGSTOP in the middle of a page: the browser, its driver, a renderer hang and say nothing."""

from __future__ import annotations

import asyncio
import gc
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psutil
import pytest
from msgspec.structs import replace

from crawler import chromium_run
from crawler.evidence import FailureReason
from tests.crawler.observed_pages import SETTINGS, a_browser, desktop
from tests.crawler.page_server import Handler, serving
from tests.crawler.test_browser_recycling import browsers

TEXT = "Pašvaldības tīmekļa vietnē ir ziņas un kontakti. " * 6
PAGE = f"<!doctype html><html lang=lv><title>Novads</title><link rel=stylesheet href=/s.css><p>{TEXT}"
HURRIED = replace(SETTINGS, timeout=3.0)


def kind_of(process: psutil.Process) -> str:
    line = process.cmdline()
    if any(part.startswith("--eindekss=") for part in line):
        return "browser"
    if "--type=renderer" in line:
        return "renderer"
    return "driver" if "node" in process.name() else ""


def freezing(kind: str, frozen: list[psutil.Process]) -> dict[str, object]:
    """A page whose style sheet stops all processes of a kind when it is asked for the first time."""

    def style(handler: Handler) -> None:
        if not frozen:
            found = psutil.Process().children(recursive=True)
            frozen.extend(one for one in found if kind_of(one) == kind)
            for process in frozen:
                process.send_signal(signal.SIGSTOP)
        handler.answer("p { color: #111 }", kind="text/css")

    return {"/": lambda handler: handler.answer(PAGE), "/s.css": style}


@contextmanager
def nothing_left_behind() -> Iterator[None]:
    """No future keeps an error that nobody takes, which asyncio would print once the future is collected; no
    driver's pipes stay open, of which Python would warn.
    """
    told: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: told.append(context))
    before = open_drivers()
    yield
    gc.collect()
    assert (told, open_drivers() - before) == ([], set())


def open_drivers() -> set[asyncio.SubprocessTransport]:
    known = (one for one in gc.get_objects() if isinstance(one, asyncio.SubprocessTransport))
    return {one for one in known if not one.is_closing()}


@pytest.mark.parametrize("kind", ["browser", "driver"])
async def test_a_frozen_browser_is_ended_and_the_page_seen_in_another(kind: str) -> None:
    before, frozen = browsers(), []
    with serving(freezing(kind, frozen)) as server, nothing_left_behind():
        async with a_browser(silence=1.0) as browser, browser.site_context() as context:
            page = await desktop(context, f"{server.url}/")
            assert (page.failure, page.title) == (None, "Novads")
            assert browser.starts == 2
    assert frozen
    assert browsers() == before


async def test_a_frozen_renderer_costs_its_page_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chromium_run, "CLOSING", 1.0)  # Chromium does not end with a child that does not
    before, frozen = browsers(), []
    with serving(freezing("renderer", frozen)) as server, nothing_left_behind():
        async with a_browser() as browser, browser.site_context() as context:
            page = await desktop(context, f"{server.url}/", HURRIED)
            assert page.failure is not None
            assert page.failure.reason in (FailureReason.TIMEOUT, FailureReason.PAGE_HUNG)
            assert (await desktop(context, f"{server.url}/")).failure is None
            assert browser.starts == 1
    assert browsers() == before
    alive = [one for one in frozen if one.is_running() and one.status() != psutil.STATUS_ZOMBIE]
    assert (len(frozen) > 0, alive) == (True, [])


@pytest.mark.parametrize("kind", ["browser", "driver"])
async def test_what_is_frozen_at_the_end_is_given_up_once_and_not_step_by_step(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chromium_run, "CLOSING", 1.0)
    before = browsers()
    with nothing_left_behind():
        async with a_browser(silence=60.0) as browser:
            await browser.running()
            found = psutil.Process().children(recursive=True)
            for one in found:
                if kind_of(one) == kind:
                    one.suspend()
            began = time.monotonic()
        seconds = time.monotonic() - began
    assert browsers() == before
    assert 1.0 <= seconds < 10.0
