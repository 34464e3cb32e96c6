"""A disk without room, a database that somebody holds: told with what to do, and nothing is lost or begun in
vain; once there is room the run goes on to its end.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import boto3
import pytest
from msgspec.structs import replace

from checks.judge import SiteJudgement
from crawler.evidence import FailureReason, Site
from results.models import RunState
from results.store import Store
from schedules import crew, dispatch_queue, worker
from schedules.dispatch_queue import wake
from schedules.places import Places
from schedules.pool import Pool
from schedules.worker import Review
from schedules.working import Pools
from tests.crawler.page_server import Handler, serving
from tests.postgres import Cluster, cramped_cluster
from tests.schedules.site_server import html
from tests.schedules.test_pool import made, means, now, opening
from tests.schedules.test_queue import until, working
from tests.small_disk import SmallDisk, small_disk

# Nothing listens there: an audit that ends at once, by the same way as any other.
CLOSED = "http://127.0.0.1:1/"
MEGABYTES = 80


@pytest.fixture(scope="module")
def cramped() -> Iterator[tuple[Cluster, SmallDisk]]:
    with cramped_cluster(MEGABYTES) as found:
        yield found


@pytest.fixture
def said(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    with caplog.at_level(logging.WARNING, "eindekss"):
        yield caplog


def events(said: pytest.LogCaptureFixture) -> list[dict[str, Any]]:
    return [one.msg for one in said.records if isinstance(one.msg, dict)]


def told(said: pytest.LogCaptureFixture, text: str) -> dict[str, Any] | None:
    """The first event whose detail holds the text."""
    return next((one for one in events(said) if text in str(one.get("detail"))), None)


def filling(disk: SmallDisk) -> Review:
    """What is asked of a result before it is stored, and takes all room then."""

    async def fill(*asked: Any) -> tuple[Site, SiteJudgement]:
        disk.fill()
        site, judgement = asked[-2:]
        return site, judgement

    return fill


def outcomes(store: Store, run_id: str, sites: int) -> list[list[str]]:
    return [[one.outcome for one in store.work.attempts(run_id, place)] for place in range(sites)]


async def test_a_full_disk_of_the_server_costs_no_result(
    cramped: tuple[Cluster, SmallDisk], tmp_path: Path, said: pytest.LogCaptureFixture
) -> None:
    cluster, disk = cramped
    with closing(Store.open(cluster.url(cluster.create()), evidence=tmp_path / "evidence")) as store:
        run_id = made(store, [f"{CLOSED}{number}" for number in range(2)])
        async with opening(store) as runs:
            mine = means(store, runs)
            pool = Pool(run_id, replace(mine, review=filling(disk)), places=Places(1))
            await pool.work()
            ((url, failure),) = pool.not_stored.items()
            assert (url, failure.reason) == (f"{CLOSED}0", FailureReason.DISK_FULL)
            assert "No space is left for the database" in failure.detail
            found = told(said, "No space is left for the database")
            assert found is not None
            assert found["event"] == "result_not_stored"
            assert found["remedy"].startswith("Free some space")
            assert store.load_run(run_id).sites == (), "reading goes on"
            disk.make_room()
            store.work.free_lost(now(), lambda _: True)
            await Pool(run_id, mine, places=Places(1)).work()
        assert outcomes(store, run_id, 2) in (
            [["released", "done"], ["done"]],
            [["lost", "done"], ["done"]],
        )
        record = store.load_run(run_id)
        assert (record.state, [site.position for site in record.sites]) == (RunState.FINISHED, [0, 1])


async def test_a_worker_waits_for_room_on_the_server_and_goes_on_by_itself(
    cramped: tuple[Cluster, SmallDisk],
    tmp_path: Path,
    said: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(dispatch_queue, "AGAIN_SECONDS", 0.1)
    cluster, disk = cramped
    with closing(Store.open(cluster.url(cluster.create()), evidence=tmp_path / "evidence")) as store:
        run_id = made(store, [f"{CLOSED}{number}" for number in range(3)])
        await wake(store.engine, now())
        disk.fill()
        task = asyncio.create_task(working(store))
        try:
            await until(lambda: told(said, "No space is left") is not None)
        finally:
            disk.make_room()
        await asyncio.wait_for(task, 60)
        found = told(said, "No space is left")
        assert found is not None
        assert found["remedy"].startswith("Free some space")
        assert [each[-1] for each in outcomes(store, run_id, 3)] == ["done"] * 3
        record = store.load_run(run_id)
        assert (record.state, len(record.sites)) == (RunState.FINISHED, 3)


async def test_a_full_disk_of_the_evidence_is_no_result_of_a_site(
    tmp_path: Path, said: pytest.LogCaptureFixture
) -> None:
    with (
        small_disk(tmp_path / "evidence", 1) as disk,
        closing(Store.open(str(tmp_path / "runs.db"), evidence=disk.seen)) as store,
    ):
        full = True

        def home(handler: Handler) -> None:
            if full:
                disk.fill()
            handler.answer(html("Novads"))

        with serving({"/": home}) as site:
            run_id = made(store, [f"{site.url}/"])
            async with opening(store) as runs:
                pool = Pool(run_id, means(store, runs), places=Places(1))
                await pool.work()
                (failure,) = pool.not_stored.values()
                assert failure.reason is FailureReason.DISK_FULL
                found = told(said, f"No space is left for evidence at {disk.seen}")
                assert found is not None
                assert found["event"] == "result_not_stored"
                assert "free some" in found["remedy"].lower()
                assert (store.load_run(run_id).sites, outcomes(store, run_id, 1)) == ((), [["released"]])
                full = False
                disk.make_room()
                await Pool(run_id, means(store, runs), places=Places(1)).work()
            assert outcomes(store, run_id, 1) == [["released", "done"]]
            assert store.load_evidence(run_id, 0).pages[0].status == 200


async def test_a_store_of_objects_that_takes_nothing_costs_no_result(
    s3_bucket: str, tmp_path: Path, said: pytest.LogCaptureFixture
) -> None:
    client = boto3.client("s3")

    async def gone(*asked: Any) -> tuple[Site, SiteJudgement]:
        for kept in client.list_objects_v2(Bucket=s3_bucket).get("Contents", []):
            client.delete_object(Bucket=s3_bucket, Key=kept["Key"])
        client.delete_bucket(Bucket=s3_bucket)
        site, judgement = asked[-2:]
        return site, judgement

    address = f"s3://{s3_bucket}/wave"
    with closing(Store.open(str(tmp_path / "runs.db"), evidence=address)) as store:
        run_id = made(store, [CLOSED])
        async with opening(store) as runs:
            pool = Pool(run_id, replace(means(store, runs), review=gone), places=Places(1))
            await pool.work()
            assert [*pool.not_stored] == [CLOSED]
            assert told(said, f"There is no bucket for {address}") is not None
            client.create_bucket(Bucket=s3_bucket)
            await Pool(run_id, means(store, runs), places=Places(1)).work()
        assert outcomes(store, run_id, 1) == [["released", "done"]]
        assert store.load_evidence(run_id, 0).institution.url == CLOSED


async def test_a_scheduler_rests_before_it_takes_up_what_could_not_be_stored(
    tmp_path: Path, said: pytest.LogCaptureFixture
) -> None:
    with (
        small_disk(tmp_path / "evidence", 1) as disk,
        closing(Store.open(str(tmp_path / "runs.db"), evidence=disk.seen)) as store,
    ):
        run_id = made(store, [CLOSED])
        async with opening(store) as runs:
            pools = Pools(replace(means(store, runs), review=filling(disk)), places=1)
            working_off = asyncio.create_task(pools.work(run_id))
            await until(lambda: told(said, "No space is left for evidence") is not None)
            await asyncio.wait([working_off], timeout=0.5)
            assert not working_off.done(), "it rests"
            pools.stop()
            await asyncio.wait_for(working_off, 5)
        assert outcomes(store, run_id, 1) == [["released"]]


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Somebody else writes to an SQLite database, for long."""
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


