"""Kills workers, browsers, drivers and PostgreSQL at random moments of a run, round after round.

    .venv/bin/python -m bench.chaos [--rounds 20] [--sites 60] [--seed 1] [--engine sqlite|postgresql|both]

Prints a line a round and a table for `docs/operations.md`; ends with 1 where a round did not hold.
"""

from __future__ import annotations

import argparse
import tempfile
from collections import Counter
from pathlib import Path

from tests.chaos import Plan, Report, own_folder, play
from tests.postgres import running_cluster

ENGINES = ("sqlite", "postgresql")


def main() -> None:
    """Play the rounds."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--rounds", type=int, default=20, help="on each engine")
    parser.add_argument("--sites", type=int, default=60)
    parser.add_argument("--strikes", type=int, default=12)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--engine", choices=(*ENGINES, "both"), default="both")
    wanted = parser.parse_args()
    engines = ENGINES if wanted.engine == "both" else (wanted.engine,)
    table, has_failed = [], False
    with tempfile.TemporaryDirectory(prefix="eindekss-chaos-") as root:
        for engine in engines:
            reports = [_round(engine, number, wanted, Path(root)) for number in range(wanted.rounds)]
            table.append(_row(engine, reports))
            has_failed |= any(report.wrong for report in reports)
    print("\n| engine | rounds | held | killed | leases lost | sites | not evaluated | seconds a round |")
    print("|---|---|---|---|---|---|---|---|")
    print("\n".join(table))
    raise SystemExit(1 if has_failed else 0)


def _round(engine: str, number: int, wanted: argparse.Namespace, root: Path) -> Report:
    plan = Plan(
        sites=wanted.sites,
        strikes=wanted.strikes,
        pause=(1.0, 6.0),
        seed=wanted.seed * 1000 + number,
        seconds=60 + 10.0 * wanted.sites,
    )
    with own_folder(root, f"{engine}-{number}") as folder:
        if engine == "sqlite":
            report = play(plan, folder, f"sqlite:///{folder}/runs.db")
        else:
            with running_cluster() as cluster:
                report = play(plan, folder, cluster.url(cluster.create()), cluster)
    print(engine, number, "HELD" if not report.wrong else report.wrong, report, flush=True)
    return report


def _row(engine: str, reports: list[Report]) -> str:
    struck = sum((Counter(report.struck) for report in reports), Counter())
    statuses = sum((Counter(report.statuses) for report in reports), Counter())
    lost = sum(report.attempts.get("lost", 0) + report.attempts.get("none", 0) for report in reports)
    sites = sum(statuses.values())
    killed = ", ".join(f"{count} {kind}" for kind, count in sorted(struck.items()))
    held = sum(not report.wrong for report in reports)
    seconds = sum(report.seconds for report in reports) / max(1, len(reports))
    missed = sites - statuses["evaluated"]
    return f"| {engine} | {len(reports)} | {held} | {killed} | {lost} | {sites} | {missed} | {seconds:.0f} |"


if __name__ == "__main__":
    main()
