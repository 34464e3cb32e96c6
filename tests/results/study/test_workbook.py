from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from openpyxl import load_workbook

from results.language import Language, speaking
from results.study.report import study_report
from results.study.respondents import surveyed
from results.study.workbook import write_study_workbook
from tests.results import comparing
from tests.results.study import waves


def test_the_workbook_has_every_table_with_charts_and_no_formula(tmp_path: Path) -> None:
    report = study_report(surveyed(comparing.run(), list(waves.sites(60)), {}))
    path = tmp_path / "report.xlsx"
    write_study_workbook(report, path)
    book = load_workbook(path)
    assert len(book.sheetnames) == 3 + len(report.crossed)
    for sheet in book:
        assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row), sheet.title
    assert any(waves.HOSTILE[:20] in str(cell.value) for cell in book["3 Sector"][2])
    shares = book["Shares"]
    line = next(line for figure in report.figures for line in figure.lines if line.line == ("M05", 2))
    (row,) = [
        row for row in shares.iter_rows(values_only=True) if row[0] == "M05" and "no" in str(row[1])[-3:]
    ]
    assert row[2:4] == (line.share.count, line.share.asked)
    assert row[4] == pytest.approx((line.share.percent or 0) / 100)
    kind, table = book["2 Kind"], report.crossed[1]
    for number, crossed in enumerate(table.rows, 3):
        cells = [cell.value for cell in kind[number]]
        asked = [share.asked for share in crossed.cells]
        assert cells[0] == crossed.line[0]
        assert cells[2 + len(asked) : 2 + 2 * len(asked)] == asked
        blocks = [cells[2 + n * len(asked) : 2 + (n + 1) * len(asked)] for n in range(6)]
        assert blocks[3] == [pytest.approx(share.mean) if share.mean else None for share in crossed.cells]
        for block, names in ((blocks[4], "cant_tell"), (blocks[5], "not_evaluated")):
            assert block == [pytest.approx(getattr(one, names) / one.asked) for one in crossed.cells]
    with zipfile.ZipFile(path) as parts:
        charts = [name for name in parts.namelist() if name.startswith("xl/charts/chart")]
    assert len(charts) > len(report.crossed) * 5


def test_too_few_is_said_and_not_drawn(tmp_path: Path) -> None:
    report = study_report(surveyed(comparing.run(), list(waves.sites(3)), {}))
    path = tmp_path / "few.xlsx"
    with speaking(Language.LV):
        write_study_workbook(report, path)
    book = load_workbook(path)
    said = {cell.value for row in book["Īpatsvari"].iter_rows(min_col=5, max_col=5) for cell in row}
    assert "par maz" in said
    assert book["Diagrammu dati"].max_row == 1


def test_the_same_report_gives_the_same_workbook(tmp_path: Path) -> None:
    report = study_report(surveyed(comparing.run(), list(waves.sites(12)), {}))
    for name in ("one.xlsx", "two.xlsx"):
        write_study_workbook(report, tmp_path / name)
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes()
