"""The report of one site as its webmaster opens it: an audit of a bad site, then an audit of its report."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest_asyncio
from lxml import html  # type: ignore[import-untyped]  # lxml ships no types
from msgspec.structs import replace

from checks.judge import judge
from crawler.axe import load_axe
from crawler.chromium import find_chromium
from crawler.evidence import AuditSettings, Institution, Scope, Site
from crawler.instruments import open_instruments
from results.html_report import html_report
from results.language import Language
from results.records import RunRecord
from results.store import Store
from schedules.audit import audit_site
from tests.results import samples

NAME = "<script>alert(1)</script> [bold]\x1b[31m {{ 7*7 }} \u202ePadome"
BAD = """<!doctype html><html lang=lv><head><title>{title}</title></head><body><main><h1>{title}</h1>
<p>{links}</p><a class="ikona" id="post-{number}" href="/{number}.html">
<img src="/none-{number}.png" width=40 height=40></a>
<p style="color:#ccc">{words}</p><ul><li>Viens</li><li>Divi</li></ul></main></body></html>"""
HEAD = """<!doctype html><html lang="en"><head><meta name="viewport" content="width=device-width">
<title>Reports</title></head><body>"""
SETTINGS = AuditSettings(
    seed=1, scope=Scope.SAMPLE, pages=5, timeout=20, rate=200, allow_private=True, max_urls=10, confirm=False
)


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Tests print nothing."""


@contextmanager
def served(folder: Path) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()


def bad_site(folder: Path) -> Path:
    folder.mkdir()
    links = " ".join(f'<a href="/{number}.html">Lapa {number}</a>' for number in range(1, 4))
    for number in range(4):
        text = BAD.format(
            title=f"Lapa {number}",
            links=links,
            number=number,
            words="Neskaidrs teksts, ko ir grūti izlasīt. " * 20,
        )
        (folder / (f"{number}.html" if number else "index.html")).write_text(text, encoding="utf-8")
    return folder


async def audited(url: str, save: Store, settings: AuditSettings) -> Site:
    chromium = find_chromium(os.environ)
    assert chromium is not None, "make setup finds or fetches one"
    async with open_instruments(
        settings,
        [url],
        chromium=chromium,
        axe=load_axe(os.environ),
        save_blob=save.evidence.put,
        clock=lambda: datetime.now(UTC),
    ) as instruments:
        return await audit_site(Institution(url=url, name=NAME), instruments, lambda *_: None)


@pytest_asyncio.fixture
async def told(tmp_path: Path) -> AsyncIterator[tuple[RunRecord, Store]]:
    store = Store.open(f"sqlite:///{tmp_path / 'runs.sqlite3'}")
    with ExitStack() as stack:
        site = await audited(stack.enter_context(served(bad_site(tmp_path / "bad"))), store, SETTINGS)
    run_id = samples.begin(store, name="")
    store.save_site(run_id, 0, site, judge(site))
    yield store.load_run(run_id), store
    store.close()


def report(told: tuple[RunRecord, Store], lang: Language | None = None) -> str:
    run, store = told
    return html_report(run, store.evidence.get, partial(store.load_evidence, run.id), lang)


async def test_a_webmaster_learns_what_to_mend_and_the_report_passes_its_own_audit(
    told: tuple[RunRecord, Store], tmp_path: Path
) -> None:
    folder = tmp_path / "reports"
    folder.mkdir()
    for lang in Language:
        (folder / f"{lang}.html").write_text(report(told, lang), encoding="utf-8")
    says_what_to_mend(html.document_fromstring(report(told, Language.EN)))
    assert html.document_fromstring(report(told)).get("lang") == "lv", "as the site, where nobody chose"
    links = "".join(f'<li><a href="{lang}.html">{lang}</a></li>' for lang in Language)
    index = f"{HEAD}<main><h1>Reports</h1><ul>{links}</ul></main></body></html>"
    (folder / "index.html").write_text(index, encoding="utf-8")
    with served(folder) as url:
        for lang in Language:
            alone = replace(SETTINGS, scope=Scope.HOMEPAGE)
            judged = judge(await audited(f"{url}{lang}.html", told[1], alone))
            assert judged.wcag is not None
            assert [one.rule for one in judged.findings["wcag_percentage"] if one.outcome == "failed"] == []
            assert judged.wcag.percent == 100
            assert judged.mobile is not None
            assert judged.mobile.verdict == "MOBILE_FRIENDLY"


def says_what_to_mend(page: html.HtmlElement) -> None:
    told = " ".join(page.text_content().split())
    assert "What to mend first" in told
    assert "percentage points are missing" in told
    (link,) = page.xpath("//article[contains(@id, 'rule-link-name')]")
    words = " ".join(link.text_content().split())
    assert "4 elements on 4 pages" in words, "one defect of the template, with ids of its own on each page"
    assert len(link.xpath(".//ol/li")) == 1
    assert "A screen reader user hears only" in words
    assert link.xpath(".//img[@class='clip']"), "the element on the screenshot"
    (phone,) = page.xpath("//div[@class='phone']//figure/img")
    assert phone.get("src").startswith("data:image/webp")
    assert not page.xpath("//script | //*[@onclick] | //link | //iframe")
    assert "<script>alert(1)</script> [bold] {{ 7*7 }} Padome" in told


async def test_a_report_of_many_sites_tells_less_of_each(told: tuple[RunRecord, Store]) -> None:
    run, store = told
    many = replace(run, sites=run.sites * 4)
    text = html_report(many, store.evidence.get, partial(store.load_evidence, run.id), Language.EN)
    page = html.document_fromstring(text)
    assert not page.xpath("//article[@class='problem']")
    assert "How to mend it" not in page.text_content()
    assert len(text) < 4 * len(report(told, Language.EN))
