"""Pools at work on real sites: shared, lost, cancelled, refused by the database, told to come back."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from crawler.axe import load_axe
from crawler.chromium import find_chromium
from crawler.evidence import AuditSettings, Failure, FailureReason, Institution
from results.claiming import Claimant
from results.models import RunState
from results.run_policy import RunPolicy
from results.store import Store
from schedules import pool as pools
from schedules import worker
from schedules.new_runs import RunRequest, create_run
from schedules.open_runs import OpenRuns
from schedules.places import Places
from schedules.pool import Pool
from schedules.worker import Ended, TaskRun, WorkerMeans
from tests.crawler.page_server import Handler, PageServer, Route, serving
from tests.schedules.site_server import html, page, silent

AT_ONCE = RunPolicy(retries=0)
SOON = timedelta(seconds=1)


def now() -> datetime:
    return datetime.now(UTC)


def made(store: Store, urls: list[str], policy: RunPolicy = AT_ONCE) -> str:
    settings = AuditSettings(seed=1, allow_private=True, rate=100.0, timeout=20.0, confirm=False)
    request = RunRequest(
        institutions=tuple(Institution(url=url) for url in urls), settings=settings, policy=policy
    )
    return create_run(request, store, axe=load_axe(os.environ), now=now(), entropy=os.urandom)


@contextmanager
def sites(count: int) -> Iterator[list[PageServer]]:
    with ExitStack() as stack:
        yield [stack.enter_context(serving({"/": page(f"Novads {n}")})) for n in range(count)]


def mute_after(asked: threading.Event) -> Route:
    """A page that says that it was asked for, and nothing else."""

    def route(handler: Handler) -> None:
        asked.set()
        silent(handler)

    return route


def opening(store: Store) -> OpenRuns:
    chromium = find_chromium(os.environ)
    assert chromium is not None
    return OpenRuns(store, chromium=chromium, axe=load_axe(os.environ), clock=now)


def means(store: Store, runs: OpenRuns, owner: str = "a", lease: float = 60.0) -> WorkerMeans:
    claimant = Claimant(owner=owner, lease_for=timedelta(seconds=lease))
    return WorkerMeans(store=store, runs=runs, claimant=claimant, clock=now, report=lambda _: None)


@pytest.fixture
def store(database: str, tmp_path: Path) -> Iterator[Store]:
    with closing(Store.open(database, evidence=tmp_path / "evidence")) as opened:
        yield opened


@pytest.fixture
def local(tmp_path: Path) -> Iterator[Store]:
    """On SQLite only: the rules of the database are the same, and audits cost seconds."""
    with closing(Store.open(f"sqlite:///{tmp_path / 'runs.db'}?timeout=0.1")) as opened:
        yield opened


async def test_two_pools_share_a_run_and_one_of_them_ends_it(store: Store) -> None:
    with sites(4) as served:
        run_id = made(store, [f"{site.url}/" for site in served])

        async def work(owner: str) -> None:
            async with opening(store) as runs:
                await Pool(run_id, means(store, runs, owner), places=Places(1)).work()

        await asyncio.gather(work("a"), work("b"))
    attempts = [store.work.attempts(run_id, position) for position in range(4)]
    assert [[one.outcome for one in each] for each in attempts] == [["done"]] * 4
    assert {one.owner for each in attempts for one in each} == {"a", "b"}
    record = store.load_run(run_id)
    assert record.state is RunState.FINISHED
    assert record.quality is not None, "the run was examined"


async def test_a_worker_that_lost_its_lease_drops_the_audit_and_stores_nothing(local: Store) -> None:
    asked = threading.Event()
    with serving({"/": mute_after(asked)}) as mute:
        run_id = made(local, [f"{mute.url}/"])
        async with opening(local) as runs:
            mine = means(local, runs, "a", lease=1.0)
            lease = local.work.claim(mine.claimant, now())
            assert lease is not None
            working = asyncio.create_task(TaskRun(lease, mine).run())
            assert await asyncio.to_thread(asked.wait, 30)
            local.work.free_lost(now(), lambda owner: owner == "a")
            other = local.work.claim(Claimant(owner="b"), now())
            assert other is not None
            # Long before the page's own time is over.
            outcome = await asyncio.wait_for(working, 10)
    assert outcome.ended is Ended.STALE
    assert local.load_run(run_id).sites == ()
    assert [one.outcome for one in local.work.attempts(run_id, 0)] == ["lost", ""]


async def test_cancelling_a_run_ends_what_is_under_way(local: Store) -> None:
    asked = threading.Event()
    with serving({"/": mute_after(asked)}) as mute:
        run_id = made(local, [f"{mute.url}/", "http://127.0.0.1:9/"])
        async with opening(local) as runs:
            pool = Pool(run_id, means(local, runs, lease=1.0), places=Places(1))
            working = asyncio.create_task(pool.work())
            assert await asyncio.to_thread(asked.wait, 30)
            assert local.work.cancel(run_id, now()) == 2
            await asyncio.wait_for(working, 10)
    assert (local.load_run(run_id).state, local.load_run(run_id).sites) == (RunState.CANCELLED, ())


async def test_retry_after_is_waited_for_and_the_better_result_counts(local: Store) -> None:
    wait = 1

    def home(handler: Handler) -> None:
        if next(turns):
            handler.answer("", status=503, headers={"Retry-After": str(wait)})
        else:
            handler.answer(html("Novads"))

    # Two captures and three tries of the crawler: enough in a row to leave a host alone for a while.
    turns = iter([*[True] * 5, *[False] * 50])
    with serving({"/": home}) as site:
        run_id = made(local, [f"{site.url}/"], RunPolicy(retries=2, retry_pause=0.1))
        async with opening(local) as runs:
            await Pool(run_id, means(local, runs), places=Places(1)).work()
    first, *_, last = local.work.attempts(run_id, 0)
    assert (first.outcome, last.outcome) == ("again", "done")
    assert first.failure is not None
    assert first.finished_at is not None
    assert last.started_at - first.finished_at >= timedelta(seconds=wait) - SOON
    (kept,) = local.load_run(run_id).sites
    assert (kept.judgement.status, kept.judgement.failure) == ("evaluated", None)


async def test_a_database_that_refuses_the_result_costs_the_result_only(
    local: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "_SAVE_PAUSES", (0.1,))
    blocker = sqlite3.connect(tmp_path / "runs.db", isolation_level=None, check_same_thread=False)
    blocked = False

    def home(handler: Handler) -> None:
        nonlocal blocked
        if not blocked:
            blocked = True
            blocker.execute("BEGIN IMMEDIATE")
        handler.answer(html("Novads"))

    with closing(blocker), serving({"/": home}) as site, sites(1) as others:
        run_id = made(local, [f"{site.url}/", f"{others[0].url}/"])
        async with opening(local) as runs:
            pool = Pool(run_id, means(local, runs), places=Places(1))
            await pool.work()
            assert [*pool.not_stored] == [f"{site.url}/"]
            assert others[0].asked == [], "nothing more is begun that could not be stored"
            blocker.execute("ROLLBACK")
            local.work.free_lost(now(), lambda _: True)
            await Pool(run_id, means(local, runs), places=Places(1)).work()
    assert local.load_run(run_id).state is RunState.FINISHED
    assert [site.judgement.status for site in local.load_run(run_id).sites] == ["evaluated", "evaluated"]


async def test_a_site_that_ends_its_workers_again_and_again_is_given_up(local: Store) -> None:
    run_id = made(local, ["http://127.0.0.1:9/"])
    for _ in range(worker.MOST_LOST):
        assert local.work.claim(Claimant(owner="dead"), now()) is not None
        assert local.work.free_lost(now(), lambda _: True) == 1
    async with opening(local) as runs:
        await Pool(run_id, means(local, runs), places=Places(1)).work()
    (site,) = local.load_run(run_id).sites
    assert (site.judgement.status, site.judgement.failure.reason) == ("internal_error", "internal_error")  # type: ignore[union-attr]  # it has one
    assert site.pages == ()


async def test_outside_its_window_a_run_waits_and_inside_it_goes_on(
    local: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pools, "LOOK_AGAIN", timedelta(seconds=0.2))
    clock = [datetime(2026, 11, 21, 12, tzinfo=UTC)]
    with sites(1) as served:
        run_id = made(local, [f"{served[0].url}/"], RunPolicy(window="20:00-06:00", timezone="Europe/Riga"))
        async with opening(local) as runs:
            mine = replace(means(local, runs), clock=lambda: clock[0])
            working = asyncio.create_task(Pool(run_id, mine, places=Places(1)).work())
            await asyncio.sleep(1)
            told = local.work.progress(run_id, clock[0])
            assert (told.state, told.opens_at) == (
                RunState.PAUSED, datetime(2026, 11, 21, 18, tzinfo=UTC)
            )  # fmt: skip
            assert served[0].asked == []
            clock[0] = datetime(2026, 11, 21, 18, tzinfo=UTC)
            await asyncio.wait_for(working, 60)
    assert local.work.state(run_id) is RunState.FINISHED


async def test_a_pool_that_is_stopped_gives_its_work_back_for_the_next(local: Store) -> None:
    asked = threading.Event()
    mute = [True]

    def home(handler: Handler) -> None:
        asked.set()
        if mute[0]:
            silent(handler)
        else:
            handler.answer(html("Novads"))

    with serving({"/": home}) as site:
        run_id = made(local, [f"{site.url}/"])
        async with opening(local) as runs:
            pool = Pool(run_id, means(local, runs), places=Places(1))
            working = asyncio.create_task(pool.work())
            assert await asyncio.to_thread(asked.wait, 30)
            pool.stop()
            await asyncio.wait_for(working, 20)
            (broken_off,) = local.load_run(run_id).sites
            assert broken_off.judgement.failure == Failure(FailureReason.INTERRUPTED)
            mute[0] = False
            await Pool(run_id, means(local, runs), places=Places(1)).work()
    assert [one.outcome for one in local.work.attempts(run_id, 0)] == ["released", "done"]
    assert local.load_run(run_id).sites[0].judgement.status == "evaluated"
