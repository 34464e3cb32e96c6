"""`eindekss institutions`: imports, refusals that import nothing, lists."""

from __future__ import annotations

import json
from pathlib import Path

import typer
from typer.testing import CliRunner, Result

from schedules.institutions import mount


def called(*words: str | Path) -> Result:
    app = typer.Typer()
    mount(app)
    return CliRunner().invoke(app, ["institutions", *map(str, words)])


def test_the_example_is_imported_listed_and_imported_again_without_a_change(tmp_path: Path) -> None:
    db = ("--db", tmp_path / "a.sqlite3")
    assert called("import", "--example", "2017", "--dry-run", *db).stdout.endswith(
        "104 new, 0 changed, 0 as before. Nothing was written.\n"
    )
    assert called("import", "--example", "2017", *db).stdout.endswith("104 new, 0 changed, 0 as before.\n")
    ministries = json.loads(called("list", "--kind", "Ministry", "--format", "json", *db).stdout)
    assert len(ministries) == 13
    assert ministries[0]["websites"] == ["https://www.mod.gov.lv"]

    written = tmp_path / "list.csv"
    written.write_text(called("list", "--format", "csv", *db).stdout, "utf-8", newline="")
    assert called("import", written, *db).stdout == "0 new, 0 changed, 104 as before.\n"
    some = called("list", "--segment", "masu", "--attribute", "study_status=Iekļauts", *db)
    assert "5 institutions" in some.stdout


def test_a_change_is_told_field_by_field(tmp_path: Path) -> None:
    db, path = ("--db", tmp_path / "a.sqlite3"), tmp_path / "list.csv"
    path.write_text("name,url,services\nA,a.lv,5\n")
    called("import", path, *db)
    path.write_text("name,url,services,kind\nA,b.lv,6,-\n")
    result = called("import", path, *db)

    assert result.stdout == (
        "~ A (A)\n"
        "    websites: https://a.lv → https://b.lv\n"
        "    services: 5 → 6\n"
        "0 new, 1 changed, 0 as before.\n"
    )


def test_a_list_with_a_problem_imports_nothing(tmp_path: Path) -> None:
    db, path = ("--db", tmp_path / "a.sqlite3"), tmp_path / "list.csv"
    path.write_text("name,url\nA,a.lv\n,b.lv\nC,ftp://c\n")
    for command in (("import", path, *db), ("validate", path)):
        result = called(*command)
        assert result.exit_code == 2
        assert f"{path}:3:1: no name" in result.stderr
        assert f"{path}:4:2: 'ftp://c' is no http or https URL" in result.stderr
        assert "2 problems" in result.stderr
    assert called("list", *db).exit_code == 2
    path.write_text("name,url\nA,a.lv\nB,\n")
    fine = called("validate", path)
    assert (fine.exit_code, "can be imported: 2 institutions." in fine.stdout) == (0, True)
    assert "it can't be audited until it has one (a warning)" in fine.stderr


def test_what_is_given_twice_or_wrongly_is_refused(tmp_path: Path) -> None:
    db = ("--db", tmp_path / "a.sqlite3")
    for words, said in (
        (("import",), "either a file or --example"),
        (("import", "a.csv", "--example", "2017"), "either a file or --example"),
        (("import", "--example", "1999"), "there is no example '1999'"),
        (("import", tmp_path / "none.csv"), "check the path"),
        (("list", "--attribute", "x"), "NAME=VALUE"),
    ):
        result = called(*words, *db)
        assert (result.exit_code, said in result.stderr) == (2, True), result.stderr
