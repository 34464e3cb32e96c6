from __future__ import annotations

import base64
import io
import random
import re
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest
import pytest_asyncio
from lxml import html  # type: ignore[import-untyped]  # lxml ships no types
from PIL import Image
from playwright.async_api import Page, async_playwright

from checks.clips import clip
from checks.finding import Answer, Instance
from crawler.chromium import find_chromium
from crawler.evidence import Blob, Rect, Skipped, SkipReason
from results.html_report import html_report
from results.pictures import Pictures
from results.records import RunRecord
from results.report_pictures import PICTURE_BYTES
from results.store import Store
from tests.results import samples

AXE = Path(__file__).parents[2] / "crawler" / "vendor" / "axe.min.js"


@pytest.fixture
def run(store: Store) -> RunRecord:
    return samples.fill(store)


def parsed(run: RunRecord) -> html.HtmlElement:
    return html.document_fromstring(html_report(run))


def text(run: RunRecord) -> str:
    return " ".join(parsed(run).text_content().split())


def test_everything_of_a_site_is_told(run: RunRecord) -> None:
    told = text(run)
    for part in (
        "◐ partly evaluated",
        "87.50 % · band 2 · 10 points",
        "Beside the percentage: home page 87.50 %, elements/1 75.00 %",
        "Clickable elements are too close to each other (3)",
        "Augsta atbilstība [85-95%]",
        "critical, 25 elements on 1 page · WCAG 1.1.1 Non-text Content",
        "An image has no text alternative",
        "A blind user does not learn what the image shows",
        "WCAG 1.4.3 Contrast (Minimum)",
        "http_404 (HTTP 404)",
        "robots_disallowed",
        "check its spelling and its DNS records",
        "not measured; costs no points",
        "criteria-met/1 for wcag20-aa",
        "chromium 156.0",
    ):
        assert part in told, part


def test_text_of_sites_is_never_markup(run: RunRecord) -> None:
    page = parsed(run)
    assert not page.xpath("//script | //b | //*[@onclick] | //body//img")
    assert "[red]Padome[/red] <b>A&B</b> txt.exe" in page.text_content()
    assert not set(html_report(run)) & {"\x1b", "\u202e", "\0"}


def test_only_web_addresses_become_links(run: RunRecord) -> None:
    first = run.sites[0]
    hostile = (
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "https://\u202ea.example",
        "http://[",
    )
    skipped = tuple(Skipped(url, SkipReason.NOT_HTTP) for url in hostile)
    site = msgspec.structs.replace(first, skipped=skipped, skipped_counts={"not_http": len(hostile)})
    page = parsed(msgspec.structs.replace(run, sites=(site,)))
    links = [link for link in page.xpath("//a/@href") if not link.startswith("#")]
    assert links
    assert all(link.startswith("https://") and "a.example" not in link for link in links)
    assert "javascript:alert(1)" in page.text_content()


def test_nothing_is_asked_of_the_network(run: RunRecord) -> None:
    page = parsed(run)
    assert not page.xpath("//link | //script | //iframe | //*[@src]")
    assert not re.search(r"url\(|@import", html_report(run))
    (policy,) = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    assert "default-src 'none'" in policy


def test_long_lists_are_cut_and_say_so(run: RunRecord) -> None:
    first = run.sites[0]
    (failed, *_) = first.page_findings
    many = tuple(
        msgspec.structs.replace(failed.instances[0], snippet=f'<img class="a" src="{one}">')
        for one in range(30)
    )
    found = {"wcag_percentage": (msgspec.structs.replace(failed, instances=many),)}
    judged = msgspec.structs.replace(first.judgement, findings=found)
    site = msgspec.structs.replace(first, judgement=judged)
    told = text(msgspec.structs.replace(run, sites=(site,)))
    assert "Others of this kind: 29" in told
    assert "… and 24 more; the JSON document has all." in told


def a_picture(colour: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (1280, 3000), colour).save(out, "JPEG")
    return out.getvalue()


def with_places(answer: Answer, picture: str) -> Answer:
    places = ((40, 0), (2500, 1), (2500, 2), (40, 0))
    at = [(Rect(10, y, 90, 20), f"{answer.code} {number}") for y, number in places]
    seen = [clip(Blob(picture, "image/jpeg", 1, 1280, 3000), rect) for rect, _ in at]
    evidence = (
        Instance(url=samples.URL, snippet=words, rect=rect, clip=one)
        for (rect, words), one in zip(at, seen, strict=True)
    )
    return msgspec.structs.replace(answer, evidence=tuple(evidence))


