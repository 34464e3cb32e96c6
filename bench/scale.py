"""A thousand small sites audited from end to end: does it end, stay in its memory, cost the same to the last?

    .venv/bin/python -m bench.scale whole   [--sites 1000] [--pages 4]
    .venv/bin/python -m bench.scale scaling [--sites 100]  [--pages 4] [--rounds 1]
    .venv/bin/python -m bench.scale broken  [--sites 1000]
    .venv/bin/python -m bench.scale draw

`whole`: one run on SQLite with the whole machine. `scaling`: sites an hour on SQLite with one worker, on
PostgreSQL with one and with two, each bound to one core with its browser. The sites' server and PostgreSQL
itself are bound to nothing and share the cores. `broken`: those of the sites that are broken, alone. Results
are added to `bench/scale.json`; `draw` makes the chart and prints the tables for `docs/operations.md` of what
is there.

What is audited of a site is the home page on desktop and phone, once each, its crawl, and up to three pages
that checks ask for (scope `homepage`): samples of thirty pages of a thousand sites would take a day.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil

from bench.scale_chart import chart
from bench.scale_sites import BLOCK, BROKEN, Plan, plans
from bench.scale_tables import tables
from bench.scale_watch import Ran, Watch, ran, read, started
from schedules.pool import SITES_PER_PAGE_SLOT
from tests.postgres import running_cluster

RESULTS = Path(__file__).with_name("scale.json")
CHART = Path(__file__).parents[1] / "docs" / "scale.svg"
EINDEKSS = [sys.executable, "-c", "from cli import main; main()"]
SETTINGS = (
    *("--scope", "homepage", "--rate", "50", "--timeout", "20", "--max-urls", "20", "--seed", "1"),
    *("--no-confirm", "--structured-pages", "3"),
)
PINNED = 1
"""Busy pages of a worker on one core; two, the default, on the whole machine."""
WAYS = ("sqlite 1", "postgresql 1", "postgresql 2")
Json = dict[str, Any]


def main() -> None:
    """Measure or draw."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("what", choices=("whole", "scaling", "broken", "draw"))
    parser.add_argument("--sites", type=int)
    parser.add_argument("--pages", type=int, default=4)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--only", nargs="+", default=list(WAYS), choices=WAYS, help="of `scaling`")
    parser.add_argument("--results", type=Path, default=RESULTS)
    wanted = parser.parse_args()
    known: Json = json.loads(wanted.results.read_text(encoding="utf-8")) if wanted.results.exists() else {}
    if wanted.what != "draw":
        sites = wanted.sites or (100 if wanted.what == "scaling" else 1000)
        drawn = plans(sites, wanted.pages, wanted.seed)
        with served(sites, wanted.pages, wanted.seed):
            known[wanted.what] = about(wanted) | measured(wanted, drawn)
        wanted.results.write_text(json.dumps(known, indent=1) + "\n", encoding="utf-8")
    if wanted.results == RESULTS or wanted.what == "draw":
        CHART.write_text(chart(known), encoding="utf-8")
    print(tables(known))


def measured(wanted: argparse.Namespace, drawn: list[Plan]) -> Json:
    """What was asked for."""
    if wanted.what == "scaling":
        return scaling(drawn, wanted.rounds, wanted.only)
    return whole([plan for plan in drawn if plan.broken or wanted.what == "whole"])


def about(wanted: argparse.Namespace) -> Json:
    """Under what was measured."""
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "cores": len(os.sched_getaffinity(0)),
        "python": platform.python_version(),
        "pages": wanted.pages,
        "seed": wanted.seed,
        "settings": " ".join(SETTINGS),
    }


@contextmanager
def served(sites: int, pages: int, seed: int) -> Iterator[None]:
    """The sites' server, in a process of its own."""
    command = [sys.executable, "-m", "bench.scale_server", f"--sites={sites}", f"--pages={pages}"]
    with subprocess.Popen([*command, f"--seed={seed}"], stdout=subprocess.PIPE) as server:
        try:
            if server.stdout is None or server.stdout.readline() != b"ready\n":
                raise SystemExit("the server of the sites did not start")
            yield
        finally:
            server.kill()


def failures(database: Path) -> dict[str, str]:
    """Why sites could not be evaluated, by address, as the run's only judgement has it."""
    asked = (
        "select site.url, judged.failure_reason"
        " from site_judgement judged join site on site.id = judged.site_id"
    )
    with closing(sqlite3.connect(database)) as connection:
        return dict(connection.execute(asked))


def listed(drawn: list[Plan], folder: Path) -> Path:
    """The list of institutions as a file."""
    file = folder / "institutions.csv"
    rows = [f"{plan.url},Vietne {plan.number}\n" for plan in drawn]
    file.write_text("url,name\n" + "".join(rows), encoding="utf-8")
    return file


def run_command(drawn: list[Plan], folder: Path, database: str, concurrency: int) -> list[str]:
    """`eindekss run` over all the sites."""
    return [
        *(*EINDEKSS, "run", str(listed(drawn, folder)), "--name", "scale", "--db", database, *SETTINGS),
        *("--concurrency", str(concurrency), "--allow-private", "--log-json", "-v", "--format", "json"),
        *("--evidence", str(folder / "evidence")),
    ]


def worker_command(folder: Path, database: str) -> list[str]:
    """`eindekss worker` beside it, with as many institutions at once as `run` takes with `PINNED`."""
    at_once = str(SITES_PER_PAGE_SLOT * PINNED)
    return [
        *(*EINDEKSS, "worker", "--db", database, "--evidence", str(folder / "evidence")),
        *("--concurrency", at_once, "--log-json", "-v"),
    ]


