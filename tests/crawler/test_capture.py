from __future__ import annotations

import asyncio

from crawler.browser import Browser
from crawler.evidence import FailureReason, Link, Page, Place
from tests.crawler.observed_pages import ONE_LOOP, Blobs, a_browser, desktop
from tests.crawler.page_server import Handler, PageServer, serving


def link(page: Page, end: str) -> Link:
    return next(one for one in page.links if one.href.endswith(end))


async def captured(one_browser: Browser, path: str, routes: dict | None = None) -> tuple[Page, PageServer]:
    with serving(routes) as server:
        async with one_browser.site_context() as context:
            return await desktop(context, server.url + path), server


@ONE_LOOP
async def test_a_page_is_observed_as_it_shows(one_browser: Browser) -> None:
    blobs = Blobs()
    with serving() as server:
        async with one_browser.site_context() as context:
            page = await desktop(context, f"{server.url}/institution.html", blobs=blobs, roles=("home",))
    assert page.failure is None
    assert (page.status, page.title, page.lang, page.roles) == (200, "Meža aģentūra", "lv", ("home",))
    assert page.content_type == "text/html; charset=utf-8"
    assert page.html.startswith("<!DOCTYPE html>")
    assert page.html.endswith("</html>")
    assert '<template shadowrootmode="open">' in page.html
    assert "Teksts par mežu." in page.text
    assert "Ēna" in page.text
    assert "Neredzams" not in page.text
    assert page.text_length == len(page.text)
    assert page.captured_at == "2026-01-02T12:00:00+00:00"
    assert set(page.seconds) == {"load", "observe", "axe", "screenshot"}
    assert page.screenshot is not None
    assert blobs.kept[page.screenshot.digest].startswith(b"\xff\xd8\xff")

    shown = {one.href.removeprefix(server.url) for one in page.links if one.visible}
    assert shown == {
        "/", "/pakalpojumi?a=1#b", "https://www.facebook.com/mezs", "/raksts",
        "mailto:info@example.lv", "/ena",
    }  # fmt: skip
    assert link(page, "#saturs").visible is False
    assert link(page, "/pakalpojumi?a=1#b").place is Place.NAV
    assert link(page, "/raksts").place is Place.BODY
    assert link(page, "info@example.lv").place is Place.FOOTER
    assert link(page, "/mezs").name == "Facebook"
    assert link(page, "/mezs").rel == "me"
    home = page.links[1]
    assert (home.text, home.name, home.place) == ("", "Sākums", Place.HEADER)
    assert link(page, "/ena").selector == "#host >>> p > a"

    search, group = page.forms
    assert (search.role, search.method, search.place) == ("search", "get", Place.SEARCH)
    assert search.action == f"{server.url}/meklet", "a field named action must not stand for the address"
    assert [(one.name, one.label, one.value, one.visible) for one in search.fields] == [
        ("q", "Meklēt", "", True),
        ("lang", "", "lv", False),
        ("action", "", "", True),
        ("", "Aiziet", "", True),
    ]
    assert search.fields[0].selector == "#q"
    assert (group.has_form_element, group.selector, group.fields[-1].label) == (False, "#saturs", "E-pasts")
    assert [(one.tag, one.name, one.visible, one.expanded) for one in page.controls] == [
        ("button", "Izvēlne", False, "false"),
        ("summary", "Vairāk", True, ""),
    ]
    frame = page.frames[0]
    assert (frame.url, frame.title, frame.visible) == (f"{server.localhost}/frame.html", "Karte", True)
    assert ("/nav.png", 404) in {(one.url.removeprefix(server.url), one.status) for one in page.resources}
    assert any(one.url.startswith(server.localhost) for one in page.resources)


@ONE_LOOP
async def test_redirects_and_headers_are_kept_without_cookies(one_browser: Browser) -> None:
    def onward(asked: Handler) -> None:
        asked.answer("", status=302, headers={"Location": "/target"})

    def target(asked: Handler) -> None:
        asked.answer("<!doctype html><p>Šeit", headers={"Set-Cookie": "a=1", "X-Kaut-Kas": "Ja"})

    page, server = await captured(one_browser, "/first", {"/first": onward, "/target": target})
    assert page.redirects == (f"{server.url}/first",)
    assert page.final_url == f"{server.url}/target"
    names = dict(page.headers)
    assert "x-kaut-kas" in names
    assert "set-cookie" not in names


@ONE_LOOP
async def test_an_error_page_is_observed_with_its_status_and_not_tested(one_browser: Browser) -> None:
    page, _ = await captured(one_browser, "/missing")
    assert (page.status, page.title, page.axe, page.failure) == (404, "Nav atrasts", None, None)


@ONE_LOOP
async def test_what_a_script_leads_to_is_what_is_observed(one_browser: Browser) -> None:
    def leaving(asked: Handler) -> None:
        asked.answer("<!doctype html><script>location.replace('/lv/')</script>")

    def arrived(asked: Handler) -> None:
        asked.answer("<!doctype html><title>Sākums</title><p>Teksts", status=203)

    page, server = await captured(one_browser, "/", {"/": leaving, "/lv/": arrived})
    assert (page.final_url, page.title, page.status) == (f"{server.url}/lv/", "Sākums", 203)
    assert page.redirects[0] == f"{server.url}/"


@ONE_LOOP
async def test_a_warm_tab_serves_page_after_page(one_browser: Browser) -> None:
    with serving() as server:
        async with one_browser.site_context() as context:
            first = await desktop(context, f"{server.url}/barriers.html")
            for _ in range(3):
                again = await desktop(context, f"{server.url}/barriers.html")
                assert again.axe == first.axe
                assert again.links == first.links
            assert context.tabs_opened == 1


async def test_nothing_leaves_but_through_the_proxy() -> None:
    heads: list[bytes] = []

    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heads.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 16\r\n\r\n<title>Starpnieks"
        )
        await writer.drain()
        writer.close()

    proxy = await asyncio.start_server(refuse, "127.0.0.1", 0)
    port = proxy.sockets[0].getsockname()[1]
    with serving() as server:
        async with a_browser(proxy=f"http://127.0.0.1:{port}") as browser, browser.site_context() as context:
            page = await desktop(context, f"{server.url}/frame.html")
        assert server.asked == []
    proxy.close()
    await proxy.wait_closed()
    assert page.failure is None or page.failure.reason is not FailureReason.INTERNAL_ERROR
    assert heads[0].startswith(f"GET {server.url}/frame.html HTTP/1.1".encode())
