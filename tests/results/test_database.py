from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError, StatementError
from sqlmodel import Session

from crawler.evidence import FailureReason
from results import models
from results.database import VERSION_TABLE, head_revision, open_database, writing
from results.errors import (
    DatabaseLockedError,
    DatabaseMissingError,
    DatabaseUnreadableError,
    DiskFullError,
    EvidenceUnwritableError,
    NewerSchemaError,
    NotOurDatabaseError,
)
from results.evidence_store import EvidenceStore
from results.store import Store
from tests.results import samples

ROOT = Path(__file__).parents[2]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "runs.sqlite3"


def pragma(path: Path, name: str) -> object:
    engine = open_database(str(path))
    with engine.connect() as connection:
        value = connection.execute(text(f"PRAGMA {name}")).scalar()
    engine.dispose()
    return value


def test_the_database_is_made_with_its_folder_at_the_newest_schema(tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path / 'a' / 'b' / 'runs.sqlite3'}")
    with engine.connect() as connection:
        found = connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar()
    engine.dispose()
    assert found == head_revision()


@pytest.mark.parametrize(
    ("name", "value"), [("journal_mode", "wal"), ("foreign_keys", 1), ("busy_timeout", 30_000)]
)
def test_sqlite_is_set_up_for_several_writers(path: Path, name: str, value: object) -> None:
    assert pragma(path, name) == value


def test_opening_again_changes_nothing(path: Path) -> None:
    open_database(str(path)).dispose()
    before = path.read_bytes()
    open_database(str(path)).dispose()
    assert path.read_bytes() == before


def test_a_missing_database_is_not_made_to_be_read(path: Path) -> None:
    with pytest.raises(DatabaseMissingError, match=r"runs\.sqlite3"):
        open_database(str(path), create=False)
    assert not path.exists()


def test_a_file_that_is_no_database_is_left_as_it_is(path: Path) -> None:
    path.write_bytes(b"url,name\nhttps://a.example,A\n" * 100)
    before = path.read_bytes()
    with pytest.raises(NotOurDatabaseError):
        open_database(str(path))
    assert path.read_bytes() == before


def test_another_programs_database_is_left_as_it_is(path: Path) -> None:
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE bookmarks (url TEXT)")
        other.commit()
    before = path.read_bytes()
    with pytest.raises(NotOurDatabaseError, match="another program"):
        open_database(str(path))
    assert path.read_bytes() == before


def test_a_newer_schema_is_refused(path: Path) -> None:
    open_database(str(path)).dispose()
    with closing(sqlite3.connect(path)) as other:
        other.execute(f"UPDATE {VERSION_TABLE} SET version_num = '9999'")
        other.commit()
    with pytest.raises(NewerSchemaError, match="9999"):
        open_database(str(path))


def test_a_damaged_database_is_told(path: Path) -> None:
    open_database(str(path)).dispose()
    data = bytearray(path.read_bytes())
    data[4096 : len(data)] = os.urandom(len(data) - 4096)
    data[100:4096] = os.urandom(3996)
    path.write_bytes(data)
    with pytest.raises(DatabaseUnreadableError):
        open_database(str(path))


@pytest.mark.parametrize("url", ["nonsense://x/y", "sqlite+nothing:///x"])
def test_a_url_without_a_driver_is_told(url: str) -> None:
    with pytest.raises(DatabaseUnreadableError):
        open_database(url)


def test_a_folder_is_no_database(tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnreadableError):
        open_database(str(tmp_path))


def run_row(started_at: datetime) -> models.Run:
    return models.Run(
        id="a", state="running", scope="homepage", settings={}, versions={}, started_at=started_at
    )


def test_naive_moments_are_refused(path: Path) -> None:
    engine = open_database(str(path))
    with Session(writing(engine)) as session:
        session.add(run_row(datetime(2017, 11, 21)))  # noqa: DTZ001 - the point of the test
        with pytest.raises(StatementError, match="naive"):
            session.flush()
    engine.dispose()


def test_moments_come_back_in_utc(path: Path) -> None:
    engine = open_database(str(path))
    riga = datetime(2017, 11, 21, 11, 0, tzinfo=timezone(timedelta(hours=2)))
    with Session(writing(engine)) as session:
        session.add(run_row(riga))
        session.commit()
    with Session(engine) as session:
        (found,) = session.scalars(select(models.Run)).all()
        assert found.started_at == riga
        assert found.started_at.tzinfo is UTC
        assert found.finished_at is None
    engine.dispose()


def test_rows_without_a_parent_are_refused(path: Path) -> None:
    engine = open_database(str(path))
    with Session(writing(engine)) as session:
        session.add(models.Page(site_id=7, position=0, url="", final_url="", roles=[], evidence="a" * 64))
        with pytest.raises(IntegrityError):
            session.flush()
    engine.dispose()


@pytest.fixture
def impatient(path: Path) -> Iterator[Store]:
    engine = open_database(str(path), busy_seconds=0.1)
    yield Store(engine, EvidenceStore(path.with_suffix(".evidence")))
    engine.dispose()


