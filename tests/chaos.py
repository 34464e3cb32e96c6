"""Chaos: workers under a supervisor, a run of small sites, and a hand that kills at random moments.

What is killed with SIGKILL: a worker, the browser of one, Playwright's driver of one, PostgreSQL; a browser
is also frozen with SIGSTOP. The supervisor does what systemd's `Restart=always` does. Afterwards the run must
be whole: one result of each institution, all evidence there, nobody left behind.
"""

from __future__ import annotations

import random
import shutil
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path

import msgspec
import psutil
from sqlmodel import Session, col, func, select

from results.models import Site, SiteJudgement
from results.store import Store
from results.task_models import Attempt, Task, TaskState
from tests.crawler.page_server import serving
from tests.postgres import Cluster
from tests.schedules.site_server import COMMAND, ROOT, environment, page

KINDS = ("worker", "browser", "frozen", "driver", "database")
OPTIONS = ("--scope", "homepage", "--allow-private", "--rate", "100", "--max-urls", "5", "--no-confirm")
_DATABASE_AWAY = 1.0
_RESTARTS = 30
"""Times that PostgreSQL is started again while what its kill left still holds its memory."""


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """One round."""

    sites: int
    strikes: int
    pause: tuple[float, float]
    """Seconds between strikes, at least and at most."""
    lease: float = 4.0
    workers: int = 2
    seconds: float = 300.0
    """After which the round has failed."""
    seed: int = 0


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a round."""

    seconds: float
    struck: dict[str, int]
    restarted: int
    attempts: dict[str, int]
    """Leases by outcome."""
    statuses: dict[str, int]
    wrong: tuple[str, ...]
    """What must not be; empty for a round that held."""


class Worker:
    """A worker process that is started again when it dies."""

    def __init__(self, folder: Path, database: str, lease: float) -> None:
        folder.mkdir(parents=True)
        self._folder = folder
        self._command = [
            *(*COMMAND, "worker", "--db", database, "--concurrency", "2"),
            *("--lease", str(lease), "--until-done", "--log-level", "info"),
        ]
        self.restarted = -1
        self.process = self._started()

    def _started(self) -> subprocess.Popen[bytes]:
        self.restarted += 1
        with (self._folder / "log").open("ab") as log:
            environ = environment({"HOME": str(self._folder), "PYTHONPATH": str(ROOT)})
            return subprocess.Popen(
                self._command, cwd=self._folder, env=environ, stdout=log, stderr=log, start_new_session=True
            )

    def is_done(self) -> bool:
        """Whether it ended of itself with nothing left to do; one that died is started again."""
        code = self.process.poll()
        if code not in (None, 0):
            self.process = self._started()
        return code == 0

    def family(self) -> list[psutil.Process]:
        """The process and its descendants."""
        with suppress(psutil.Error):
            own = psutil.Process(self.process.pid)
            return [own, *own.children(recursive=True)]
        return []

    def end(self) -> None:
        """Kill what is left."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(30)


def play(plan: Plan, folder: Path, database: str, cluster: Cluster | None = None) -> Report:
    """One round in a folder of its own; `cluster` is the PostgreSQL that the database lies in."""
    chance = random.Random(plan.seed)
    with ExitStack() as stack:
        servers = [stack.enter_context(serving({"/": page(f"Novads {n}")})) for n in range(plan.sites)]
        run_id = _begun(folder, database, [f"{server.url}/" for server in servers])
        began = time.monotonic()
        crew = [Worker(folder / f"home-{n}", database, plan.lease) for n in range(plan.workers)]
        seen: dict[int, psutil.Process] = {}
        try:
            struck = _torment(plan, crew, seen, chance, cluster, began)
            ended = _until_done(crew, seen, began + plan.seconds)
        finally:
            for worker in crew:
                worker.end()
        seconds = time.monotonic() - began
        with closing(Store.open(database, create=False)) as store:
            wrong = [*_wrong(store, run_id, plan.sites), *_left(seen)]
            return Report(
                seconds=seconds,
                struck=struck,
                restarted=sum(worker.restarted for worker in crew),
                attempts=_counted(store, Attempt.outcome),
                statuses=_counted(store, SiteJudgement.status),
                wrong=(*wrong, *(() if ended else ("the workers did not end in time",))),
            )


