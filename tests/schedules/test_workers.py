"""Workers as processes of their own, each with its own home and folder, on one database."""

from __future__ import annotations

import signal
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlmodel import Session, col, select

from results.store import Store
from results.task_models import Attempt, Task
from tests.crawler.page_server import serving
from tests.schedules.site_server import COMMAND, ROOT, call, environment, page, run

OPTIONS = ("--allow-private", "--rate", "100", "--pages", "1", "--structured-pages", "0", "--max-urls", "5")


def begun(folder: Path, database: str, urls: list[str], *options: str) -> str:
    """The id of a run over these sites that was left to workers."""
    (folder / "list.csv").write_text("url\n" + "\n".join(urls), encoding="utf-8")
    arguments = (
        "run",
        folder / "list.csv",
        "--name",
        "wave",
        "--detach",
        "--db",
        database,
        *OPTIONS,
        *options,
    )
    done = run(call(*arguments))
    assert done.code == 0, done.err
    return done.err.split()[1]


@contextmanager
def workers(folder: Path, database: str, count: int, *options: str) -> Iterator[list[subprocess.Popen[str]]]:
    """Worker processes; those that still run afterwards are ended."""
    started = []
    for number in range(count):
        home = folder / f"home-{number}"
        home.mkdir()
        arguments = ["worker", "--db", database, "--concurrency", "1", "--log-level", "info", *options]
        environ = environment({"HOME": str(home), "PYTHONPATH": str(ROOT)})
        started.append(
            subprocess.Popen([*COMMAND, *arguments], cwd=home, env=environ, stderr=subprocess.PIPE, text=True)
        )
    try:
        yield started
    finally:
        for one in started:
            if one.poll() is None:
                one.send_signal(signal.SIGTERM)
        for one in started:
            one.wait(60)


def attempts(store: Store) -> dict[int, list[tuple[str, str]]]:
    """Owner and outcome of each lease, by place in the run."""
    with Session(store.engine) as session:
        query = select(Task.position, Attempt.owner, Attempt.outcome).join(
            Attempt, col(Attempt.task_id) == Task.id
        )
        found: dict[int, list[tuple[str, str]]] = {}
        for position, owner, outcome in session.exec(query):
            found.setdefault(position, []).append((owner, outcome))
    return found


@pytest.mark.parametrize("kind", ["folder", "s3"])
def test_two_workers_with_separate_homes_share_a_run(
    postgresql: str, tmp_path: Path, kind: str, request: pytest.FixtureRequest
) -> None:
    evidence = str(tmp_path / "shared")
    if kind == "s3":
        evidence = f"s3://{request.getfixturevalue('s3_bucket')}/wave"
    routes = {"/": page("Novads")}
    with serving(routes) as one, serving(routes) as two, serving(routes) as three, serving(routes) as four:
        urls = [f"{server.url}/" for server in (one, two, three, four)]
        run_id = begun(tmp_path, postgresql, urls, "--evidence", evidence)
        with workers(tmp_path, postgresql, 2, "--until-done") as both:
            said = [worker.communicate(timeout=90)[1] for worker in both]
    print("\n".join(said))
    assert [worker.returncode for worker in both] == [0, 0], said
    store = Store.open(postgresql, create=False)
    record = store.load_run(run_id)
    assert record.state == "finished"
    assert [site.judgement.status for site in record.sites] == ["evaluated"] * 4
    assert [store.load_evidence(run_id, place).institution.url for place in range(4)] == urls
    leases = attempts(store)
    assert [leases[place][0][1] for place in range(4)] == ["done"] * 4
    assert [len(found) for found in leases.values()] == [1] * 4
    owners = Counter(owner for found in leases.values() for owner, _ in found)
    assert len(owners) == 2, owners
    store.close()