def whole(drawn: list[Plan]) -> Json:
    """One run on SQLite with the whole machine."""
    with tempfile.TemporaryDirectory(prefix="eindekss-scale-") as name:
        folder = Path(name)
        log = folder / "log"
        command = run_command(drawn, folder, f"sqlite:///{folder}/runs.sqlite3", 2)
        began = time.time()
        with started(command, log) as process:
            done = ran(process, Watch(process.pid), log, began)
        left = [one.name() for one in psutil.Process().children(recursive=True) if "chrom" in one.name()]
        stored = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
        done.failures.update(failures(folder / "runs.sqlite3"))
    return summary(drawn, done) | {"left_processes": left, "stored_bytes": stored}


def summary(drawn: list[Plan], done: Ran) -> Json:
    """What the run showed, by hundreds (tenths where there are fewer than a thousand sites)."""
    size = BLOCK if len(drawn) >= 10 * BLOCK else max(1, len(drawn) // 10)
    blocks = [block(done, start, size) for start in range(0, len(done.done) - size + 1, size)]
    return {
        "sites": len(drawn),
        "code": done.code,
        "seconds": done.ended - done.began,
        "first_results_seconds": done.done[-1].time - done.began if done.done else None,
        "cpu_seconds": done.looks[-1].cpu,
        "results": len(done.last),
        "statuses": Counter(done.last.values()),
        "broken": broken(drawn, done),
        "wrongly_not_evaluated": wrongly(drawn, done),
        "browser_restarts": Counter(done.restarts),
        "block": size,
        "blocks": blocks,
        "memory": [[round(one.time - done.began), one.memory // 2**20] for one in done.looks[::5]],
    }


def block(done: Ran, start: int, size: int) -> Json:
    """Cost and memory of the sites from `start` on, in the order of their first results."""
    began = done.done[start - 1].time if start else done.began
    ended = done.done[start + size - 1].time
    memory = sorted(one.memory for one in done.looks if began <= one.time <= ended)
    return {
        "sites": size,
        "seconds": ended - began,
        "cpu": done.cpu_at(ended) - done.cpu_at(began),
        "memory_median": memory[len(memory) // 2] // 2**20 if memory else None,
        "memory_peak": memory[-1] // 2**20 if memory else None,
    }


def broken(drawn: list[Plan], done: Ran) -> Json:
    """How each way to be broken was told: `status: failure`, with how many sites."""
    told = {way: Counter[str]() for way in BROKEN}
    for plan in drawn:
        if plan.broken:
            status = done.last.get(plan.url, "no result")
            told[plan.broken][f"{status}: {done.failures.get(plan.url) or '-'}"] += 1
    return {way: counted for way, counted in told.items() if counted}


def wrongly(drawn: list[Plan], done: Ran) -> list[str]:
    """Sites that are whole and were not evaluated."""
    return [
        f"{plan.number}: {done.last.get(plan.url)} {done.failures.get(plan.url, '')}"
        for plan in drawn
        if not plan.broken and done.last.get(plan.url) not in {"evaluated", "ok"}
    ]


def scaling(drawn: list[Plan], rounds: int, ways: list[str]) -> Json:
    """Seconds for all the sites by engine and workers, rounds alternating."""
    if len(os.sched_getaffinity(0)) < 2:
        raise SystemExit("two cores are needed to bind two workers")
    taken: dict[str, list[Json]] = {way: [] for way in ways}
    for _ in range(rounds):
        for name, runs in taken.items():
            engine, workers = name.split()
            runs.append(timed(drawn, engine, int(workers)))
            print(name, runs[-1], flush=True)
    return {"sites": len(drawn), "runs": taken}


def timed(drawn: list[Plan], engine: str, workers: int) -> Json:
    """One run, each worker bound to a core of its own."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="eindekss-scale-")))
        database = f"sqlite:///{folder}/runs.sqlite3"
        if engine == "postgresql":
            cluster = stack.enter_context(running_cluster())
            database = cluster.url(cluster.create())
        cores = sorted(os.sched_getaffinity(0))
        began = time.time()
        first = stack.enter_context(
            started(run_command(drawn, folder, database, PINNED), folder / "log", core=cores[0])
        )
        watches, others = [Watch(first.pid)], []
        for number in range(1, workers):
            other = stack.enter_context(
                started(worker_command(folder, database), folder / f"log{number}", core=cores[number])
            )
            others.append(other)
            watches.append(Watch(other.pid))
        done = ran(first, watches[0], folder / "log", began)
        shares = [len(done.last)]
        for number, (other, watch) in enumerate(zip(others, watches[1:], strict=True), 1):
            other.terminate()
            other.wait()
            watch.stop()
            before = len(done.last)
            read(folder / f"log{number}", done)
            shares.append(len(done.last) - before)
    if not done.done:
        raise SystemExit(f"no result of {engine} with {workers} workers; exit code {done.code}")
    seconds = max(one.time for one in done.done) - began
    return {
        "code": done.code,
        "seconds": seconds,
        "sites_an_hour": 3600 * len(done.last) / seconds,
        "results": len(done.last),
        "by_worker": shares,
        "cpu_seconds": sum(watch.looks[-1].cpu for watch in watches),
        "statuses": Counter(done.last.values()),
    }


if __name__ == "__main__":
    main()
