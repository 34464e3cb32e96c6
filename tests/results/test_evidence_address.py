from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from sqlmodel import Session

from results.database import database_url, open_database, writing
from results.errors import EvidencePlaceError
from results.evidence_address import MARKER
from results.models import EvidencePlace
from results.store import Store
from tests.results import samples

ROOT = Path(__file__).parents[2]


def where(database: str, evidence: str | Path | None = None, *, create: bool = True) -> str:
    """Where a store that is opened so has its evidence."""
    store = Store.open(database, evidence=evidence, create=create)
    store.close()
    return store.evidence.place.name


def test_evidence_lies_beside_an_sqlite_file(tmp_path: Path) -> None:
    assert where(str(tmp_path / "runs.db")) == str(tmp_path / "runs.db.evidence")
    assert not (tmp_path / "runs.db.evidence").exists()


def test_a_database_on_a_server_remembers_where_its_evidence_lies(
    postgresql: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    default = where(postgresql)
    assert default == str(tmp_path / "out" / f"{database_url(postgresql).database}.evidence")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert where(postgresql) == where(postgresql, create=False) == default


def test_what_was_asked_for_once_need_not_be_asked_for_again(database: str, tmp_path: Path) -> None:
    assert where(database, tmp_path / "evidence") == where(database) == str(tmp_path / "evidence")


def test_evidence_in_s3_is_found_again(database: str, s3_bucket: str) -> None:
    store = Store.open(database, evidence=f"s3://{s3_bucket}/wave")
    run = samples.fill(store)
    store.close()
    again = Store.open(database, create=False)
    assert again.load_run(run.id) == run
    assert again.load_evidence(run.id, 0) == samples.site()
    again.close()


def test_a_folder_that_was_moved_is_known_by_its_mark(database: str, tmp_path: Path) -> None:
    where(database, tmp_path / "before")
    (tmp_path / "before").rename(tmp_path / "after")
    assert where(database, tmp_path / "after") == where(database) == str(tmp_path / "after")


def test_other_evidence_is_refused(database: str, tmp_path: Path) -> None:
    """A machine that has not mounted the folder would fill one of its own, and nobody would notice."""
    where(database, tmp_path / "evidence")
    with pytest.raises(EvidencePlaceError, match=f"lies at {tmp_path / 'evidence'}"):
        where(database, tmp_path / "other")
    (tmp_path / "evidence" / MARKER).unlink()
    with pytest.raises(EvidencePlaceError, match="is not this database's evidence"):
        where(database)


def test_two_databases_do_not_share_evidence(database: str, tmp_path: Path) -> None:
    where(str(tmp_path / "first.db"), tmp_path / "evidence")
    with pytest.raises(EvidencePlaceError, match="another database's evidence"):
        where(database, tmp_path / "evidence")


def test_a_crash_before_the_mark_is_mended(database: str, tmp_path: Path) -> None:
    engine = open_database(database)
    with Session(writing(engine)) as session:
        session.add(EvidencePlace(id=1, address=str(tmp_path / "e"), marker="m" * 32, is_marked=False))
        session.commit()
    engine.dispose()
    assert where(database, tmp_path / "e") == str(tmp_path / "e")
    assert (tmp_path / "e" / MARKER).read_text() == "m" * 32


def test_any_command_can_be_told_where_evidence_lies(tmp_path: Path) -> None:
    database = str(tmp_path / "runs.db")
    store = Store.open(database, evidence=tmp_path / "before")
    samples.fill(store)
    store.close()
    (tmp_path / "before").rename(tmp_path / "after")
    told = []
    for options, environ in (([], {}), (["--evidence", "after"], {}), ([], {"EINDEKSS_EVIDENCE": "after"})):
        command = [sys.executable, "-c", "from cli import main; main()", *options, "show", "--db", database]
        environment = {**os.environ, "PYTHONPATH": str(ROOT), **environ}
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, check=False)
        told.append((done.returncode, b"is not in" in done.stderr))
    assert told == [(4, True), (0, False), (0, False)]
