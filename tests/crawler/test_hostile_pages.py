"""Pages that fight back. They are observed at the same time, each within its time."""

from __future__ import annotations

import asyncio
import gzip
import os
import signal
import time
from collections.abc import Callable

import psutil
import pytest

from crawler.browser import Browser
from crawler.evidence import AuditSettings, FailureReason, MobileView, Page
from tests.crawler.observed_pages import a_browser, desktop, phone
from tests.crawler.page_server import Handler, PageServer, Route, serving

TIMEOUT = 8.0
GRACE = 2.5
SETTINGS = AuditSettings(seed=1, timeout=TIMEOUT)
SMALL = AuditSettings(seed=1, timeout=TIMEOUT, max_body=1_000_000)
HEAD = "<!doctype html><html lang=lv><title>Lapa</title><p>Teksts. "


def html(body: str, **more: object) -> Route:
    def route(asked: Handler) -> None:
        asked.answer(HEAD + body, **more)  # type: ignore[arg-type]  # passed on as they are

    return route


def never(asked: Handler) -> None:
    asked.server.stopping.wait(30)


def drip(asked: Handler) -> None:
    """A document whose body never ends."""
    asked.send_response(200)
    asked.send_header("Content-Type", "text/html")
    asked.end_headers()
    asked.close_connection = True
    while not asked.server.stopping.wait(0.2):
        asked.wfile.write(b"<p>Teksts. ")


def endless(asked: Handler) -> None:
    """200 MB without an announcement."""
    asked.send_response(200)
    asked.send_header("Content-Type", "text/html")
    asked.end_headers()
    asked.close_connection = True
    for _ in range(200):
        asked.wfile.write(b"<p>" + b"a" * 1_000_000)


def announced(asked: Handler) -> None:
    asked.send_response(200)
    asked.send_header("Content-Type", "text/html")
    asked.send_header("Content-Length", "200000000")
    asked.end_headers()
    asked.close_connection = True
    asked.wfile.write(HEAD.encode())
    asked.server.stopping.wait(30)


_BOMB = gzip.compress(HEAD.encode() + b"a" * 200_000_000, 1)


def bomb(asked: Handler) -> None:
    asked.answer(_BOMB, headers={"Content-Encoding": "gzip"})


def to(address: str) -> Route:
    return lambda asked: asked.answer("", status=302, headers={"Location": address})


def lost(asked: Handler) -> None:
    asked.close_connection = True


def bare(status: int) -> Route:
    def route(asked: Handler) -> None:
        asked.send_response(status)
        asked.send_header("Content-Length", "0")
        asked.end_headers()

    return route


ROUTES: dict[str, Route] = {
    "/never": never,
    "/drip": drip,
    "/never-loads": html("<img src=/never><p>Vairāk."),
    "/dialogs": html("<script>alert('Esi sveiks'); prompt('Kā?'); confirm('Jā?'); print()</script>"),
    "/leaving": html("<script>onbeforeunload = e => { e.preventDefault(); return 'nē' }</script>"),
    "/popups": html("<script>for (let i = 0; i < 3; i++) open('/small')</script>"),
    "/small": html(""),
    "/closes": html("<script>setTimeout(() => close(), 50)</script>"),
    "/hangs": html("<script>onload = () => setTimeout(() => { while (true); }, 50)</script>"),
    "/hangs-at-once": html("<script>while (true);</script>"),
    "/download": html("", headers={"Content-Disposition": "attachment; filename=a.html"}),
    "/pdf": lambda asked: asked.answer(b"%PDF-1.4\n%%EOF", kind="application/pdf"),
    "/json": lambda asked: asked.answer("{}", kind="application/json"),
    "/refresh": html("<meta http-equiv=refresh content='0;url=/small'>"),
    "/refresh-nowhere": html("<meta http-equiv=refresh content='0;url=https://nosuch.invalid/x'>"),
    "/refresh-a": html("<meta http-equiv=refresh content='0;url=/refresh-b'>"),
    "/refresh-b": html("<meta http-equiv=refresh content='0;url=/refresh-a'>"),
    "/loop-a": to("/loop-b"),
    "/loop-b": to("/loop-a"),
    "/no-content": bare(204),
    "/gone": bare(410),
    "/broken": bare(500),
    "/lost": lost,
    "/empty": lambda asked: asked.answer(""),
    "/announced": announced,
    "/endless": endless,
    "/bomb": bomb,
    "/many": html("<p>a" * 60_000),
    "/links": html("".join(f"<li><a href=/l/{i}>Saite {i}</a>" for i in range(5000))),
    "/frames": html("".join("<iframe src=/small></iframe>" for _ in range(60))),
    "/charset": lambda asked: asked.answer(
        b"<!doctype html><title>Me\xfea</title><p>\xff\xfe\x80 Teksts", kind="text/html; charset=utf-8"
    ),
    "/title": html("<script>document.title = '[bold red]Me[/]\\x1b[31m \\ud800 [/'</script>"),
    "/beacons": html("<script>setInterval(() => fetch('/small?' + Math.random()), 100)</script>"),
    "/storm": html("<script>setInterval(() => location.hash = Math.random(), 5)</script>"),
    "/memory": html(
        "<script>const a = []; while (true) a.push(new Array(1e6).fill(Math.random()));</script>"
    ),
}


