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
from checks.finding import Answer, Instance, Outcome
from crawler.chromium import find_chromium
from crawler.evidence import Blob, Rect, Skipped, SkipReason
from results.html_report import html_report
from results.language import Language
from results.measure_wording import band_lines
from results.models import RunState
from results.panel.decisions import Automatic, Decision, Verdict
from results.pictures import Pictures
from results.records import RunRecord, SiteRecord
from results.report_languages import quoted_languages
from results.report_pictures import PICTURE_BYTES
from results.store import Store
from tests.results import samples

SAID = {
    Language.EN: (
        "Of the success criteria of WCAG 2.0 AA that automatic tests can decide",
        "called criteria-met/1",
        "band 2 (85.00 to 95.00 %, 10 points)",
        "no points are lost",
        "this report shows number 3 of 3",
    ),
    Language.LV: (
        "WCAG 2.0 AA veiksmes kritērijiem",
        "criteria-met/1",
        "2. josla (85,00–95,00 %, 10 punkti)",
        "punktus vietne nezaudē",
        "3. vērtējums no 3",
    ),
}
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
        "87.50 % band 2 of 4 (1 is the best): 10 of 20 points",
        "no percentage band 4 of 4 (1 is the best): 0 of 20 points",
        "It does not say how accessible the site is",
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


SAW = Automatic(value=2, outcome="failed", confidence=0.7, judgement=1)
DECIDED = Decision(
    position=0,
    code="M05",
    expert="Anna <b>",
    verdict=Verdict.OVERRULE,
    value=1,
    reason="the menu\u202e has them",
    automatic=SAW,
    source="review.xlsx:Review!K7",
    decided_at=samples.FINISHED,
)


def decided(run: RunRecord) -> RunRecord:
    """The run with experts' decisions on its first site."""
    change = msgspec.structs.replace
    decisions = (
        DECIDED,
        change(DECIDED, code="M08_7", verdict=Verdict.CONFIRM, automatic=change(SAW, value=0)),
        change(DECIDED, code="M08_7", expert="Bruno", value=0),
        change(DECIDED, code="K11M_FB", verdict=Verdict.OPEN, value=None),
        change(DECIDED, code="K11M_FB_5", value=2),
        change(DECIDED, code="M16J", value=1),
    )
    return change(run, sites=(change(run.sites[0], decisions=decisions), *run.sites[1:]))


def test_what_experts_decided_stands_beside_what_the_tool_said(run: RunRecord) -> None:
    page = parsed(decided(run))

    def told(code: str) -> str:
        return " ".join(page.get_element_by_id(f"site-1-{code}").text_content().split())

    def group(code: str) -> str:
        return str(page.get_element_by_id(f"site-1-{code}").xpath("string(../preceding-sibling::h4[1]/span)"))

    assert "yes, decided by an expert: Anna <b> M05" in told("M05")
    assert "The tool no, 70 % sure Anna <b>, 2017-11-21 overruled it: yes. Reason: the menu has them" in told(
        "M05"
    )
    assert group("M05") == "✓ passed"
    assert "experts disagree, so nothing holds: Anna <b>, Bruno" in told("M08_7")
    assert "confirmed it. Reason: the menu has them (then the tool said: no)" in told("M08_7")
    assert group("M08_7") == group("K11M_FB") == "? cannot tell"
    assert "looked at it and left it open" in told("K11M_FB")
    assert "The tool" not in told("K11M_FB_5")
    assert "Anna <b>, 2017-11-21 answered: no" in told("K11M_FB_5")
    assert told("K11M_FB_5").startswith("Facebook: was the question answered within an hour?: no")
    assert page.xpath("//td[@data-label='Band']")[0].text_content() == "2 (expert: Highest [above 95 %])"
    whole = " ".join(page.text_content().split())
    assert "An expert decided otherwise: Highest [above 95 %]" in whole
    assert "Experts looked at some answers: 5. Of these now otherwise than the tool says: 3." in whole


def test_why_a_page_fails_on_a_phone_is_told_once_and_in_the_language_spoken(run: RunRecord) -> None:
    change = msgspec.structs.replace
    site, notes = run.sites[0], {"lv": "Teksts ir mazs.", "en": "The text is small."}
    assert site.judgement.mobile is not None
    answer = Answer(code="M17J_NOTES", outcome=Outcome.FAILED, value=notes["lv"], reason=notes["en"])
    mobile = change(site.judgement.mobile, notes=notes)
    site = change(site, judgement=change(site.judgement, mobile=mobile, answers=(answer,)))
    confirmed = change(DECIDED, code=answer.code, verdict=Verdict.CONFIRM, value=notes["lv"])
    for decisions in ((), (confirmed,)):
        page = parsed(change(run, sites=(change(site, decisions=decisions),)))
        told = page.get_element_by_id("site-1-M17J_NOTES").text_content()
        assert told.count("The text is small") == 1 + len(decisions)
        assert "Why:" not in told
        assert "Why the tool" not in told


