"""`eindekss scheduler` as a process: two on one database, and a run that it carries out within its window."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
import typer
from typer.testing import CliRunner, Result

from crawler.axe import load_axe
from crawler.chromium import find_chromium
from crawler.evidence import AuditSettings, Scope
from results.claiming import Claimant
from results.models import RunState
from results.store import Store
from results.timetable import Schedule, Timetable
from schedules import pool
from schedules.firing import Firing, fire
from schedules.open_runs import OpenRuns
from schedules.schedule_commands import mount
from schedules.scheduler import Scheduler
from schedules.worker import WorkerMeans
from schedules.working import Pools
from tests.crawler.page_server import serving
from tests.schedules.site_server import COMMAND, ROOT, small_site


@contextmanager
def scheduler_process(database: str, *options: str) -> Iterator[subprocess.Popen[str]]:
    words = ["scheduler", *options, "--follow-seconds", "0.2", "--db", database, "-v"]
    process = subprocess.Popen(
        [*COMMAND, *words], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


def until(condition: Callable[[], bool], seconds: float = 40) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_two_schedulers_on_one_database_fire_once(database: str, tmp_path: Path) -> None:
    listed, store = tmp_path / "list.csv", Store.open(database, evidence=tmp_path / "evidence")
    listed.write_text("name,url\nA,http://127.0.0.1:9/\n")
    timetable, now = Timetable(store.engine), datetime.now(UTC)
    settings = msgspec.to_builtins(AuditSettings(seed=1))
    plain = Schedule(
        name="",
        cron=f"{(now.minute - 5) % 60} * * * *",
        timezone="UTC",
        created_at=now - timedelta(hours=3),
        institutions={"file": str(listed)},
        settings=settings,
    )
    with ExitStack() as stack:
        both = [stack.enter_context(scheduler_process(database, "--no-work")) for _ in range(2)]
        # Both are at it already when schedules come that are due.
        time.sleep(2)
        for name in "abc":
            timetable.add(msgspec.structs.replace(plain, name=name))
        until(lambda: len(store.runs()) == 3)
        time.sleep(1)
        for process in both:
            process.send_signal(signal.SIGTERM)
        said = [process.communicate(timeout=30)[0] for process in both]
        assert [process.returncode for process in both] == [0, 0], said
    assert len(store.runs()) == 3
    assert sum(text.count("schedule_fired") for text in said) == 3
    assert not any("hindered" in text for text in said)
    assert all(one.fired_at for one in timetable.schedules())
    store.close()


async def test_a_run_waits_for_its_window_and_is_carried_out_in_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool, "LOOK_AGAIN", timedelta(seconds=0.2))
    chromium = find_chromium(os.environ)
    assert chromium is not None
    with serving(small_site(1)) as server:
        listed, store = tmp_path / "list.csv", Store.open(str(tmp_path / "a.sqlite3"))
        listed.write_text(f"name,url\nA,{server.url}/\n")
        settings = AuditSettings(seed=1, scope=Scope.HOMEPAGE, allow_private=True, confirm=False, rate=1000)
        timetable, moment = Timetable(store.engine), [datetime(2026, 11, 24, 12, 0, 30, tzinfo=UTC)]
        timetable.add(
            Schedule(
                name="night",
                cron="0 12 * * *",
                timezone="UTC",
                open_hours="20:00-06:00",
                created_at=moment[0] - timedelta(hours=1),
                institutions={"file": str(listed)},
                settings=msgspec.to_builtins(settings),
            )
        )
        firing = Firing(
            store=store,
            axe=load_axe(os.environ),
            owner="tests",
            clock=lambda: moment[0],
            entropy=os.urandom,
        )
        opening = OpenRuns(store, chromium=chromium, axe=firing.axe, clock=firing.clock)
        async with opening as runs:
            means = WorkerMeans(
                store=store,
                runs=runs,
                claimant=Claimant(owner="tests"),
                clock=firing.clock,
                report=lambda _: None,
            )
            scheduler = Scheduler(firing, worker=Pools(means, places=2), follow_seconds=0.1)
            running = asyncio.create_task(scheduler.run())
            try:
                await state(store, RunState.PAUSED)
                (run,) = store.runs()
                assert store.work.progress(run.id, moment[0]).tasks.waiting == 1
                moment[0] = datetime(2026, 11, 24, 20, 0, tzinfo=UTC)
                await state(store, RunState.FINISHED)
            finally:
                scheduler.stop()
                await running
        (site,) = store.load_run(run.id).sites
        assert site.judgement.status == "evaluated"
        assert fire(1, firing) is None
        store.close()


async def state(store: Store, wanted: RunState) -> None:
    for _ in range(600):
        if [run.state for run in store.runs()] == [wanted]:
            return
        await asyncio.sleep(0.05)
    raise AssertionError([run.state for run in store.runs()])


def called(*words: str | Path) -> Result:
    app = typer.Typer()
    mount(app)
    return CliRunner().invoke(app, ["schedule", *map(str, words)], env={"COLUMNS": "200"})


def test_the_commands_of_a_schedule(tmp_path: Path) -> None:
    listed, db = tmp_path / "list.csv", ("--db", tmp_path / "a.sqlite3")
    listed.write_text("name,url,kind\nA,a.lv,ministry\nB,b.lv,other\n")
    quarter = ("add", "quarter", "--cron", "0 2 1 */3 *", "--institutions", listed, "--kind", "ministry")
    added = called(*quarter, "--window", "20:00-06:00", "--pages", "5", *db)
    assert (added.exit_code, "today: 1 site." in added.stderr, "01 02:00" in added.stderr) == (0, True, True)
    assert called(*quarter, *db).exit_code == 2

    shown = called("list", *db).stdout
    assert all(word in shown for word in ("quarter", "0 2 1 */3 *", "20:00-06:00", "ministry", "never"))
    assert called("pause", "quarter", *db).exit_code == 0
    assert "paused" in called("list", *db).stdout
    assert called("unpause", "quarter", *db).exit_code == 0

    run_id = called("run-now", "quarter", *db).stdout.strip()
    store = Store.open(str(tmp_path / "a.sqlite3"))
    plan = store.work.plan(run_id)
    store.close()
    assert (plan.targets, plan.settings.pages, plan.policy.window) == (("https://a.lv",), 5, "20:00-06:00")

    assert called("remove", "quarter", *db).exit_code == 0
    for words, said in (
        (("remove", "quarter"), "There is no schedule"),
        (("add", "x", "--cron", "0 0 30 2 *", "--institutions", listed), "never fires"),
        (("add", "x", "--cron", "0 0 1 * *", "--institutions", tmp_path / "none.csv"), "check the path"),
        (("add", "x", "--cron", "0 0 1 * *"), "the registry is empty"),
        (("add", "x", "--cron", "0 0 1 * *", "--institutions", listed, "--registry"), "either a file or"),
        (
            ("add", "x", "--cron", "0 0 1 * *", "--timezone", "Mars/Base", "--institutions", listed),
            "time zone",
        ),
        (("add", "x", "--cron", "0 0 1 * *", "--window", "now", "--institutions", listed), "no window"),
    ):
        result = called(*words, *db)
        assert (result.exit_code, said in result.stderr) == (2, True), result.stderr