class Visit:
    """What came of a page, and how long it took."""

    def __init__(self, page: Page | MobileView, seconds: float) -> None:
        self.page = page
        self.seconds = seconds

    @property
    def reason(self) -> FailureReason | None:
        return self.page.failure.reason if self.page.failure else None


async def visit(browser: Browser, url: str, *, mobile: bool, settings: AuditSettings) -> Visit:
    async with browser.site_context(phone=mobile) as context:
        began = time.monotonic()
        page = await (phone if mobile else desktop)(context, url, settings)
        return Visit(page, time.monotonic() - began)


LIGHT = [
    path
    for path in ROUTES
    if path not in {"/endless", "/bomb", "/many", "/links", "/frames", "/memory", "/never"}
]


@pytest.fixture(scope="module")
def visits() -> dict[tuple[str, bool], Visit]:
    """Each light page on the desktop and some on the phone, four at a time."""

    async def visit_all() -> dict[tuple[str, bool], Visit]:
        found: dict[tuple[str, bool], Visit] = {}
        turns = asyncio.Semaphore(4)
        with serving(ROUTES) as server:
            async with a_browser(SETTINGS) as browser:

                async def one(path: str, mobile: bool) -> None:
                    async with turns:
                        visited = await visit(browser, server.url + path, mobile=mobile, settings=SETTINGS)
                        found[path, mobile] = visited

                phones = ["/never-loads", "/hangs", "/closes", "/pdf", "/small", "/empty", "/dialogs"]
                await asyncio.gather(
                    *(one(path, mobile=False) for path in LIGHT), *(one(path, mobile=True) for path in phones)
                )
        return found

    return asyncio.run(visit_all())


Visits = dict[tuple[str, bool], Visit]


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/hangs", FailureReason.PAGE_HUNG),
        ("/hangs-at-once", FailureReason.PAGE_HUNG),
        ("/download", FailureReason.DOWNLOAD),
        ("/pdf", FailureReason.DOWNLOAD),
        ("/json", FailureReason.NOT_HTML),
        ("/refresh-a", FailureReason.REDIRECT_LOOP),
        ("/refresh-nowhere", FailureReason.CONNECTION_LOST),
        ("/loop-a", FailureReason.REDIRECT_LOOP),
        ("/no-content", FailureReason.NOT_HTML),
        ("/lost", FailureReason.CONNECTION_LOST),
        ("/announced", FailureReason.TOO_LARGE),
    ],
)
def test_a_page_that_cannot_be_observed_says_why(visits: Visits, path: str, reason: FailureReason) -> None:
    seen = visits[path, False]

    assert seen.reason is reason, seen.page.failure


