"""What commands cost at twenty thousand institutions, on SQLite and PostgreSQL.

    .venv/bin/python -m bench.many [--sites 1000 20000] [--runs 2] [--engine sqlite postgresql] [--only NAME]

Waves are made up in a database (`bench.many_runs`), then each command reads or changes it in a process of
its own: CPU of that process (PostgreSQL's own is not in it), wall time, and the most that was resident at
once. The last column holds the CPU seconds against those of the first number of sites. Prints the table of
`docs/operations.md`. Everything is in memory (`--folder`, /dev/shm): the disk's share is not measured.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from tests.postgres import running_cluster

EINDEKSS = (sys.executable, "-c", "from cli import main; main()")
RUNS = (sys.executable, "-m", "bench.many_runs")
ENGINES = ("sqlite", "postgresql")
_OLD = timedelta(days=30)


class Cost(NamedTuple):
    """Of one command."""

    cpu: float
    wall: float
    peak: int
    """Bytes."""


class Place(NamedTuple):
    """Where the waves of one size on one engine are."""

    database: str
    evidence: Path
    folder: Path
    sites: int
    runs: tuple[str, ...]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--sites", type=int, nargs="+", default=[1000, 20_000])
    parser.add_argument("--runs", type=int, default=2)
    parser.add_argument("--engine", nargs="+", choices=ENGINES, default=list(ENGINES))
    parser.add_argument("--only", nargs="+", help="these commands")
    parser.add_argument("--folder", type=Path, default=Path("/dev/shm"))
    wanted = parser.parse_args()
    found: dict[tuple[str, str], list[Cost]] = {}
    for engine in wanted.engine:
        for sites in wanted.sites:
            with waves(engine, sites, wanted.runs, wanted.folder) as place:
                for name, command in commands(place).items():
                    if not wanted.only or name in wanted.only:
                        found.setdefault((name, engine), []).append(measured(command, place.folder))
                        print(engine, sites, name, found[name, engine][-1], file=sys.stderr, flush=True)
    print(table(found, wanted.sites))


@contextmanager
def waves(engine: str, sites: int, runs: int, parent: Path) -> Iterator[Place]:
    """The runs, made up, in a folder that goes afterwards."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="eindekss-many-", dir=parent)))
        database = f"sqlite:///{folder}/runs.sqlite3"
        if engine == "postgresql":
            cluster = stack.enter_context(running_cluster())
            database = cluster.url(cluster.create())
        evidence = folder / "evidence"
        made = ("--sites", str(sites), "--runs", str(runs), "--list", str(folder / "list.csv"))
        began = time.perf_counter()
        _done([*RUNS, "make", "--database", database, "--evidence", str(evidence), *made])
        print(engine, sites, f"made up in {time.perf_counter() - began:.0f} s", file=sys.stderr, flush=True)
        _age(evidence)
        ids = subprocess.run(
            [*RUNS, "ids", "--database", "-", "--runs", str(runs)], capture_output=True, check=True, text=True
        )
        yield Place(database, evidence, folder, sites, tuple(ids.stdout.split()))


def commands(place: Place) -> dict[str, tuple[str, ...]]:
    """What is measured, in this order: what changes the database comes after what only reads it."""
    at = ("--db", place.database)
    before, after = place.runs[-2:]
    wave = (*EINDEKSS, "compare", before, after, *at)
    prune = (*EINDEKSS, "prune", "--keep", str(len(place.runs) - 1), *at)
    site = f"https://www.iestade-{place.sites // 2}.example/"
    listed = str(place.folder / "list.csv")
    return {
        "quality gate": (*RUNS, "gate", "--database", place.database, "--run", after),
        "status": (*EINDEKSS, "status", *at),
        "compare": wave,
        "compare --changed": (*wave, "--changed"),
        "compare --format csv": (*wave, "--format", "csv"),
        "compare --format json": (*wave, "--format", "json"),
        "compare --site": (*wave, "--site", site),
        "history": (*EINDEKSS, "history", site, *at),
        "export --format csv": (
            *(*EINDEKSS, "export", after, "--format", "csv", *at),
            *("--output", str(place.folder / "wave.csv")),
        ),
        "institutions validate": (*EINDEKSS, "institutions", "validate", listed),
        "institutions import": (*EINDEKSS, "institutions", "import", listed, *at),
        "institutions import again": (*EINDEKSS, "institutions", "import", listed, *at),
        "institutions list": (*EINDEKSS, "institutions", "list", *at),
        "institutions list --format csv": (*EINDEKSS, "institutions", "list", "--format", "csv", *at),
        "prune --dry-run": (*prune, "--dry-run"),
        "prune": prune,
    }


def measured(command: tuple[str, ...], folder: Path) -> Cost:
    """One command in a process of its own; what it prints goes into a file."""
    output = folder / "printed"
    began = time.perf_counter()
    with output.open("wb") as printed:
        child = subprocess.Popen(command, stdout=printed, env={**os.environ, "LANG": "C.UTF-8"})
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - began
    if child.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {child.returncode}")
    return Cost(usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss * 1024)


def table(found: dict[tuple[str, str], list[Cost]], sites: list[int]) -> str:
    """In Markdown; of two sizes each cell has the smaller first."""
    lines = [
        f"| command, at {' · '.join(f'{n:,}' for n in sites)} | engine | CPU s | wall s | peak MiB | times |",
        "|---|---|---|---|---|---|",
    ]
    for (name, engine), costs in found.items():
        cpu = " · ".join(f"{one.cpu:.1f}" for one in costs)
        wall = " · ".join(f"{one.wall:.1f}" for one in costs)
        peak = " · ".join(f"{one.peak / 2**20:.0f}" for one in costs)
        lines.append(f"| {name} | {engine} | {cpu} | {wall} | {peak} | {costs[-1].cpu / costs[0].cpu:.1f} |")
    return "\n".join(lines)


def _done(command: list[str]) -> None:
    if subprocess.run(command, check=False).returncode:
        raise SystemExit(f"{' '.join(command)} failed")


def _age(evidence: Path) -> None:
    """`prune` spares what was put within a day."""
    moment = (datetime.now(UTC) - _OLD).timestamp()
    for file in evidence.glob("??/*"):
        os.utime(file, (moment, moment))


if __name__ == "__main__":
    main()
