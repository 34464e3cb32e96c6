"""The bundle, as an expert gets it: pages with their pictures in one folder, linked by bare names, moved."""

from __future__ import annotations

import base64
import io
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urldefrag

import openpyxl
import pytest
from lxml import html  # type: ignore[import-untyped]  # lxml ships no types
from msgspec.structs import replace
from PIL import Image

from checks.clips import clip
from checks.finding import Answer, Instance
from crawler.evidence import Blob, Rect
from results.exports.bundle import write_bundle
from results.store import Store
from tests.results import samples
from tests.results.exported import HOSTILE, facts

CODE = "M08_7"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """One evaluated site with a picture that an answer points into, and one that could not be reached."""
    opened = Store.open(str(tmp_path / "runs.sqlite3"), evidence=tmp_path / "evidence")
    run_id = samples.begin(opened)
    out = io.BytesIO()
    Image.new("RGB", (1280, 2000), "navy").save(out, "JPEG")
    kept = replace(opened.evidence.put(out.getvalue(), "image/jpeg"), width=1280, height=2000)
    judged = samples.judgement()
    answers = tuple(pointing(one, kept) if one.code == CODE else one for one in judged.answers)
    site = samples.site(name=HOSTILE[0], screenshot=kept)
    opened.save_site(run_id, 0, site, replace(judged, answers=answers))
    opened.save_site(run_id, 1, samples.unreachable(), samples.unreachable_judgement())
    opened.finish_run(run_id, samples.FINISHED)
    yield opened
    opened.close()


def pointing(answer: Answer, picture: Blob) -> Answer:
    rect = Rect(40, 700, 120, 30)
    place = Instance(
        url=samples.URL, selector="form", snippet=HOSTILE[0], rect=rect, clip=clip(picture, rect)
    )
    return replace(answer, evidence=(place,))


def test_a_bundle_that_was_moved_still_leads_to_its_pages_and_pictures(store: Store, tmp_path: Path) -> None:
    write_bundle(facts(store), store, tmp_path / "made")
    moved = Path(shutil.move(tmp_path / "made", tmp_path / "Mani dokumenti, čemodāns"))
    shutil.rmtree(tmp_path / "evidence")
    book = openpyxl.load_workbook(moved / "review.xlsx")
    links = {
        (cell.hyperlink.target or "", cell.hyperlink.location or "")
        for sheet in (book["Answers"], book["Review"])
        for row in sheet.iter_rows()
        for cell in row
        if cell.hyperlink
    }
    assert links
    for target, location in links:
        name, anchor = urldefrag(target)
        page = html.document_fromstring((moved / name).read_text(encoding="utf-8"))
        assert page.xpath(f"//*[@id='{anchor or location}']"), (target, location)
    page = html.document_fromstring((moved / "site-0001.html").read_text(encoding="utf-8"))
    sizes = [
        Image.open(io.BytesIO(base64.b64decode(source.partition(",")[2]))).size
        for source in page.xpath("//img/@src")
    ]
    assert sizes == [(1280, 900), (360, 120)], "the home page's top, and the place that the answer points at"


def test_no_cell_of_a_bundle_is_a_formula(store: Store, tmp_path: Path) -> None:
    write_bundle(facts(store), store, tmp_path / "bundle")
    book = openpyxl.load_workbook(tmp_path / "bundle" / "review.xlsx")
    found = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in found} <= {"s", "n"}
    assert HOSTILE[0] in {cell.value for cell in found}