def _begun(folder: Path, database: str, urls: list[str]) -> str:
    (folder / "list.csv").write_text("url\n" + "\n".join(urls), encoding="utf-8")
    arguments = ["run", str(folder / "list.csv"), "--name", "chaos", "--detach", "--db", database]
    done = subprocess.run(
        [*COMMAND, *arguments, "--evidence", str(folder / "evidence"), *OPTIONS],
        cwd=ROOT, env=environment({}), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stderr.split()[1]


def _torment(
    plan: Plan,
    crew: list[Worker],
    seen: dict[int, psutil.Process],
    chance: random.Random,
    cluster: Cluster | None,
    began: float,
) -> dict[str, int]:
    struck: Counter[str] = Counter()
    kinds = [kind for kind in KINDS if kind != "database" or cluster]
    while sum(struck.values()) < plan.strikes and time.monotonic() < began + plan.seconds:
        _watch(crew, seen, chance.uniform(*plan.pause))
        if _all_done(crew):
            break
        kind = chance.choice(kinds)
        if kind == "database" and cluster is not None:
            _crash(cluster, chance.uniform(0, _DATABASE_AWAY))
            struck[kind] += 1
        elif victims := _victims(kind, chance.choice(crew)):
            with suppress(psutil.Error):
                chance.choice(victims).send_signal(signal.SIGSTOP if kind == "frozen" else signal.SIGKILL)
                struck[kind] += 1
    return dict(struck)


def _watch(crew: list[Worker], seen: dict[int, psutil.Process], seconds: float) -> None:
    """Let time pass; note who lives, so that it is known afterwards who was left behind."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        for worker in crew:
            worker.is_done()
            seen.update({process.pid: process for process in worker.family()})
        time.sleep(0.2)


def _victims(kind: str, worker: Worker) -> list[psutil.Process]:
    family = worker.family()
    tests: Mapping[str, Callable[[psutil.Process], bool]] = {
        "worker": lambda one: one.pid == worker.process.pid,
        "browser": _is_browser,
        "frozen": _is_browser,
        # Node.js calls its main thread, and so its process, `node-MainThread` since version 20.
        "driver": lambda one: one.name().startswith("node"),
    }
    found = []
    for process in family:
        with suppress(psutil.Error):
            if tests[kind](process):
                found.append(process)
    return found


def _is_browser(one: psutil.Process) -> bool:
    return "chrom" in one.name() and not any("--type=" in part for part in one.cmdline())


def _crash(cluster: Cluster, away: float) -> None:
    """Kill PostgreSQL's main process; its others let go of the memory only when they notice."""
    cluster.stop("kill")
    time.sleep(away)
    for left in reversed(range(_RESTARTS)):
        try:
            cluster.start()
        except AssertionError:
            if not left:
                raise
            time.sleep(0.5)
        else:
            return


def _all_done(crew: list[Worker]) -> bool:
    """Asks each, since asking starts the dead again."""
    return [worker.is_done() for worker in crew] == [True] * len(crew)


def _until_done(crew: list[Worker], seen: dict[int, psutil.Process], deadline: float) -> bool:
    while time.monotonic() < deadline:
        if _all_done(crew):
            return True
        _watch(crew, seen, 0.5)
    return False


def _wrong(store: Store, run_id: str, sites: int) -> Iterator[str]:
    """What is not as it must be: each institution once, evidence whole, the run ended."""
    with Session(store.engine) as session:
        tasks = session.exec(select(Task.state).where(Task.run_id == run_id)).all()
        places = sorted(session.exec(select(Site.position).where(Site.run_id == run_id)))
        judged = session.exec(select(func.count()).select_from(SiteJudgement)).one()
    state = store.work.state(run_id)
    if state != "finished":
        yield f"the run is {state}"
    if Counter(tasks) != {TaskState.DONE: sites}:
        yield f"tasks: {dict(Counter(tasks))}"
    if places != list(range(sites)):
        yield f"results of {places}"
    if judged != sites:
        yield f"{judged} judgements of {sites} sites"
    for place in places:
        # Reading verifies every digest.
        site = store.load_evidence(run_id, place)
        for one in site.pages:
            if one.screenshot is not None:
                store.evidence.get(one.screenshot.digest)


def _left(seen: Mapping[int, psutil.Process]) -> Iterator[str]:
    """Processes of workers that outlive them."""
    _, alive = psutil.wait_procs(list(seen.values()), timeout=15)
    for process in alive:
        with suppress(psutil.Error):
            if process.status() != psutil.STATUS_ZOMBIE:
                yield f"left behind: {process.name()} ({process.pid})"


def _counted(store: Store, column: object) -> dict[str, int]:
    with Session(store.engine) as session:
        found = session.exec(select(col(column), func.count()).group_by(col(column)))
        return {str(name) or "none": number for name, number in found}


@contextmanager
def own_folder(root: Path, name: str) -> Iterator[Path]:
    """A folder that is gone afterwards: twenty rounds of evidence would fill a disk."""
    folder = root / name
    folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