def test_a_database_that_another_program_holds_is_told_in_time(impatient: Store, path: Path) -> None:
    run_id = samples.begin(impatient)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(DatabaseLockedError, match="locked by another program") as caught:
            impatient.save_site(run_id, 0, samples.site(), samples.judgement())
        other.execute("ROLLBACK")
    assert caught.value.failure.reason is FailureReason.DATABASE_LOCKED
    impatient.save_site(run_id, 0, samples.site(), samples.judgement())
    assert len(impatient.load_run(run_id).sites) == 1


def test_a_database_held_while_opening_is_told(path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(DatabaseLockedError):
            open_database(str(path), busy_seconds=0.1)


LIMITED = """
import resource, sys
from pathlib import Path
from results.errors import DiskFullError
from results.evidence_store import EvidenceStore
from results.store import Store
from tests.results import samples

store = Store.open(sys.argv[1])
run_id = samples.begin(store)
store.save_site(run_id, 0, samples.site(), samples.judgement())
limit = Path(sys.argv[1] + "-wal").stat().st_size
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
try:
    store.save_site(run_id, 1, samples.unreachable(), samples.judgement())
except DiskFullError as error:
    print(error.failure.reason)
"""


def test_a_database_that_may_not_grow_is_told_and_keeps_what_it_has(path: Path) -> None:
    done = python(LIMITED, str(path))
    assert (done.stdout.strip(), done.stderr) == ("disk_full", "")
    store = Store.open(str(path))
    assert [site.position for site in store.load_run(store.find_run()).sites] == [0]
    store.close()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)]
    if subprocess.run(mount, check=False, capture_output=True).returncode != 0:
        pytest.skip("mounting a small disk needs root")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_evidence_on_a_full_disk_leaves_nothing_half_written(small_disk: Path) -> None:
    evidence = EvidenceStore(small_disk)
    blob = evidence.put(b"kept", "text/plain")
    with pytest.raises(DiskFullError) as caught:
        evidence.put(os.urandom(2_000_000), "image/jpeg")
    assert caught.value.failure.reason is FailureReason.DISK_FULL
    assert [path.stem for path in small_disk.rglob("*") if path.is_file()] == [blob.digest]
    assert evidence.get(blob.digest) == b"kept"


def test_a_database_on_a_full_disk_keeps_the_sites_it_has(small_disk: Path, tmp_path: Path) -> None:
    store = Store.open(str(small_disk / "runs.sqlite3"), evidence=tmp_path / "evidence")
    run_id = samples.begin(store)
    with pytest.raises(DiskFullError):
        fill_up(store, run_id)
    (summary,) = store.runs()
    assert 5 < summary.sites < 200
    assert [site.position for site in store.load_run(run_id).sites] == list(range(summary.sites))
    store.close()


def fill_up(store: Store, run_id: str) -> None:
    for position in range(200):
        store.save_site(run_id, position, samples.site(), samples.judgement())


def test_a_full_disk_while_the_database_is_made_is_told(small_disk: Path) -> None:
    (small_disk / "filler").write_bytes(bytes(1_000_000))
    with pytest.raises(DiskFullError):
        open_database(str(small_disk / "runs.sqlite3"))


def test_evidence_that_may_not_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "evidence").write_text("a file stands where the folder belongs")
    with pytest.raises(EvidenceUnwritableError, match="evidence"):
        EvidenceStore(tmp_path / "evidence").put(b"x", "text/plain")


WRITER = """
import sys
from results.store import Store
from tests.results import samples

store = Store.open(sys.argv[1])
own = samples.begin(store, f"run-{sys.argv[2]}", sys.argv[2])
for position in range(15):
    store.save_site(own, position, samples.site(), samples.judgement())
store.close()
"""


def test_two_processes_make_and_fill_one_database_at_once(path: Path) -> None:
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(path), name], cwd=ROOT, stderr=subprocess.PIPE)
        for name in ("a", "b")
    ]
    errors = [writer.communicate()[1] for writer in writers]
    assert errors == [b"", b""]
    store = Store.open(str(path))
    assert [run.sites for run in store.runs()] == [15, 15]
    assert store.load_run("run-a").sites == store.load_run("run-b").sites
    store.close()


KILLED = """
import os, signal, sys
from results.store import Store
from tests.results import samples

store = Store.open(sys.argv[1])
run_id = samples.begin(store)
store.save_site(run_id, 0, samples.site(), samples.judgement())
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_what_a_killed_program_saved_is_kept(path: Path) -> None:
    assert python(KILLED, str(path)).returncode < 0
    store = Store.open(str(path))
    run = store.load_run(store.find_run())
    assert (run.state, len(run.sites)) == ("running", 1)
    store.finish_run(run.id, samples.FINISHED, models.RunState.INTERRUPTED)
    assert store.runs()[0].state == "interrupted"
    store.close()


def python(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
