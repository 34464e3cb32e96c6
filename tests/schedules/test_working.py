"""`eindekss scheduler` carries out two open runs at once: one set of places, one budget of pages."""

from __future__ import annotations

import signal
import threading
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from crawler.evidence import AuditSettings, Scope
from results.models import RunState
from results.store import Store
from results.timetable import Schedule, Timetable
from tests.crawler.page_server import Handler, Route, serving
from tests.schedules.site_server import html, text
from tests.schedules.test_scheduler_processes import scheduler_process, until


class OpenPages:
    """Two sites of one page each. The page that comes first stays open until the other site was asked for
    something, and some seconds more: who did not share a budget of pages would open the other's meanwhile.
    """

    def __init__(self) -> None:
        self.most = 0
        self._open = 0
        self._lock = threading.Lock()
        self._asked = (threading.Event(), threading.Event())
        self._shown = (threading.Event(), threading.Event())

    def site(self, number: int) -> dict[str, Route]:
        def robots(handler: Handler) -> None:
            self._asked[number].set()
            text("User-agent: *\nAllow: /")(handler)

        def held(handler: Handler) -> None:
            with self._lock:
                self._open += 1
                self.most = max(self.most, self._open)
            self._shown[number].set()
            self._asked[1 - number].wait(30)
            self._shown[1 - number].wait(3)
            with self._lock:
                self._open -= 1
            handler.answer("", status=404)

        home = html("Novads", "<img src=/held alt=''>")
        return {"/robots.txt": robots, "/held": held, "/": lambda handler: handler.answer(home)}


def due(name: str, url: str, folder: Path) -> Schedule:
    """A schedule that is due at once, over one site."""
    listed, now = folder / f"{name}.csv", datetime.now(UTC)
    listed.write_text(f"name,url\n{name},{url}/\n", encoding="utf-8")
    settings = AuditSettings(seed=1, scope=Scope.HOMEPAGE, allow_private=True, confirm=False, rate=1000)
    return Schedule(
        name=name,
        cron=f"{(now.minute - 5) % 60} * * * *",
        timezone="UTC",
        created_at=now - timedelta(hours=3),
        institutions={"file": str(listed)},
        settings=msgspec.to_builtins(settings),
    )


def test_two_open_runs_share_the_places_and_the_pages_of_a_scheduler(tmp_path: Path) -> None:
    database, pages = str(tmp_path / "runs.sqlite3"), OpenPages()
    with (
        closing(Store.open(database)) as store,
        serving(pages.site(0)) as first,
        serving(pages.site(1)) as second,
    ):
        timetable = Timetable(store.engine)
        for name, site in (("a", first), ("b", second)):
            timetable.add(due(name, site.url, tmp_path))
        # Two places: pages are open for one that keeps the processor busy, so two.
        with scheduler_process(database, "--concurrency", "2") as process:
            until(lambda: [run.state for run in store.runs()] == [RunState.FINISHED] * 2, 60)
            process.send_signal(signal.SIGTERM)
            said = process.communicate(timeout=30)[0]
        assert process.returncode == 0, said
        runs = [store.load_run(run.id) for run in store.runs()]
        assert [site.judgement.status for run in runs for site in run.sites] == ["evaluated"] * 2
        leases = [store.work.attempts(run.id, 0) for run in runs]
    assert [[one.outcome for one in each] for each in leases] == [["done"]] * 2
    begun, ended = zip(*((one.started_at, one.finished_at) for (one,) in leases), strict=True)
    assert max(begun) < min(ended), "both were under way at once"
    assert pages.most == 2
