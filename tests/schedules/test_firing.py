"""Schedules make their runs: once a fire time, once after a pause of the machine, whoever else is at it."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from crawler.axe import load_axe
from crawler.evidence import AuditSettings
from results.errors import ScheduleExistsError, ScheduleNotFoundError
from results.holds import LONGEST, holding
from results.models import RunState
from results.store import Store
from results.timetable import Schedule, Timetable
from schedules.errors import InputError
from schedules.firing import PREVIOUS, Due, Firing, due, fire, make_run, trigger
from schedules.scheduler import Scheduler

CREATED = datetime(2026, 11, 20, 12, tzinfo=UTC)
SETTINGS = {key: value for key, value in msgspec.to_builtins(AuditSettings(seed=0)).items() if key != "seed"}


class Clock:
    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


def daily(path: Path | str = "", **changes: object) -> Schedule:
    """Every day at 03:30 in Rīga: 01:30 UTC in winter."""
    plain = Schedule(
        name="daily",
        cron="30 3 * * *",
        timezone="Europe/Riga",
        created_at=CREATED,
        institutions={"file": str(path)},
        settings=SETTINGS,
        id=1,
    )
    return replace(plain, **changes)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


@pytest.fixture
def store(database: str, tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(database, evidence=tmp_path / "evidence")
    yield opened
    opened.close()


@pytest.fixture
def listed(tmp_path: Path) -> Path:
    path = tmp_path / "list.csv"
    path.write_text("name,url\nA,http://127.0.0.1:9/\nB,http://127.0.0.1:9/b\n")
    return path


def firing(store: Store, clock: Callable[[], datetime], owner: str = "one") -> Firing:
    return Firing(store=store, axe=load_axe(os.environ), owner=owner, clock=clock, entropy=os.urandom)


# What is due


@pytest.mark.parametrize(
    ("changes", "now", "wanted"),
    [
        ({}, at(21, 1, 29), Due()),
        ({}, at(21, 1, 30), Due(at(21, 1, 30))),
        ({}, at(24, 2), Due(at(24, 1, 30))),
        ({"fired_at": at(24, 1, 30)}, at(24, 2), Due()),
        ({"fired_at": at(21, 1, 30)}, at(24, 13), Due(at(24, 1, 30))),
        ({"fired_at": at(21, 1, 30)}, at(24, 14), Due(passed_over=True)),
        ({"fired_at": at(21, 1, 30), "grace_hours": 13.0}, at(24, 14), Due(at(24, 1, 30))),
        ({"paused": True}, at(24, 2), Due()),
        # A clock that was a month ahead for a while.
        ({"fired_at": CREATED + timedelta(days=30)}, at(24, 1, 30), Due()),
    ],
)
def test_the_newest_that_was_missed_is_due_within_the_grace(
    changes: dict[str, object], now: datetime, wanted: Due
) -> None:
    assert due(daily(**changes), now) == wanted


def steps(schedule: Schedule, start: datetime, end: datetime, step: timedelta) -> list[datetime]:
    """What is fired by a scheduler that looks so often."""
    made, now = [], start
    while now <= end:
        wanted = due(schedule, now)
        if wanted.fire_time:
            made.append(wanted.fire_time)
            schedule = replace(schedule, fired_at=wanted.fire_time)
        now += step
    return made


@pytest.mark.parametrize(
    ("start", "wanted"),
    [
        # Clocks go forward on 2027-03-28 at 03:00, back on 2027-10-31 at 04:00.
        (datetime(2027, 3, 27, tzinfo=UTC), ["27 01:30", "28 01:00", "29 00:30"]),
        (datetime(2027, 10, 30, tzinfo=UTC), ["30 00:30", "31 00:30", "01 01:30"]),
    ],
)
def test_changes_of_the_clocks_fire_exactly_once_a_day(start: datetime, wanted: list[str]) -> None:
    schedule = daily(created_at=start)
    made = steps(schedule, start, start + timedelta(days=2, hours=12), timedelta(minutes=7))

    assert [f"{one:%d %H:%M}" for one in made] == wanted


@settings(max_examples=40)
@given(hours=st.lists(st.integers(0, 100), min_size=1, max_size=12).map(sorted), grace=st.integers(0, 48))
def test_however_seldom_it_is_looked_nothing_fires_twice_or_late(hours: list[int], grace: int) -> None:
    schedule, made = daily(grace_hours=float(grace), fired_at=CREATED), []
    for hour in hours:
        now = CREATED + timedelta(hours=hour)
        wanted = due(schedule, now)
        if wanted.fire_time:
            assert now - timedelta(hours=grace) < wanted.fire_time <= now
            made.append(wanted.fire_time)
            schedule = replace(schedule, fired_at=wanted.fire_time)
    assert made == sorted(set(made))


# What is made


def test_a_run_is_made_once_and_as_the_schedule_says(store: Store, listed: Path) -> None:
    timetable = Timetable(store.engine)
    timetable.add(daily(listed, open_hours="20:00-06:00", policy={"sample_from": PREVIOUS}))
    with pytest.raises(ScheduleExistsError):
        timetable.add(daily(listed))
    (kept,) = timetable.schedules()
    clock = Clock(at(24, 2))

    run_id = fire(kept.id, firing(store, clock))
    assert run_id is not None
    plan = store.work.plan(run_id)
    assert plan.name == "daily 2026-11-24 03:30"
    assert (plan.policy.window, plan.policy.timezone) == ("20:00-06:00", "Europe/Riga")
    assert (plan.policy.sample_from, plan.policy.compared_with) == ("", "")
    assert plan.targets == ("http://127.0.0.1:9/", "http://127.0.0.1:9/b")
    assert timetable.schedule("daily").fired_at == at(24, 1, 30)
    assert timetable.open_runs() == (run_id,)
    assert fire(kept.id, firing(store, clock)) is None

    # Whoever made the run died before it was noted: the unique index refuses a second.
    timetable.note_fired(kept.id, CREATED)
    assert fire(kept.id, firing(store, clock)) is None
    assert timetable.schedule("daily").fired_at == at(24, 1, 30)
    assert len(store.runs()) == 1

    # The next compares with the one before, and takes its pages, once that is finished.
    store.work.cancel(run_id, clock.now)
    assert timetable.newest_run(kept.id) == ""
    store.finish_run(run_id, clock.now, RunState.FINISHED)
    second = store.work.plan(make_run(kept, firing(store, clock)))
    assert (second.policy.sample_from, second.policy.compared_with) == (run_id, run_id)
    assert second.settings.seed != plan.settings.seed

    # What fell into a pause is not caught up; what was missed for too long is passed over.
    timetable.pause("daily")
    clock.now = at(26, 2)
    assert fire(kept.id, firing(store, clock)) is None
    timetable.unpause("daily", clock.now)
    assert fire(kept.id, firing(store, clock)) is None
    clock.now = at(28, 20)
    assert fire(kept.id, firing(store, clock)) is None
    assert due(timetable.schedule("daily"), clock.now) == Due()

    timetable.remove("daily")
    with pytest.raises(ScheduleNotFoundError):
        timetable.remove("daily")
    assert len(store.runs()) == 2


def test_a_list_that_can_not_be_read_is_tried_again(store: Store, listed: Path) -> None:
    timetable, later = Timetable(store.engine), listed.with_name("later.csv")
    timetable.add(daily(later))
    (kept,) = timetable.schedules()
    with pytest.raises(InputError, match=r"later\.csv"):
        fire(kept.id, firing(store, Clock(at(24, 2))))
    listed.rename(later)
    assert fire(kept.id, firing(store, Clock(at(24, 3)))) is not None


def test_of_many_at_once_one_makes_the_run(store: Store, listed: Path) -> None:
    timetable = Timetable(store.engine)
    timetable.add(daily(listed))
    (kept,) = timetable.schedules()
    for day in (22, 23, 24):
        clock, together = Clock(at(day, 2)), threading.Barrier(6)

        def one(number: int, clock: Clock = clock, together: threading.Barrier = together) -> str | None:
            together.wait()
            return fire(kept.id, firing(store, clock, f"owner {number}"))

        with ThreadPoolExecutor(6) as pool:
            made = [run_id for run_id in pool.map(one, range(6)) if run_id]
        assert len(made) <= 1
        # Who came while it was held made none; one of them looks again a little later.
        fire(kept.id, firing(store, clock))
        assert timetable.schedule("daily").fired_at == at(day, 1, 30)
    assert len(store.runs()) == 3


def test_a_name_is_held_by_one_until_it_is_given_back(store: Store) -> None:
    now = at(24, 2)
    with holding(store.engine, "x", "a", now) as first:
        with holding(store.engine, "x", "b", now) as second, holding(store.engine, "y", "b", now) as other:
            assert (first, second, other) == (True, False, True)
        with holding(store.engine, "x", "b", now) as still:
            assert not still
    with holding(store.engine, "x", "b", now) as free:
        assert free


@pytest.mark.parametrize("moved", [LONGEST + timedelta(seconds=1), -timedelta(days=1)])
def test_the_row_of_a_holder_that_died_is_no_obstacle(tmp_path: Path, moved: timedelta) -> None:
    store = Store.open(str(tmp_path / "a.sqlite3"))
    died = holding(store.engine, "x", "a", at(24, 2))
    assert died.__enter__()
    with holding(store.engine, "x", "b", at(24, 2) + timedelta(minutes=1)) as soon:
        assert not soon
    with holding(store.engine, "x", "b", at(24, 2), is_dead=lambda owner: owner == "other") as still:
        assert not still
    with holding(store.engine, "x", "b", at(24, 2) + moved, is_dead=lambda owner: owner == "x") as later:
        assert later
    store.close()


def test_a_holder_that_is_seen_to_be_dead_is_no_obstacle_at_once(tmp_path: Path) -> None:
    store = Store.open(str(tmp_path / "a.sqlite3"))
    died = holding(store.engine, "x", "a", at(24, 2))
    assert died.__enter__()
    with holding(store.engine, "x", "b", at(24, 2), is_dead=lambda owner: owner == "a") as ours:
        assert ours
    store.close()


# The scheduler


async def soon(condition: Callable[[], bool]) -> None:
    for _ in range(200):
        if condition():
            return
        await asyncio.sleep(0.02)
    raise AssertionError(condition)


async def test_it_follows_the_table_while_it_runs(store: Store, listed: Path) -> None:
    timetable, now = Timetable(store.engine), datetime.now(UTC)
    scheduler = Scheduler(firing(store, lambda: datetime.now(UTC)), follow_seconds=0.05)
    running = asyncio.create_task(scheduler.run())
    try:
        timetable.add(daily(listed, cron="15 4 * * 0", created_at=now))
        (kept,) = timetable.schedules()
        await soon(lambda: scheduler.next_times() == {kept.id: trigger(kept).next_after(now)})
        timetable.pause("daily")
        await soon(lambda: scheduler.next_times() == {})
        timetable.unpause("daily", now)
        await soon(lambda: kept.id in scheduler.next_times())
        timetable.remove("daily")
        timetable.add(daily(listed, name="missed", created_at=now - timedelta(days=1), grace_hours=24.0))
        await soon(lambda: len(store.runs()) == 1)
        await soon(lambda: len(scheduler.next_times()) == 1)
    finally:
        scheduler.stop()
        await running
    assert store.runs()[0].name.startswith("missed ")


async def test_the_job_of_apscheduler_fires_too(store: Store, listed: Path) -> None:
    """Not only the look at the table: the job is brought forward, as if its minute had come."""
    clock = Clock(at(24, 1))
    timetable = Timetable(store.engine)
    timetable.add(daily(listed, fired_at=at(23, 1, 30)))
    (kept,) = timetable.schedules()
    scheduler = Scheduler(firing(store, clock), follow_seconds=600)
    running = asyncio.create_task(scheduler.run())
    try:
        await soon(lambda: kept.id in scheduler.next_times())
        clock.now = at(24, 1, 30)
        scheduler._jobs.modify_job(str(kept.id), next_run_time=datetime.now(UTC))
        await soon(lambda: len(store.runs()) == 1)
    finally:
        scheduler.stop()
        with suppress(asyncio.CancelledError):
            await running
