"""A run killed and resumed, cancelled and looked at, by the real command."""

from __future__ import annotations

import os
import signal
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import pytest

from results.models import RunState
from results.store import Store
from results.work_records import RunProgress
from tests.crawler.page_server import PageServer, serving
from tests.schedules.site_server import COMMAND, ROOT, Ran, call, environment, page, run

SITES = 4


class Killed(NamedTuple):
    """A run of which the program was killed when some of it was done, and what came after."""

    before: RunProgress
    shown: Ran
    resumed: Ran
    after: RunProgress
    nothing_left: Ran
    watched: Ran
    home_asked: dict[str, tuple[int, int]]
    """Requests for a site's home page: when the program was killed, and at the end."""
    attempts: list[list[str]]


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Killed]:
    folder = tmp_path_factory.mktemp("killed")
    database, listed = folder / "runs.db", folder / "list.csv"
    with ExitStack() as stack:
        sites = [stack.enter_context(serving({"/": page(f"Novads {n}")})) for n in range(SITES)]
        listed.write_text("url\n" + "".join(f"{site.url}/\n" for site in sites), encoding="utf-8")
        _kill_in_the_middle(database, listed)
        killed_at = {site.url: _home(site) for site in sites}
        before = _progress(database)
        shown = run(call("show", "--db", database, "--format", "json"))
        resumed = run(call("resume", "--db", database, "--format", "json"))
        after = _progress(database)
        yield Killed(
            before,
            shown,
            resumed,
            after,
            run(call("resume", "--db", database)),
            run(call("status", "night", "--watch", "--db", database)),
            {site.url: (killed_at[site.url], _home(site)) for site in sites},
            _attempts(database),
        )


def _kill_in_the_middle(database: Path, listed: Path) -> None:
    options = ("--scope", "homepage", "--allow-private", "--rate", "100", "--concurrency", "1")
    running = subprocess.Popen(
        [*COMMAND, "run", str(listed), "--name", "night", *options, "--db", str(database)],
        cwd=ROOT, env=environment({}), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        start_new_session=True,
    )  # fmt: skip
    assert running.stderr is not None
    try:
        while "done (evaluated)" not in running.stderr.readline():
            assert running.poll() is None
    finally:
        # The command alone: its browser is left to find out by itself.
        os.kill(running.pid, signal.SIGKILL)
        running.communicate(timeout=30)


def _home(site: PageServer) -> int:
    return Counter(site.asked)["GET", "/"]


def _progress(database: Path) -> RunProgress:
    with closing(Store.open(str(database), create=False)) as store:
        return store.work.progress(store.find_run("night"), datetime.now(UTC))


def _attempts(database: Path) -> list[list[str]]:
    with closing(Store.open(str(database), create=False)) as store:
        run_id = store.find_run("night")
        return [[one.outcome for one in store.work.attempts(run_id, place)] for place in range(SITES)]


def test_what_was_done_before_the_kill_is_there(killed: Killed) -> None:
    told = killed.before
    assert told.state is RunState.RUNNING
    assert 1 <= told.tasks.done < SITES == told.tasks.total
    assert len(killed.shown.sites) == told.tasks.done


def test_the_resumed_run_has_every_institution_once(killed: Killed) -> None:
    assert killed.resumed.code == 0, killed.resumed.err
    document = killed.resumed.document
    assert document["run"]["state"] == "finished"
    urls = [site["url"] for site in document["sites"]]
    assert urls == [f"{url}/" for url in killed.home_asked]
    assert {site["status"] for site in document["sites"]} == {"evaluated"}
    assert (killed.after.state, killed.after.tasks.done) == (RunState.FINISHED, SITES)


def test_finished_work_is_not_done_again(killed: Killed) -> None:
    done = [site["url"].rstrip("/") for site in killed.shown.sites]
    assert done
    for url in done:
        before, after = killed.home_asked[url]
        assert after == before
    assert [outcomes.count("done") for outcomes in killed.attempts] == [1] * SITES
    assert any("lost" in outcomes for outcomes in killed.attempts), "something was under way when it died"


def test_where_nothing_is_unfinished_nothing_is_resumed(killed: Killed) -> None:
    assert killed.nothing_left.code == 2
    assert "No run is unfinished" in killed.nothing_left.err


def test_watching_ends_with_the_run(killed: Killed) -> None:
    assert killed.watched.code == 0
    assert f"{SITES}/{SITES}" in killed.watched.out
    assert "finished" in killed.watched.out
