"""The queue that wakes workers: set up, heard, broken in every known way, and never in charge."""

from __future__ import annotations

import asyncio
import os
import secrets
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy.engine import URL

from crawler.axe import load_axe
from crawler.chromium import find_chromium
from crawler.evidence import AuditSettings, Institution
from results.claiming import Claimant
from results.database import database_url
from results.postgresql import conninfo
from results.run_policy import RunPolicy
from results.store import Store
from results.waking import due_tasks
from schedules import queue
from schedules.commands_worker import work
from schedules.dispatch_queue import wake
from schedules.new_runs import RunRequest, create_run
from schedules.owners import this_owner
from schedules.runner import Means
from tests.postgres import Cluster, pgbouncer_before, running_cluster

SETTINGS = AuditSettings(seed=1, rate=100, allow_private=True, pages=1, max_urls=3)
# Nothing listens there: an audit that ends at once, by the same way as any other.
CLOSED = "http://127.0.0.1:1/"


def now() -> datetime:
    return datetime.now(UTC)


def make_run(store: Store, sites: int) -> str:
    """A run over so many sites that refuse connections."""
    institutions = tuple(Institution(url=f"{CLOSED}{number}", name=str(number)) for number in range(sites))
    request = RunRequest(institutions=institutions, settings=SETTINGS, policy=RunPolicy(retries=0))
    return create_run(request, store, axe=load_axe(os.environ), now=now(), entropy=secrets.token_bytes)


def working(store: Store, *, until_done: bool = True, places: int = 2) -> Any:
    """A worker in this process."""
    chromium = find_chromium(os.environ)
    assert chromium is not None
    means = Means(
        store=store,
        chromium=chromium,
        axe=load_axe(os.environ),
        clock=now,
        entropy=secrets.token_bytes,
        report=lambda _: None,
    )
    claimant = Claimant(owner=this_owner(), lease_for=timedelta(seconds=30))
    return work(means, claimant, places=places, until_done=until_done)


@asynccontextmanager
async def worker(store: Store) -> AsyncIterator[None]:
    """A worker in this process, until the end of the block."""
    task = asyncio.create_task(working(store, until_done=False))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def until(true: Callable[[], bool], seconds: float = 30) -> None:
    """Wait for something; AssertionError after too long."""
    deadline = now() + timedelta(seconds=seconds)
    while not await asyncio.to_thread(true):
        assert now() < deadline
        await asyncio.sleep(0.05)


