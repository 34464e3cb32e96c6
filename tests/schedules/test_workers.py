"""Workers as processes of their own, each with its own home and folder, on one database."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import pytest
from sqlalchemy.engine import make_url
from sqlmodel import Session, col, select

from results.store import Store
from results.task_models import Attempt, Task
from tests.crawler.page_server import Handler, Route, serving
from tests.namespaces import Machines, NoNamespacesError, leading, two_machines
from tests.schedules.site_server import COMMAND, ROOT, call, environment, page, run, text

OPTIONS = (
    "--allow-private",
    "--rate",
    "100",
    "--pages",
    "1",
    "--structured-pages",
    "0",
    "--max-urls",
    "5",
    "--no-confirm",
)


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
def workers(
    folder: Path, database: str, count: int, *options: str, enter: Sequence[Sequence[str]] = ()
) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Worker processes, each behind its words of `enter`; those that still run afterwards are ended."""
    started = []
    for number in range(count):
        home = folder / f"home-{number}"
        home.mkdir(parents=True)
        arguments = ["worker", "--db", database, "--concurrency", "1", "--log-level", "info", *options]
        environ = environment({"HOME": str(home), "PYTHONPATH": str(ROOT)})
        with (home / "log").open("wb") as log:
            command = [*(enter[number] if enter else ()), *COMMAND, *arguments]
            started.append(subprocess.Popen(command, cwd=home, env=environ, stderr=log))
    try:
        yield started
    finally:
        for one in started:
            if one.poll() is None:
                one.send_signal(signal.SIGTERM)
        for one in started:
            one.wait(60)


def logs(folder: Path) -> str:
    """What the workers said."""
    return "\n".join(log.read_text(encoding="utf-8") for log in sorted(folder.glob("home-*/log")))


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


def owners(found: dict[int, list[tuple[str, str]]]) -> set[str]:
    """All who had a lease."""
    return {owner for leases in found.values() for owner, _ in leases}


def slow_until(gate: threading.Event) -> Route:
    """A good page that waits: whoever is first must not do all the work alone."""

    def answer(handler: Handler) -> None:
        gate.wait(20)
        page("Novads")(handler)

    return answer


class Ground(NamedTuple):
    """Where workers meet."""

    database: str
    evidence: str
    at: str = "127.0.0.1"
    """The address of sites."""
    enter: Sequence[Sequence[str]] = ()


@pytest.fixture(params=["sqlite", "postgresql"])
def ground(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Ground]:
    """On SQLite two homes and a folder. On PostgreSQL with S3 two network namespaces, which reach both by
    TCP alone; where this machine gives none, two homes.
    """
    if request.param == "sqlite":
        yield Ground(f"sqlite:///{tmp_path}/runs.db", f"{tmp_path}/shared")
        return
    database = request.getfixturevalue("postgresql")
    evidence = f"s3://{request.getfixturevalue('s3_bucket')}/wave"
    with ExitStack() as stack:
        try:
            machines = stack.enter_context(two_machines())
        except NoNamespacesError:
            yield Ground(database, evidence)
            return
        yield _apart(stack, machines, Ground(database, evidence), monkeypatch)


def _apart(stack: ExitStack, machines: Machines, ground: Ground, monkeypatch: pytest.MonkeyPatch) -> Ground:
    url, s3 = make_url(ground.database), urlsplit(os.environ["AWS_ENDPOINT_URL"])
    socket = Path(str(url.query["host"]), ".s.PGSQL.5432")
    port = stack.enter_context(leading(machines.here, socket))
    s3_port = stack.enter_context(leading(machines.here, (str(s3.hostname), int(s3.port or 80))))
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://{machines.here}:{s3_port}")
    database = f"{url.drivername}://{url.username}@{machines.here}:{port}/{url.database}"
    return Ground(database, ground.evidence, machines.here, machines.enter)


