from __future__ import annotations

from typing import Any

import pytest

from crawler.browser import Browser
from crawler.evidence import MobileView
from tests.crawler.observed_pages import ONE_LOOP, Blobs, phone
from tests.crawler.page_server import serving


async def viewed(
    one_browser: Browser, path: str, **routes: str
) -> tuple[MobileView, Blobs, list[tuple[str, str]]]:
    def answering(body: str) -> Any:
        return lambda asked: asked.answer(f"<!doctype html>{body}")

    blobs = Blobs()
    with serving({f"/{name}": answering(body) for name, body in routes.items()}) as server:
        async with one_browser.site_context(phone=True) as context:
            view = await phone(context, f"{server.url}/{path}", blobs=blobs)
            return view, blobs, server.asked


@ONE_LOOP
async def test_a_phone_gathers_what_the_verdict_needs(one_browser: Browser) -> None:
    view, blobs, _ = await viewed(one_browser, "phone.html")
    assert view.failure is None
    assert (view.status, view.layout_width, view.screen_width, view.screen_height) == (200, 411, 411, 731)
    assert view.viewports == ("width=device-width", "initial-scale=1")
    assert view.content_width == 600
    assert [one.selector.split(" > ")[-1] for one in view.wide] == ["div:nth-of-type(3)"]
    assert [(one.font_px, one.length) for one in view.text if one.font_px < 12] == [
        (10, len("Sīks teksts šeit"))
    ]
    assert [one.snippet for one in view.small_text] == ['<p class="small">Sīks teksts šeit']
    plugin = view.plugins[0]
    assert (plugin.tag, plugin.type, plugin.source) == ("object", "application/x-shockwave-flash", "/a.swf")
    assert plugin.rect is not None
    assert view.screenshot is not None
    assert blobs.kept[view.screenshot.digest].startswith(b"\xff\xd8\xff")
    assert set(view.seconds) == {"load", "observe", "screenshot"}


@ONE_LOOP
async def test_tap_targets_are_those_that_a_finger_reaches(one_browser: Browser) -> None:
    view, _, _ = await viewed(one_browser, "phone.html")
    addresses = [one.href.rpartition("/")[2] for one in view.targets]
    assert addresses == ["a", "b"], "neither the link in running text nor the covered one"
    (box,) = view.targets[0].rects
    assert (box.x, box.y, box.width, box.height) == (10, 1200, 20, 20)


@ONE_LOOP
async def test_the_hit_test_leaves_the_page_as_it_was(one_browser: Browser) -> None:
    with serving() as server:
        async with one_browser.site_context(phone=True) as context:
            await phone(context, f"{server.url}/phone.html")
            chromium = await one_browser.running()
            page = chromium.contexts[0].pages[0]
            assert (
                await page.evaluate("document.querySelector('.bar').outerHTML")
                == '<div class="bar">Josla</div>'
            )
            assert await page.evaluate("scrollY") == 0


@ONE_LOOP
async def test_failed_style_sheets_come_first_and_the_page_is_loaded_once_more(one_browser: Browser) -> None:
    view, _, asked = await viewed(one_browser, "phone.html")
    first = view.resources[0]
    assert (first.url.rpartition("/")[2], first.type, first.status) == (
        "style-missing.css",
        "stylesheet",
        404,
    )
    assert [path for _, path in asked].count("/phone.html") == 2


@pytest.mark.parametrize(
    ("head", "layout", "scale"),
    [
        ("<meta name=viewport content='width=device-width'>", 411, 1),
        ("", 980, pytest.approx(0.419, abs=0.001)),
        ("<meta name=viewport content='width=1024'>", 1024, pytest.approx(0.401, abs=0.001)),
        ("<meta name=viewport content='width=320'>", 320, pytest.approx(1.284, abs=0.001)),
    ],
)
@ONE_LOOP
async def test_the_layout_is_the_one_that_the_viewport_asks_for(
    one_browser: Browser, head: str, layout: int, scale: Any
) -> None:
    view, _, _ = await viewed(one_browser, "page", page=f"{head}<title>a</title><p>Teksts")
    assert (view.layout_width, view.scale) == (layout, scale)


@ONE_LOOP
async def test_targets_in_open_shadow_roots_are_found(one_browser: Browser) -> None:
    body = """<meta name=viewport content='width=device-width'><div id=h></div><script>
    h.attachShadow({mode: 'open'}).innerHTML =
    '<button style="width:60px;height:60px"><b>x</b></button>'</script>"""
    view, _, _ = await viewed(one_browser, "page", page=body)
    assert [one.selector for one in view.targets] == ["#h >>> button"]


@ONE_LOOP
async def test_text_is_counted_by_the_boxes_that_it_is_laid_out_in(one_browser: Browser) -> None:
    line = "Viens divi trīs četri pieci seši septiņi astoņi"
    body = f"""<meta name=viewport content='width=device-width'><body style="font:16px monospace">
    <p style="font-size:20px;width:300px;font-family:monospace">{line}</p>
    <p style="font-size:9px"> sīks   sīks</p>
    <p style="visibility:hidden;font-size:8px">Neredzams</p>
    <p style="display:none;font-size:7px">Nav</p><p> </p>"""
    view, _, _ = await viewed(one_browser, "page", page=body)
    counted = {one.font_px: one.length for one in view.text}
    lines = counted[20] // len(line)
    assert counted[20] == lines * len(line), "each of its lines counts for the whole text"
    assert lines in {2, 3}
    assert set(counted) == {9, 20}
    assert counted[9] == 2 * len("sīks   sīks"), "collapsed white space begins a box"
