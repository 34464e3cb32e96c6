from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from openpyxl import load_workbook

from results.language import Language
from schedules import study_commands
from schedules.report_pdf import print_pdf
from schedules.study_commands import ReportFormat


def test_the_published_study_is_imported_and_reported(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    database = str(tmp_path / "study.sqlite3")
    study_commands.import_(database=database)
    study_commands.import_(database=database)
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == ["Imported", "Run"]
    command = [str(Path(sys.executable).with_name("eindekss")), "report", "study-2017", "--lang", "lv"]
    told = subprocess.run(
        [*command, "--db", database], capture_output=True, text=True, check=True, timeout=110
    )
    assert '<html lang="lv">' in told.stdout
    assert "kā 7.4. pielikumā): 33 no 104" in told.stdout
    book = tmp_path / "out" / "report.xlsx"
    study_commands.report(database=database, format_=ReportFormat.XLSX, lang=Language.EN, output=book)
    assert "Shares" in load_workbook(book).sheetnames
    with pytest.raises(typer.BadParameter):
        study_commands.report(database=database, format_=ReportFormat.PDF)
    with pytest.raises(typer.Exit) as ended:
        study_commands.report("nothing", database=database)
    assert ended.value.exit_code == 2


def test_a_page_is_printed_tagged_with_an_outline_and_page_numbers(tmp_path: Path) -> None:
    page = (
        "<!doctype html><html lang=lv><title>Pārskats</title><h1>Pārskats</h1>" + "<h2>Daļa</h2><p>x</p>" * 60
    )
    print_pdf(page, tmp_path / "report.pdf")
    data = (tmp_path / "report.pdf").read_bytes()
    assert data.startswith(b"%PDF-")
    assert b"/StructTreeRoot" in data
    assert b"/Outlines" in data
    assert re.search(rb"/Lang\s*\(lv\)", data)
    assert len(re.findall(rb"/Type\s*/Page\b", data)) > 1