def test_two_workers_apart_share_a_run(ground: Ground, tmp_path: Path) -> None:
    gate, (database, evidence, at, enter) = threading.Event(), ground
    with ExitStack() as stack:
        servers = [stack.enter_context(serving({"/": slow_until(gate)}, at)) for _ in range(3)]
        urls = [f"{server.url}/" for server in servers]
        run_id = begun(tmp_path, database, urls, "--evidence", evidence)
        store = stack.enter_context(closing(Store.open(database, create=False)))
        both = stack.enter_context(workers(tmp_path, database, 2, "--until-done", enter=enter))
        both_at_work(store)
        gate.set()
        assert [worker.wait(90) for worker in both] == [0, 0], logs(tmp_path)
        record, leases = store.load_run(run_id), attempts(store)
        assert (record.state, len(owners(leases))) == ("finished", 2)
        assert [site.judgement.status for site in record.sites] == ["evaluated"] * 3
        assert [[outcome for _, outcome in leases[place]] for place in range(3)] == [["done"]] * 3
        assert [store.load_evidence(run_id, place).institution.url for place in range(3)] == urls
        assert store.evidence.place.name == evidence


def both_at_work(store: Store) -> None:
    """Wait until two workers have had a lease."""
    deadline = time.monotonic() + 60
    while len(owners(attempts(store))) < 2:
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_two_workers_ask_a_server_no_faster_than_one(postgresql: str, tmp_path: Path) -> None:
    rate, gate = 2.0, threading.Event()

    def robots(handler: Handler) -> None:
        gate.wait(60)
        text("User-agent: *\nAllow: /")(handler)

    with serving({"/robots.txt": robots, **{f"/{name}/": page(name) for name in "ab"}}) as server:
        urls = [f"{server.url}/{name}/" for name in "ab"]
        options = ("--evidence", f"{tmp_path}/shared", "--rate", str(rate), "--scope", "homepage")
        run_id = begun(tmp_path, postgresql, urls, *options)
        with closing(Store.open(postgresql, create=False)) as store:
            with workers(tmp_path, postgresql, 2, "--until-done") as both:
                # The second comes to the same server, and has to let it be, while the first still waits.
                both_at_work(store)
                gate.set()
                assert [worker.wait(60) for worker in both] == [0, 0], logs(tmp_path)
            assert [site.judgement.status for site in store.load_run(run_id).sites] == ["evaluated"] * 2
            leases = [one for place in range(2) for one in store.work.attempts(run_id, place)]
    done = sorted((one.started_at, one.finished_at) for one in leases if one.outcome == "done")
    assert "released" in {one.outcome for one in leases}
    assert done[0][1] <= done[1][0], "one audit after the other"
    paths = [path for _, path in server.asked]
    asked = [at for at, path in zip(server.asked_at, paths, strict=True) if path in {"/a/", "/b/"}]
    assert len(asked) >= 6
    # The second worker's gate is new when it begins: between them one pause may be missing.
    assert asked[-1] - asked[0] >= 0.9 * (len(asked) - 2) / rate


def leased(store: Store) -> None:
    """Wait until somebody has a lease."""
    deadline = time.monotonic() + 60
    while not attempts(store):
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_work_of_a_worker_that_was_stopped_or_killed_is_taken_up(postgresql: str, tmp_path: Path) -> None:
    gate = threading.Event()
    with serving({"/": slow_until(gate)}) as slow:
        run_id = begun(tmp_path, postgresql, [f"{slow.url}/"], "--evidence", f"{tmp_path}/shared")
        with closing(Store.open(postgresql, create=False)) as store:
            with workers(tmp_path / "first", postgresql, 1) as (first,):
                leased(store)
                first.send_signal(signal.SIGTERM)
                assert first.wait(30) == 0, logs(tmp_path / "first")
            assert outcomes(store) == ["released"]
            assert store.work.state(run_id) == "running"
            with workers(tmp_path / "second", postgresql, 1) as (second,):
                while len(outcomes(store)) < 2:
                    time.sleep(0.1)
                second.kill()
            gate.set()
            with workers(tmp_path / "third", postgresql, 1, "--until-done") as (third,):
                assert third.wait(60) == 0, logs(tmp_path / "third")
            assert outcomes(store) == ["released", "lost", "done"]
            assert store.load_run(run_id).state == "finished"


def outcomes(store: Store) -> list[str]:
    """What came of the leases of the only task."""
    return [one.outcome for one in store.work.attempts(store.find_run(), 0)]