@pytest.mark.parametrize(
    "path",
    ["/closes", "/drip", "/never-loads", "/dialogs", "/leaving", "/popups", "/refresh",
     "/empty", "/charset", "/title",
     "/beacons", "/storm", "/small"],
)  # fmt: skip
def test_a_page_that_only_misbehaves_is_observed(visits: Visits, path: str) -> None:
    page = visits[path, False].page
    assert isinstance(page, Page)
    assert page.failure is None
    assert page.axe is not None
    assert page.screenshot is not None


def test_no_page_takes_longer_than_its_time(visits: Visits) -> None:
    late = {key: visited.seconds for key, visited in visits.items() if visited.seconds > TIMEOUT + GRACE}
    assert not late


def test_what_happened_is_told(visits: Visits) -> None:
    pages = {path: visited.page for (path, mobile), visited in visits.items() if not mobile}
    dialogs, popups, never_loads = pages["/dialogs"], pages["/popups"], pages["/never-loads"]
    assert isinstance(dialogs, Page)
    assert isinstance(popups, Page)
    assert dialogs.dialogs == ("Esi sveiks", "Kā?", "Jā?")
    assert popups.popups == 3
    assert (never_loads.load_event, pages["/drip"].load_event) == (False, False)
    assert pages["/refresh"].final_url.endswith("/small")
    title = pages["/title"]
    assert isinstance(title, Page)
    assert title.title == "[bold red]Me[/] [31m \ufffd [/"


@pytest.mark.parametrize(("path", "status"), [("/gone", 410), ("/broken", 500)])
def test_an_error_without_a_body_keeps_its_status(visits: Visits, path: str, status: int) -> None:
    assert visits[path, False].page.status == status


def test_phones_survive_the_same(visits: Visits) -> None:
    reasons = {path: visited.reason for (path, mobile), visited in visits.items() if mobile}
    assert reasons == {
        "/never-loads": None,
        "/hangs": FailureReason.PAGE_HUNG,
        "/closes": None,
        "/pdf": FailureReason.DOWNLOAD,
        "/small": None,
        "/empty": None,
        "/dialogs": None,
    }
    assert visits["/never-loads", True].page.load_event is False


async def one_page(path: str, settings: AuditSettings) -> Visit:
    with serving(ROUTES) as server:
        async with a_browser(settings) as browser:
            return await visit(browser, server.url + path, mobile=False, settings=settings)


@pytest.mark.parametrize("path", ["/endless", "/bomb"])
async def test_no_more_than_a_cap_is_read(path: str) -> None:
    visited = await one_page(path, SMALL)
    assert visited.seconds < TIMEOUT + GRACE
    page = visited.page
    assert isinstance(page, Page)
    assert len(page.html) <= SMALL.max_body
    early = {FailureReason.TOO_LARGE, FailureReason.TIMEOUT, FailureReason.PAGE_HUNG}
    assert page.html_truncated or visited.reason in early


async def test_sixty_thousand_elements_are_observed_in_time() -> None:
    """axe-core alone takes some twenty seconds; what else is seen is kept."""
    visited = await one_page("/many", AuditSettings(seed=1, timeout=8.0))
    assert isinstance(visited.page, Page)
    assert visited.page.element_count > 60_000
    assert visited.reason in {None, FailureReason.AXE_FAILED}
    assert visited.seconds < 8 + GRACE


async def test_five_thousand_links_are_all_kept() -> None:
    visited = await one_page("/links", AuditSettings(seed=1, timeout=8.0))
    assert isinstance(visited.page, Page)
    assert len(visited.page.links) == 5000
    assert len({one.selector for one in visited.page.links}) == 5000
    assert visited.seconds < 8 + GRACE


async def test_frames_without_number_are_tested_up_to_a_cap_and_the_rest_named() -> None:
    visited = await one_page("/frames", AuditSettings(seed=1, timeout=25.0))
    assert isinstance(visited.page, Page)
    assert visited.page.axe is not None
    assert visited.page.axe.frames_tested == 50
    assert len(visited.page.axe.frames_untested) == 11


