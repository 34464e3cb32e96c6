"""SIGSTOP in the middle of a page: the browser, its driver, a renderer hang and say nothing."""

from __future__ import annotations

import signal

import psutil
import pytest
from msgspec.structs import replace

from crawler.evidence import FailureReason
from tests.crawler.observed_pages import SETTINGS, a_browser, desktop
from tests.crawler.page_server import Handler, serving
from tests.crawler.test_browser_recycling import browsers

TEXT = "Pašvaldības tīmekļa vietnē ir ziņas un kontakti. " * 6
PAGE = f"<!doctype html><html lang=lv><title>Novads</title><link rel=stylesheet href=/s.css><p>{TEXT}"


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


@pytest.mark.parametrize("kind", ["browser", "driver"])
async def test_a_frozen_browser_is_ended_and_the_page_seen_in_another(kind: str) -> None:
    before, frozen = browsers(), []
    with serving(freezing(kind, frozen)) as server:
        async with a_browser(silence=1.0) as browser, browser.site_context() as context:
            page = await desktop(context, f"{server.url}/")
            assert (page.failure, page.title) == (None, "Novads")
            assert browser.starts == 2
    assert frozen
    assert browsers() == before


async def test_a_frozen_renderer_costs_its_page_and_nothing_else() -> None:
    before, frozen = browsers(), []
    with serving(freezing("renderer", frozen)) as server:
        async with a_browser(replace(SETTINGS, timeout=4.0)) as browser, browser.site_context() as context:
            page = await desktop(context, f"{server.url}/")
            assert page.failure is not None
            assert page.failure.reason in (FailureReason.TIMEOUT, FailureReason.PAGE_HUNG)
            assert (await desktop(context, f"{server.url}/")).failure is None
            assert browser.starts == 1
    assert browsers() == before
    alive = [one for one in frozen if one.is_running() and one.status() != psutil.STATUS_ZOMBIE]
    assert (len(frozen) > 0, alive) == (True, [])