def test_home_pages_and_places_of_answers_are_shown(store: Store) -> None:
    run_id = samples.begin(store)
    blob = store.evidence.put(a_picture("navy"), "image/jpeg")
    judged = samples.judgement()
    answers = tuple(with_places(one, blob.digest) for one in judged.answers[:2])
    judged = msgspec.structs.replace(judged, answers=answers)
    store.save_site(run_id, 0, samples.site(screenshot=blob), judged)
    report = html_report(store.load_run(run_id), store.evidence.get)
    page = html.document_fromstring(report)
    sizes = []
    for source in page.xpath("//img/@src"):
        kind, _, data = source.partition(",")
        assert kind == "data:image/webp;base64"
        sizes.append(Image.open(io.BytesIO(base64.b64decode(data))).size)
    assert sizes == [(1280, 900), (360, 120), (360, 120)], "the top of the home page, and each clip once"
    shown = page.xpath("//img[@class='clip']/@id")
    assert shown == ["clip-1-1", "clip-1-2"]
    assert page.xpath("//a[text()='clip of the page, above']/@href") == [f"#{one}" for one in shown]
    assert all(page.xpath("//img/@alt"))


def test_pictures_that_are_gone_or_too_large_are_left_out(store: Store) -> None:
    noise = Image.frombytes("RGB", (1280, 900), random.Random(1).randbytes(1280 * 900 * 3))
    out = io.BytesIO()
    noise.save(out, "JPEG")
    run_id = samples.begin(store)
    for place, picture in enumerate((b"\xff\xd8\xff and no picture", out.getvalue())):
        blob = store.evidence.put(picture, "image/jpeg")
        store.save_site(run_id, place, samples.site(screenshot=blob), samples.judgement())
    assert len(Pictures(store.evidence.get).screen(blob.digest, 1)) > PICTURE_BYTES
    assert "<img" not in html_report(store.load_run(run_id), store.evidence.get)


@pytest_asyncio.fixture
async def page(run: RunRecord) -> AsyncIterator[Page]:
    executable = find_chromium({})
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=executable)
        page = await browser.new_page(viewport={"width": 1200, "height": 900})
        await page.set_content(html_report(run).replace("<meta http-equiv", "<meta data-was", 1))
        yield page
        await browser.close()


async def test_the_report_is_accessible_itself(page: Page) -> None:
    await page.add_script_tag(content=AXE.read_text(encoding="utf-8"))
    for scheme in ("light", "dark"):
        for width in (1200, 320):
            await page.emulate_media(color_scheme="light" if scheme == "light" else "dark")
            await page.set_viewport_size({"width": width, "height": 900})
            await page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
            found = await page.evaluate("axe.run().then(result => result.violations)")
            assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []


async def test_the_report_fits_a_small_screen(page: Page) -> None:
    await page.set_viewport_size({"width": 320, "height": 600})
    await page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    assert await page.evaluate("document.documentElement.scrollWidth") <= 320


async def test_the_keyboard_reaches_every_part(page: Page) -> None:
    await page.keyboard.press("Tab")
    assert await page.evaluate("document.activeElement.textContent") == "Skip to the results"
    reached = set()
    for _ in range(60):
        await page.keyboard.press("Tab")
        reached.add(await page.evaluate("document.activeElement.tagName"))
    assert {"A", "SUMMARY", "DIV"} <= reached


def test_the_second_engine_stands_apart_from_the_rules_of_the_percentage(run: RunRecord) -> None:
    site = run.sites[0]
    found = site.judgement.findings | {"second_engine": samples.second_findings()}
    judged = msgspec.structs.replace(site.judgement, findings=found)
    told = text(msgspec.structs.replace(run, sites=(msgspec.structs.replace(site, judgement=judged),)))
    heading = told.index("Second engine: rules that fail, beside the percentage")
    assert told.index("Accessibility rules that fail") < heading < told.index("Other findings")
    assert "(ibm:table_headers_related): no impact given, 1 element on 1 page" in told[heading:]
    assert told.count("(ibm:table_headers_related)") == told.count("Second engine: rules that fail")
    assert "ibm:untested" in told[told.index("Other findings") :]