def renderers() -> set[int]:
    children = psutil.Process().children(recursive=True)
    return {one.pid for one in children if "--type=renderer" in one.cmdline()}


def roots() -> set[int]:
    """Browsers started by this process: Chromium without a process type."""
    found = set()
    for one in psutil.Process().children(recursive=True):
        line = one.cmdline()
        if line and "headless" in line[0] + one.name() and not any("--type=" in part for part in line):
            found.add(one.pid)
    return found


async def asked_for(server: PageServer, path: str) -> None:
    while not any(asked == path for _, asked in server.asked):  # noqa: ASYNC110 - the server runs in a thread
        await asyncio.sleep(0.02)


async def killed(server: PageServer, victims: Callable[[], set[int]]) -> tuple[Page, Page, int]:
    """A page during which processes are killed, and the page after it."""
    async with a_browser(SETTINGS) as browser, browser.site_context() as context:
        await desktop(context, f"{server.url}/small", SETTINGS)
        capture = asyncio.ensure_future(desktop(context, f"{server.url}/never-loads", SETTINGS))
        await asked_for(server, "/never")
        for pid in victims():
            os.kill(pid, signal.SIGKILL)
        page = await capture
        after = await desktop(context, f"{server.url}/small", SETTINGS)
        return page, after, browser.starts


async def test_a_renderer_that_dies_is_a_failure_of_that_page_only() -> None:
    with serving(ROUTES) as server:
        page, after, starts = await killed(server, renderers)
    assert (page.failure is None) or page.failure.reason is FailureReason.RENDERER_CRASHED
    assert after.failure is None
    assert starts == 1


async def test_a_browser_that_is_killed_is_started_again() -> None:
    with serving(ROUTES) as server:
        page, after, starts = await killed(server, roots)
    assert (page.failure is None) or page.failure.reason is FailureReason.BROWSER_CRASHED
    assert after.failure is None
    assert after.axe is not None
    assert starts == 2


async def test_a_page_that_is_closed_under_our_hands_says_so() -> None:
    with serving(ROUTES) as server:
        async with a_browser(SETTINGS) as browser, browser.site_context() as context:
            capture = asyncio.ensure_future(desktop(context, f"{server.url}/never-loads", SETTINGS))
            await asked_for(server, "/never")
            chromium = await browser.running()
            await chromium.contexts[0].pages[0].close()
            page = await capture
            after = await desktop(context, f"{server.url}/small", SETTINGS)
    assert page.failure is not None
    assert page.failure.reason is FailureReason.PAGE_CLOSED
    assert after.failure is None


async def test_a_page_that_always_crashes_its_renderer_is_tried_twice() -> None:
    with serving(ROUTES) as server:
        async with a_browser(SETTINGS) as browser, browser.site_context() as context:
            capture = asyncio.ensure_future(desktop(context, f"{server.url}/never-loads", SETTINGS))
            while not capture.done():
                await asyncio.sleep(0.1)
                tries = sum(path == "/never-loads" for _, path in server.asked)
                if tries:
                    for pid in renderers():
                        os.kill(pid, signal.SIGKILL)
            page = await capture
        asked = sum(path == "/never-loads" for _, path in server.asked)
    assert page.failure is not None
    # A tab whose renderer is killed while it opens never comes: on a busy machine that is told instead.
    assert page.failure.reason in {FailureReason.RENDERER_CRASHED, FailureReason.BROWSER_CRASHED}
    assert asked <= 2


async def test_cancelling_leaves_no_tab_open() -> None:
    with serving(ROUTES) as server:
        async with a_browser(SETTINGS) as browser:
            async with browser.site_context() as context:
                for path in ("/hangs-at-once", "/never-loads", "/small"):
                    task = asyncio.ensure_future(desktop(context, server.url + path, SETTINGS))
                    await asyncio.sleep(0.3)
                    task.cancel()
                    with pytest.raises(asyncio.CancelledError):
                        await task
            chromium = await browser.running()
            assert chromium.contexts == []
