from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import text
from sqlmodel import Session, col, select

from checks.judge import SiteJudgement
from crawler.evidence import Site
from results import models
from results.database import VERSION_TABLE, database_url, open_database, writing
from results.errors import (
    DatabaseAwayError,
    DatabaseLockedError,
    DatabaseMissingError,
    DatabaseRefusedError,
    DatabaseUnreadableError,
    DiskFullError,
    NewerSchemaError,
    NotOurDatabaseError,
    StaleLeaseError,
    TransactionLostError,
)
from results.postgresql import from_psycopg
from results.store import Store
from results.transactions import surviving
from results.work_records import Again
from tests.postgres import Cluster, running_cluster
from tests.results import samples
from tests.results.test_work import NOW, made, taken

ROOT = Path(__file__).parents[2]


def plain(url: str) -> str:
    """The address as psycopg and psql take it."""
    return url.replace("+psycopg", "")


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
def test_every_usual_address_means_our_driver(scheme: str) -> None:
    assert database_url(f"{scheme}://a@b/c").drivername == "postgresql+psycopg"


@pytest.mark.parametrize("url", ["mysql://a/b", "postgresql+asyncpg://a/b"])
def test_another_engine_is_refused(url: str) -> None:
    with pytest.raises(DatabaseUnreadableError, match="neither sqlite nor"):
        open_database(url)


def test_a_text_that_is_no_address_is_told_without_its_password() -> None:
    with pytest.raises(DatabaseUnreadableError) as caught:
        open_database("postgresql://a:secret@b:port/c")
    assert "secret" not in str(caught.value)


def test_another_programs_database_is_left_as_it_is(postgresql: str) -> None:
    with psycopg.connect(plain(postgresql)) as other:
        other.execute("CREATE TABLE bookmarks (url TEXT)")
    with pytest.raises(NotOurDatabaseError, match="another program"):
        open_database(postgresql)
    with psycopg.connect(plain(postgresql)) as other:
        assert other.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone() == (1,)


def test_a_newer_schema_is_refused(postgresql: str) -> None:
    open_database(postgresql).dispose()
    with psycopg.connect(plain(postgresql)) as other:
        other.execute(f"UPDATE {VERSION_TABLE} SET version_num = '9999'")
    with pytest.raises(NewerSchemaError, match="9999"):
        open_database(postgresql)


def test_an_empty_database_has_nothing_to_show(postgresql: str) -> None:
    with pytest.raises(DatabaseMissingError, match="empty"):
        open_database(postgresql, create=False)


def test_a_database_that_the_server_has_not_is_told(postgresql_cluster: Cluster) -> None:
    with pytest.raises(DatabaseMissingError, match="There is no database nowhere") as caught:
        open_database(postgresql_cluster.url("nowhere"))
    assert "createdb" in caught.value.remedy


def test_a_server_that_is_not_there_is_told_at_once(tmp_path: Path) -> None:
    for host in (str(tmp_path), "127.0.0.1&port=1"):
        with pytest.raises(DatabaseAwayError, match="does not answer"):
            open_database(f"postgresql+psycopg://postgres@/runs?host={host}")


def test_a_user_that_the_server_does_not_take_is_told(postgresql_cluster: Cluster, postgresql: str) -> None:
    name = str(database_url(postgresql).database)
    with postgresql_cluster.connect() as connection:
        connection.execute("CREATE ROLE shut NOLOGIN")
    for user in ("shut", "nobody-there"):
        with pytest.raises(DatabaseRefusedError, match="The server refuses") as caught:
            open_database(postgresql_cluster.url(name, user))
        assert "pg_hba.conf" in caught.value.remedy


def refused(code: str) -> type[Exception] | None:
    """What an error of that SQLSTATE becomes in the middle of a transaction."""
    error = psycopg.errors.lookup(code)("words")
    typed = from_psycopg(error, "runs", connected=True)
    return None if typed is None else type(typed)


def test_errors_of_the_server_are_typed() -> None:
    assert {
        code: refused(code) for code in ("53100", "55P03", "25006", "42501", "57P01", "40P01", "23505")
    } == {
        "53100": DiskFullError,
        "55P03": DatabaseLockedError,
        "25006": DatabaseUnreadableError,
        "42501": DatabaseUnreadableError,
        "57P01": TransactionLostError,
        "40P01": TransactionLostError,
        "23505": None,
    }


def test_a_row_that_another_holds_is_told_in_time(postgresql: str) -> None:
    engine = open_database(postgresql, busy_seconds=0.2)
    store = Store(engine, evidence=None)  # type: ignore[arg-type]
    run_id = samples.begin(store)
    with psycopg.connect(plain(postgresql)) as other:
        other.execute("SELECT * FROM run FOR UPDATE")
        with pytest.raises(DatabaseLockedError, match="locked by another program"):
            store.finish_run(run_id, samples.FINISHED)
    store.finish_run(run_id, samples.FINISHED)
    store.close()


def test_a_database_that_may_only_be_read_is_told(postgresql: str) -> None:
    open_database(postgresql).dispose()
    with psycopg.connect(plain(postgresql), autocommit=True) as other:
        name = database_url(postgresql).database
        other.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    store = Store(open_database(postgresql), evidence=None)  # type: ignore[arg-type]
    assert store.runs() == ()
    with pytest.raises(DatabaseUnreadableError, match="read-only"):
        samples.begin(store)
    store.close()


