from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from results.database import VERSION_TABLE, head_revision
from results.document import to_json
from results.records import RunRecord
from results.store import Store
from results.versions import results_versions
from tests.results import samples

ROOT = Path(__file__).parents[2]
SHOW = "import typer; from results.commands import show; app = typer.Typer(); app.command()(show); app()"


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "runs.sqlite3"
    store = Store.open(str(path))
    samples.fill(store)
    store.close()
    return path


def show(database: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-c", SHOW, *arguments, "--db", str(database)]
    variables = {**os.environ, "COLUMNS": "100", **environment}
    return subprocess.run(command, cwd=ROOT, env=variables, capture_output=True, check=False)


def saved(database: Path) -> RunRecord:
    store = Store.open(str(database))
    run = store.load_run(store.find_run())
    store.close()
    return run


def test_the_newest_run_is_shown(database: Path) -> None:
    done = show(database)
    assert (done.returncode, done.stderr) == (0, b"")
    assert "87.50 % · band 2 · 10 points" in done.stdout.decode()


def test_json_goes_alone_to_standard_output(database: Path) -> None:
    done = show(database, "Pilot", "--format", "json")
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout == to_json(saved(database))


def test_one_site_can_be_shown(database: Path) -> None:
    done = show(database, "--site", "nav.example", "--format", "json")
    assert [site["url"] for site in json.loads(done.stdout)["sites"]] == ["https://nav.example"]


@pytest.mark.parametrize(
    ("form", "beginning"), [("json", b"{"), ("html", b"<!doctype html>"), ("text", b"[red]")]
)
def test_a_file_is_written_with_its_folder(
    database: Path, tmp_path: Path, form: str, beginning: bytes
) -> None:
    target = tmp_path / "new" / "report"
    done = show(database, "2017", "--format", form, "--output", str(target))
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    assert target.read_bytes().startswith(beginning)


def test_runs_are_listed(database: Path) -> None:
    assert b"20171121-090000-1f3a9c" in show(database, "--list").stdout


def test_a_terminal_without_latvian_letters_is_forgiven(database: Path) -> None:
    done = show(database, PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"band 2" in done.stdout


@pytest.mark.parametrize("arguments", [("nothing",), ("--site", "https://else.example"), ("--format", "pdf")])
def test_what_is_not_there_is_a_usage_error(database: Path, arguments: tuple[str, ...]) -> None:
    done = show(database, *arguments)
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr
    assert b"Traceback" not in done.stderr


def test_a_missing_database_is_told_with_a_remedy(tmp_path: Path) -> None:
    done = show(tmp_path / "none.sqlite3")
    assert done.returncode == 2
    assert b"Audit a site or import" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_newer_database_is_told_with_a_remedy(database: Path) -> None:
    with closing(sqlite3.connect(database)) as other:
        other.execute(f"UPDATE {VERSION_TABLE} SET version_num = '9999'")
        other.commit()
    done = show(database)
    assert done.returncode == 2
    assert b"newer eindekss" in done.stderr


def test_damaged_evidence_is_an_internal_error_with_a_remedy(database: Path) -> None:
    for path in Path(f"{database}.evidence").rglob("*.zst"):
        path.write_bytes(b"")
    done = show(database)
    assert done.returncode == 4
    assert b"audit the site again" in done.stderr


def test_a_file_that_cannot_be_written_is_told(database: Path, tmp_path: Path) -> None:
    done = show(database, "--output", str(tmp_path))
    assert done.returncode == 2
    assert b"cannot be written" in done.stderr


def test_versions_name_what_keeps_the_results() -> None:
    found = results_versions()
    assert found["database_schema"] == head_revision()
    assert {"eindekss", "python", "sqlite", "sqlmodel", "sqlalchemy", "alembic"} <= set(found)