def test_names_and_numbers_are_explained_in_both_languages(run: RunRecord) -> None:
    again = msgspec.structs.replace(run.judgement, number=3, of=3)
    run = msgspec.structs.replace(run, judgement=again)
    for lang, says in SAID.items():
        page = html.document_fromstring(html_report(run, lang=lang))
        told = " ".join(page.xpath("string(//section[@aria-labelledby='reading'])").split())
        assert all(part in told for part in says), told
        assert [
            one
            for one in page.xpath("//a/@href")
            if one[0] == "#" and not page.xpath(f"//*[@id='{one[1:]}']")
        ] == []


def test_what_is_quoted_is_marked_with_its_pages_language() -> None:
    change = msgspec.structs.replace
    observed = samples.site()
    pages = tuple(
        change(observed.pages[0], url=f"{samples.URL}{tag}", final_url="", lang=tag)
        for tag in ("lv-LV", "xx-no-language", "en", "")
    )
    observed = change(observed, pages=pages)
    assert quoted_languages(observed, Language.EN) == {f"{samples.URL}lv-LV": "lv"}
    assert quoted_languages(observed, Language.LV) == {f"{samples.URL}en": "en"}
    assert quoted_languages(None, Language.EN) == {}
    site = SiteRecord.of(0, observed, samples.judgement())
    place = Instance(url=pages[0].url, snippet="<p>Jā")
    answer = Answer(code="M05", outcome=Outcome.PASSED, value=1, evidence=(place,))
    site = change(site, judgement=change(site.judgement, answers=(answer,)))
    run = RunRecord(
        id="a",
        name="",
        state=RunState.FINISHED,
        started_at=samples.STARTED,
        finished_at=None,
        versions={},
        settings={},
        judgement=samples.JUDGED_BY,
        sites=(site,),
    )
    page = html.document_fromstring(html_report(run, evidence=lambda _: observed, lang=Language.EN))
    assert page.xpath("//code[text()='<p>Jā']/@lang") == ["lv"]


def test_limits_of_bands_are_those_that_sort() -> None:
    told = [(one.number, one.reach, one.points) for one in band_lines()]
    assert told == [
        (1, "95.01 to 100.00 %", "20 points"),
        (2, "85.00 to 95.00 %", "10 points"),
        (3, "70.00 to 84.99 %", "5 points"),
        (4, "0.00 to 69.99 %, or could not be evaluated", "0 points"),
    ]


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
    assert "Others of this kind, equal ones once: 29" in told
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
        await page.set_content(html_report(decided(run)).replace("<meta http-equiv", "<meta data-was", 1))
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
    sideways = "[...document.querySelectorAll('*')].filter(one => one.scrollWidth > one.clientWidth + 1 && "
    sideways += "['auto', 'scroll'].includes(getComputedStyle(one).overflowX)).length"
    assert await page.evaluate(sideways) == 0
    cell = "document.querySelector('table.cards td[data-label=Band]')"
    assert await page.evaluate(f"getComputedStyle({cell}, '::before').content") == '"Band"'
    assert await page.evaluate(f"{cell}.offsetTop > {cell}.previousElementSibling.offsetTop")
    await page.set_viewport_size({"width": 1200, "height": 600})
    assert await page.evaluate(f"{cell}.offsetTop === {cell}.previousElementSibling.offsetTop")


async def test_what_is_folded_is_printed(page: Page) -> None:
    folded = "document.querySelector('.answers details > ul').checkVisibility({contentVisibilityAuto: true})"
    assert not await page.evaluate(folded)
    await page.emulate_media(media="print")
    await page.wait_for_function(folded, timeout=5000)


async def test_the_keyboard_reaches_every_part(page: Page) -> None:
    await page.keyboard.press("Tab")
    assert await page.evaluate("document.activeElement.textContent") == "Skip to the results"
    reached = set()
    for _ in range(60):
        await page.keyboard.press("Tab")
        reached.add(await page.evaluate("document.activeElement.tagName"))
    assert {"A", "SUMMARY"} <= reached


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
