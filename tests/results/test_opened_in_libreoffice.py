"""What is written for spreadsheets, saved by LibreOffice: nothing is lost, nothing becomes a formula."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Iterator
from pathlib import Path

import msgspec
import openpyxl
import pytest

from results.exports.bundle import write_bundle
from results.exports.csv_files import write_answers
from results.exports.workbook import write_workbook
from results.panel.workbook import read_review
from results.store import Store
from results.study.report import study_report
from results.study.respondents import surveyed
from results.study.workbook import write_study_workbook
from tests.libreoffice import needs_libreoffice, saved
from tests.results import comparing
from tests.results.exported import HOSTILE, facts, store_with
from tests.results.study import waves
from tests.results.test_panel import NOW, SAID, fill

pytestmark = needs_libreoffice


class Opened(msgspec.Struct, frozen=True):
    """Files as they were written, and as LibreOffice saved them; by name."""

    store: Store
    written: dict[str, Path]
    saved: dict[str, Path]


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    folder = tmp_path_factory.mktemp("written")
    store = store_with(folder, HOSTILE[:3])
    write_workbook(facts(store), folder / "panel.xlsx")
    fill(folder / "panel.xlsx", SAID)
    write_bundle(facts(store), store, folder / "bundle")
    write_answers(facts(store), folder / "answers.csv")
    report = study_report(surveyed(comparing.run(), list(waves.sites(16)), {}))
    write_study_workbook(report, folder / "study.xlsx")
    written = [folder / "panel.xlsx", folder / "bundle" / "review.xlsx", folder / "answers.csv"]
    written.append(folder / "study.xlsx")
    made = saved(written, tmp_path_factory.mktemp("saved"))
    yield Opened(
        store,
        {path.stem: path for path in written},
        {path.stem: path for path in made},
    )
    store.close()


def test_nothing_is_a_formula(opened: Opened) -> None:
    for name, path in opened.saved.items():
        cells = [cell for sheet in openpyxl.load_workbook(path) for row in sheet.iter_rows() for cell in row]
        assert "f" not in {cell.data_type for cell in cells}, name
    panel = openpyxl.load_workbook(opened.saved["panel"])
    assert HOSTILE[0] in {cell.value for row in panel["Answers"].iter_rows() for cell in row}


def test_a_review_keeps_its_decisions_and_its_lists(opened: Opened) -> None:
    rules = openpyxl.load_workbook(opened.saved["panel"])["Review"].data_validations.dataValidation
    assert {"list"} == {rule.type for rule in rules}
    assert any("Lists" in str(rule.formula1) for rule in rules)
    before, after = (
        read_review(files["panel"], opened.store.engine, expert="Anna", now=NOW).decisions
        for files in (opened.written, opened.saved)
    )
    assert len(before) == len(SAID)
    assert [(one.code, one.verdict, one.value, one.reason) for one in after] == [
        (one.code, one.verdict, one.value, one.reason) for one in before
    ]


def test_a_bundles_links_lead_to_its_pages(opened: Opened) -> None:
    review = openpyxl.load_workbook(opened.saved["review"])["Review"]
    targets = {
        str(cell.hyperlink.target).partition("#")[0]
        for row in review.iter_rows()
        for cell in row
        if cell.hyperlink
    }
    folder = opened.saved["review"].parent
    pages = {Path(os.path.normpath(folder / target.removeprefix("file://"))) for target in targets}
    assert pages <= set(opened.written["review"].parent.glob("site-*.html"))
    assert pages


def test_every_chart_is_a_chart(opened: Opened) -> None:
    before, after = (
        [name for name in zipfile.ZipFile(path).namelist() if name.startswith("xl/charts/chart")]
        for path in (opened.written["study"], opened.saved["study"])
    )
    assert len(after) == len(before) > 10
