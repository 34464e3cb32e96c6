"""Clocks that are wrong, differ between machines or are set while work goes on; on both engines."""

from __future__ import annotations

import asyncio
import itertools
import logging
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from checks.judge import SiteJudgement
from crawler.evidence import Site
from results.claiming import Claimant
from results.models import RunState
from results.store import Store
from schedules.places import Places
from schedules.pool import Pool
from schedules.shared_clock import SharedClock, machine_time
from tests.schedules.test_pool import made, means, opening

CLOSED = "http://127.0.0.1:1/"
HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)


@pytest.fixture
def store(database: str, tmp_path: Path) -> Iterator[Store]:
    with closing(Store.open(database, evidence=tmp_path / "evidence")) as opened:
        yield opened


def off_by(apart: timedelta) -> Callable[[], datetime]:
    """The clock of a machine that is wrong."""
    return lambda: machine_time() + apart


@pytest.mark.parametrize("apart", [timedelta(minutes=2), -HOUR, timedelta(days=400)])
def test_machines_with_clocks_apart_do_not_take_each_others_work(
    postgresql: str, tmp_path: Path, apart: timedelta, caplog: pytest.LogCaptureFixture
) -> None:
    with closing(Store.open(postgresql, evidence=tmp_path / "evidence")) as store, caplog.at_level("WARNING"):
        made(store, [f"{CLOSED}{number}" for number in range(2)])
        right, wrong = SharedClock(store.engine), SharedClock(store.engine, own=off_by(apart))
        assert abs(wrong() - machine_time()) < SECOND
        a, b = Claimant(owner="a"), Claimant(owner="b")
        leases = [store.work.claim(a, right()), store.work.claim(b, wrong())]
        assert [store.work.claim(a, right()), store.work.claim(b, wrong())] == [None, None]
        for lease, who, clock in zip(leases, (a, b), (right, wrong), strict=True):
            assert lease is not None
            assert store.work.heartbeat(lease, who, clock())
        (told,) = [one.msg for one in caplog.records if isinstance(one.msg, dict)]
        assert told["event"] == "clocks_apart"
        assert abs(told["behind_seconds"] + apart.total_seconds()) <= 1


def test_a_machine_whose_clock_is_set_goes_on_by_the_servers(postgresql: str, tmp_path: Path) -> None:
    with closing(Store.open(postgresql, evidence=tmp_path / "evidence")) as store:
        own, ticks = [machine_time()], [100.0]
        clock = SharedClock(store.engine, own=lambda: own[0], ticks=lambda: ticks[0])
        before = clock()
        own[0] += timedelta(days=30)
        assert clock() == before
        ticks[0] += 7
        assert clock() == before + 7 * SECOND
        # As after a night in which the machine slept: ticks stood still, and the server knows better.
        clock.ask()
        assert clock() - before < 5 * SECOND


def test_on_sqlite_the_machines_clock_is_everybodys(tmp_path: Path) -> None:
    with closing(Store.open(str(tmp_path / "runs.db"))) as store:
        late = datetime(2030, 1, 1, tzinfo=UTC)
        assert SharedClock(store.engine, own=lambda: late)() == late


async def test_a_clock_that_is_set_while_pools_work_costs_no_result(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    """Forward beyond every lease and back again, with two pools that see each other's leases run out."""
    moved = [timedelta(0)]
    jumps = itertools.cycle([2 * HOUR, -2 * HOUR, -HOUR, HOUR])

    async def jump(*asked: Any) -> tuple[Site, SiteJudgement]:
        moved[0] += next(jumps)
        # Time for the other pool to look at the leases.
        await asyncio.sleep(0.1)
        site, judgement = asked[-2:]
        return site, judgement

    # Servers of their own: of one the other pool would be kept away.
    run_id = made(store, [f"http://127.0.0.1:{port}/" for port in range(2, 8)])

    async def work(owner: str) -> None:
        async with opening(store) as runs:
            mine = replace(means(store, runs, owner), clock=lambda: machine_time() + moved[0], review=jump)
            await Pool(run_id, mine, places=Places(1)).work()

    with caplog.at_level(logging.WARNING):
        await asyncio.wait_for(asyncio.gather(work("a"), work("b")), 60)
    record = store.load_run(run_id)
    assert (record.state, [site.position for site in record.sites]) == (RunState.FINISHED, list(range(6)))
    for place in range(6):
        outcomes = [one.outcome for one in store.work.attempts(run_id, place)]
        assert outcomes[-1] == "done"
        assert set(outcomes[:-1]) <= {"lost"}