def ask(url: URL, sql: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(conninfo(url), autocommit=True, prepare_threshold=None) as connection:
        connection.execute(f"SET search_path TO public, {queue.SCHEMA}")
        cursor = connection.execute(sql)
        return cursor.fetchall() if cursor.description else []


def jobs(url: URL) -> list[tuple[Any, ...]]:
    return ask(url, "SELECT status::text, (args->>'task_id')::int FROM procrastinate_jobs ORDER BY id")


def listeners(url: URL) -> list[int]:
    sql = "SELECT pid FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND datname = current_database()"
    return [pid for (pid,) in ask(url, sql)]


@pytest.fixture
def store(postgresql: str, tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(postgresql, evidence=tmp_path / "evidence")
    yield opened
    opened.close()


def results(store: Store, run_id: str) -> tuple[str, list[str]]:
    record = store.load_run(run_id)
    return record.state, [site.institution.name for site in record.sites]


async def test_the_queue_is_made_once_apart_from_our_tables(store: Store, postgresql: str) -> None:
    url = database_url(postgresql)
    before = ask(url, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    await asyncio.gather(*(queue.set_up(url) for _ in range(3)))
    ask(url, "INSERT INTO procrastinate_jobs (queue_name, task_name) VALUES ('q', 't')")
    await queue.set_up(url)
    assert len(jobs(url)) == 1
    assert ask(url, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'") == before


async def test_the_queue_of_another_release_is_made_anew(store: Store, postgresql: str) -> None:
    url = database_url(postgresql)
    run_id = make_run(store, 3)
    assert await wake(store.engine, now()) == 3
    ask(url, f"COMMENT ON SCHEMA {queue.SCHEMA} IS 'another release'")
    await queue.set_up(url)
    assert jobs(url) == []
    assert await wake(store.engine, now()) == 3
    assert store.work.progress(run_id, now()).tasks.open == 3


async def test_a_task_gets_one_job_however_often_workers_are_woken(store: Store, postgresql: str) -> None:
    make_run(store, 3)
    assert [await wake(store.engine, now()) for _ in range(3)] == [3, 0, 0]
    tasks = due_tasks(store.engine, now())
    assert jobs(database_url(postgresql)) == [("todo", task) for task in tasks]


async def test_a_worker_is_woken_and_leaves_no_job_half_done(store: Store, postgresql: str) -> None:
    run_id = make_run(store, 3)
    await working(store)
    assert results(store, run_id) == ("finished", ["0", "1", "2"])
    # One that waits may be left: a sweep saw a task between its job and its lease.
    assert "doing" not in dict(jobs(database_url(postgresql)))


async def test_jobs_of_a_worker_that_went_away_are_replaced(store: Store, postgresql: str) -> None:
    """As kill -9 leaves them: `doing`, by a worker that is not heard of, or not there at all any more."""
    url = database_url(postgresql)
    run_id = make_run(store, 2)
    await wake(store.engine, now())
    ask(url, "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 hour')")
    doing = "UPDATE procrastinate_jobs SET status = 'doing'"
    ask(url, f"{doing}, worker_id = (SELECT min(id) FROM procrastinate_workers) WHERE id = 1")
    ask(url, f"{doing} WHERE id = 2")
    assert await wake(store.engine, now()) == 2
    await working(store)
    assert results(store, run_id) == ("finished", ["0", "1"])
    # One that waits may be left: a sweep saw a task between its job and its lease.
    assert "doing" not in dict(jobs(url))


async def test_locks_on_jobs_stand_in_nobodys_way(store: Store, postgresql: str) -> None:
    """Procrastinate's recipe puts stalled jobs back, and raises where one that waits has their lock."""
    url = database_url(postgresql)
    run_id = make_run(store, 2)
    await wake(store.engine, now())
    told = ask(url, "SELECT lock, queueing_lock FROM procrastinate_jobs")
    assert told == [(None, None)] * 2, "ours have none"
    ask(url, "UPDATE procrastinate_jobs SET status = 'doing', queueing_lock = 'x', lock = 'y' WHERE id = 1")
    ask(url, "UPDATE procrastinate_jobs SET queueing_lock = 'x', lock = 'y' WHERE id = 2")
    await working(store)
    assert results(store, run_id) == ("finished", ["0", "1"])
    assert "doing" not in dict(jobs(url))


async def test_a_worker_that_counts_as_stalled_goes_on(store: Store, postgresql: str) -> None:
    """As one that was blocked for half a minute: its registration and its job are gone when it goes on."""
    url = database_url(postgresql)
    async with worker(store):
        first = make_run(store, 2)
        await wake(store.engine, now())
        await until(lambda: bool(jobs(url)) and jobs(url)[0][0] == "doing")
        # In a thread: the worker on this loop may hold the row's lock just now.
        await asyncio.to_thread(ask, url, "DELETE FROM procrastinate_jobs")
        await asyncio.to_thread(ask, url, "DELETE FROM procrastinate_workers")
        await until(lambda: store.work.state(first) == "finished")
        second = make_run(store, 2)
        await wake(store.engine, now())
        await until(lambda: store.work.state(second) == "finished", 60)
    assert [results(store, run_id)[1] for run_id in (first, second)] == [["0", "1"]] * 2


async def test_a_lost_listener_is_noticed_and_replaced(store: Store, postgresql: str) -> None:
    url = database_url(postgresql)
    async with worker(store):
        await until(lambda: bool(listeners(url)))
        (pid,) = listeners(url)
        ask(url, f"SELECT pg_terminate_backend({pid})")
        await until(lambda: bool(listeners(url)) and listeners(url) != [pid])
        run_id = make_run(store, 1)
        await wake(store.engine, now())
        await until(lambda: store.work.state(run_id) == "finished")


async def test_through_pgbouncer_everything_but_notifications_works(
    postgresql_cluster: Cluster, tmp_path: Path
) -> None:
    name = postgresql_cluster.create()
    with pgbouncer_before(postgresql_cluster):
        text = f"{postgresql_cluster.url(name)}&port=6432"
        store = Store.open(text, evidence=tmp_path / "evidence")
        assert await queue.hears(database_url(postgresql_cluster.url(name)))
        assert not await queue.hears(database_url(text))
        run_id = make_run(store, 4)
        await wake(store.engine, now())
        await working(store)
        assert results(store, run_id) == ("finished", ["0", "1", "2", "3"])
        store.close()


@pytest.fixture
def fragile() -> Iterator[Cluster]:
    with running_cluster() as cluster:
        yield cluster


async def test_a_run_outlives_a_crash_of_the_server(fragile: Cluster, tmp_path: Path) -> None:
    store = Store.open(fragile.url(fragile.create()), evidence=tmp_path / "evidence")
    run_id = make_run(store, 6)
    task = asyncio.create_task(working(store))
    await until(lambda: store.work.progress(run_id, now()).tasks.done >= 2)
    await asyncio.to_thread(fragile.stop, "immediate")
    await asyncio.sleep(0.5)
    fragile.start()
    await task
    assert results(store, run_id) == ("finished", [str(number) for number in range(6)])
    attempted = [store.work.attempts(run_id, place) for place in range(6)]
    assert all(tries[-1].outcome == "done" for tries in attempted)
    store.close()