async def test_a_worker_waits_for_a_database_that_somebody_holds(
    tmp_path: Path, said: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "_SAVE_PAUSES", (0.05,))
    for name in ("crew.REST_SECONDS", "dispatch.LOOK_SECONDS", "commands_worker._LOOK_SECONDS"):
        monkeypatch.setattr(f"schedules.{name}", 0.1)
    path = tmp_path / "runs.db"
    with closing(Store.open(f"sqlite:///{path}?timeout=0.1", evidence=tmp_path / "evidence")) as store:
        run_id = made(store, [f"{CLOSED}{number}" for number in range(3)])
        with held(path):
            task = asyncio.create_task(working(store))
            await until(lambda: sum(one["event"] == "database_away" for one in events(said)) >= 3)
        await asyncio.wait_for(task, 60)
        found = told(said, "is locked by another program")
        assert found is not None
        assert found["remedy"].startswith("Another program holds the database: close it")
        record = store.load_run(run_id)
        assert (record.state, len(record.sites)) == (RunState.FINISHED, 3)
        assert [each[-1] for each in outcomes(store, run_id, 3)] == ["done"] * 3


def test_what_can_not_be_stored_is_not_audited_again_and_again() -> None:
    assert [crew.pause_after(failed) for failed in (1, 2, 3, 6, 7, 10_000)] == [10, 20, 40, 320, 600, 600]