def test_who_reads_sees_one_moment(postgresql: str) -> None:
    engine = open_database(postgresql)
    store = Store(engine, evidence=None)  # type: ignore[arg-type]
    samples.begin(store, "a", "a")
    with Session(engine) as reading:
        before = reading.exec(select(models.Run.id)).all()
        samples.begin(store, "b", "b")
        assert reading.exec(select(models.Run.id)).all() == before == ["a"]
    with Session(engine) as reading:
        assert reading.exec(select(models.Run.id).order_by(col(models.Run.id))).all() == ["a", "b"]
    store.close()


OPENER = """
import sys
from results.store import Store
Store.open(sys.argv[1], evidence=sys.argv[2]).close()
"""


def test_processes_that_open_a_new_database_at_once_all_succeed(postgresql: str, tmp_path: Path) -> None:
    command = [sys.executable, "-c", OPENER, postgresql, str(tmp_path / "evidence")]
    openers = [subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE) for _ in range(2)]
    assert [opener.communicate()[1] for opener in openers] == [b"", b""]


@pytest.fixture(scope="module")
def fragile() -> Iterator[Cluster]:
    """A cluster that a test may stop."""
    with running_cluster() as cluster:
        yield cluster


@pytest.mark.parametrize("how", ["fast", "immediate", "kill"])
def test_a_restart_between_two_actions_is_not_noticed(fragile: Cluster, how: str, tmp_path: Path) -> None:
    store = Store.open(fragile.url(fragile.create()), evidence=tmp_path / "evidence")
    run_id = samples.begin(store)
    fragile.restart(how)
    store.save_site(run_id, 0, samples.site(), samples.judgement())
    fragile.restart(how)
    assert len(store.load_run(run_id).sites) == 1
    store.close()


def test_a_server_that_is_down_for_a_while_is_waited_for(fragile: Cluster, tmp_path: Path) -> None:
    store = Store.open(fragile.url(fragile.create()), evidence=tmp_path / "evidence")
    run_id = samples.begin(store)
    fragile.stop("immediate")
    finishing = threading.Thread(target=store.finish_run, args=(run_id, samples.FINISHED))
    finishing.start()
    finishing.join(1.0)
    assert finishing.is_alive()
    fragile.start()
    finishing.join()
    assert store.runs()[0].state == "finished"
    store.close()


def test_a_restart_while_a_run_is_judged_again_leaves_no_half(fragile: Cluster, tmp_path: Path) -> None:
    store = Store.open(fragile.url(fragile.create()), evidence=tmp_path / "evidence")
    run = samples.fill(store)
    restarts = iter(["immediate"])

    def judge(_: Site) -> SiteJudgement:
        for how in restarts:
            fragile.restart(how)
        return samples.judgement()

    store.rejudge(run.id, judge, samples.JUDGED_BY)
    after = store.load_run(run.id)
    assert (after.judgement.of, len(after.sites)) == (2, 3)
    store.close()


def test_a_transaction_that_a_restart_broke_off_is_done_again(fragile: Cluster, tmp_path: Path) -> None:
    engine = open_database(fragile.url(fragile.create()))
    restarts = iter(["immediate"])

    def insert() -> None:
        with writing(engine).begin() as connection:
            connection.execute(text("INSERT INTO hold (name, owner, until) VALUES ('a', 'b', now())"))
            for how in restarts:
                fragile.restart(how)
            connection.execute(text("UPDATE hold SET owner = 'c'"))

    with pytest.raises(TransactionLostError, match="broke off"):
        insert()
    restarts = iter(["immediate"])
    surviving(insert)()
    with engine.connect() as connection:
        assert connection.execute(text("SELECT name, owner FROM hold")).all() == [("a", "c")]
    engine.dispose()


@pytest.mark.parametrize("again", [None, Again(not_before=samples.FINISHED, round=1)], ids=["done", "again"])
def test_a_result_whose_commit_was_never_answered_is_known_again(
    postgresql: str, tmp_path: Path, again: Again | None
) -> None:
    store = Store.open(postgresql, evidence=tmp_path / "evidence")
    run_id = made(store, 1)
    lease = taken(store)
    dialect = store.engine.dialect
    commit, cuts = dialect.do_commit, iter([True])

    def cut_off(connection: Any) -> None:
        commit(connection)
        if next(cuts, False):
            with socket.socket(fileno=os.dup(connection.driver_connection.fileno())) as line:
                line.shutdown(socket.SHUT_RDWR)
            connection.driver_connection.execute("SELECT 1")

    dialect.do_commit = cut_off  # type: ignore[assignment, method-assign]  # for this engine
    assert store.save_result(lease, samples.site(), samples.judgement(), NOW, again)
    assert next(cuts, None) is None, "the line was cut"
    assert [one.outcome for one in store.work.attempts(run_id, 0)] == ["again" if again else "done"]
    assert len(store.load_run(run_id).sites) == 1
    with pytest.raises(StaleLeaseError):
        store.save_result(lease, samples.site(), samples.judgement(), NOW)
    store.close()
