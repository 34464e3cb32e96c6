"""Speed and memory as ratios in one run: our pipeline, bare Playwright + axe, and pa11y-ci on the same pages.

    .venv/bin/python -m bench.throughput [--pages 48] [--rounds 3] [--open-for-each 1 2]
        [--no-pa11y] [--no-audits]

All serve the same pages of the corpora's real sites from loopback and drive the same Chromium with the
same axe-core and tags. Ours goes through the egress guard, judges and stores. Rounds alternate, so that a
busy machine slows all alike; the ratio printed is the median of the rounds' ratios.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from bench.accuracy_sites import table
from bench.bare import bare
from bench.corpus import CORPORA, rows, serve_all
from bench.ours import ours
from bench.pa11y import install_pa11y, pa11y
from bench.resident import Memory
from crawler.axe import AxeScript, load_axe
from crawler.chromium import find_chromium
from crawler.slots import OPEN_FOR_EACH

CONCURRENCY = 2
PA11Y = "pa11y-ci, desktop only"


def bare_with(pages: int) -> str:
    """How bare Playwright with that many open pages is called in the tables."""
    return f"bare, {pages} open"


def ours_with(pages: int) -> str:
    """How our pipeline with that many open pages is called in the tables."""
    return f"eindekss, {pages} open"


class Rounds:
    """Seconds and peaks of memory by what was measured, and the seconds by stage of ours."""

    def __init__(self) -> None:
        self.seconds: dict[str, list[float]] = {}
        self.peaks: dict[str, list[int]] = {}
        self.stages: dict[str, list[dict[str, float]]] = {}

    @contextmanager
    def timed(self, what: str) -> Iterator[None]:
        """Note seconds and the peak of memory."""
        with Memory() as memory:
            began = time.perf_counter()
            yield
            self.seconds.setdefault(what, []).append(time.perf_counter() - began)
        self.peaks.setdefault(what, []).append(memory.peak)


def one_round(
    rounds: Rounds, sites: dict[str, list[str]], chromium: Path, axe: AxeScript, each: Sequence[int]
) -> None:
    """Everything but pa11y-ci once, alternating, with `each` pages open for each busy one."""
    for open_for_each in each:
        pages = CONCURRENCY * open_for_each
        with rounds.timed(bare_with(pages)):
            asyncio.run(bare(sites, chromium, axe, open_pages=pages))
        what = ours_with(pages)
        with tempfile.TemporaryDirectory() as folder, rounds.timed(what):
            spent = asyncio.run(
                ours(Path(folder), sites, chromium, axe, concurrency=CONCURRENCY, open_for_each=open_for_each)
            )
        rounds.stages.setdefault(what, []).append(spent)


def audits(bases: dict[str, str]) -> float:
    """Seconds for a full run (crawl, sample of 5, mobile, questionnaire, report) over all the sites."""
    with tempfile.TemporaryDirectory() as folder:
        listed = Path(folder, "institutions.csv")
        listed.write_text("url\n" + "\n".join(bases.values()) + "\n", encoding="utf-8")
        command = [
            *(str(Path(sys.executable).with_name("eindekss")), "run", str(listed), "--name", "bench"),
            *("--pages", "5", "--seed", "1", "--rate", "1000", "--allow-private", "--quiet"),
            *("--format", "json", "--output", f"{folder}/out.json"),
            *("--db", f"sqlite:///{folder}/runs.sqlite3"),
        ]
        began = time.perf_counter()
        done = subprocess.run(command, check=False)
        if done.returncode not in {0, 3}:
            raise SystemExit(f"eindekss ended with {done.returncode}")
        return time.perf_counter() - began


def chosen(bases: dict[str, str], count: int, most_bytes: int | None = None) -> dict[str, list[str]]:
    """`count` pages, as many from each site as from the next, spread over its sorted HTML files of at most
    `most_bytes`; sites with fewer files give what they have.
    """
    each = -(-count // len(bases))
    found = {}
    for name, base in bases.items():
        folder = CORPORA / "sites" / name
        files = [path for path in sorted(folder.rglob("*.html")) if path.stat().st_size > 2000]
        if most_bytes is not None:
            files = [path for path in files if path.stat().st_size <= most_bytes]
        step = max(1, len(files) // each)
        urls = [f"{base}/{path.relative_to(folder).as_posix()}" for path in files[::step][:each]]
        if urls:
            found[name] = urls
    return found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=48)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument(
        "--open-for-each",
        type=int,
        nargs="+",
        default=[1, OPEN_FOR_EACH],
        help="pages open for each of the two busy ones; the product's number is the default's last",
    )
    parser.add_argument("--no-pa11y", action="store_true")
    parser.add_argument("--no-audits", action="store_true")
    wanted = parser.parse_args()
    chromium, axe = find_chromium(os.environ), load_axe(os.environ)
    if chromium is None:
        raise SystemExit("no Chromium")
    labels = rows(CORPORA / "sites" / "truth.csv")
    rounds = Rounds()
    with (
        tempfile.TemporaryDirectory() as temporary,
        serve_all({row["site"]: CORPORA / "sites" / row["site"] for row in labels}) as bases,
    ):
        folder = Path(temporary)
        sites = chosen(bases, wanted.pages)
        if not wanted.no_pa11y:
            install_pa11y(folder)
        for _ in range(wanted.rounds):
            one_round(rounds, sites, chromium, axe, wanted.open_for_each)
            if not wanted.no_pa11y:
                with rounds.timed(PA11Y):
                    pa11y(sites, chromium, folder)
        report(sum(map(len, sites.values())), rounds)
        if not wanted.no_audits:
            seconds = audits({row["site"]: bases[row["site"]] + row["start_path"] for row in labels})
            rate = 60 * len(labels) / seconds
            print(f"\nFull audits: {len(labels)} sites in {seconds:.1f} s, {rate:.1f} a minute")


def ratio(rounds: Rounds, one: str, other: str) -> str:
    """The median over rounds of how much longer one took than the other, with the range."""
    each = [a / b for a, b in zip(rounds.seconds[one], rounds.seconds[other], strict=True)]
    return f"{statistics.median(each):.2f} ({min(each):.2f}–{max(each):.2f})"


def pairs(rounds: Rounds) -> list[tuple[str, str]]:
    """What is set against what: ours against bare with as many open pages, and with one for each core."""
    numbers = [int(what.split(", ")[1].split()[0]) for what in rounds.stages]
    same = [(ours_with(pages), bare_with(pages)) for pages in numbers]
    least = bare_with(CONCURRENCY)
    more = [(ours_with(pages), least) for pages in numbers if pages != CONCURRENCY]
    return same + [pair for pair in more if least in rounds.seconds]


def report(pages: int, rounds: Rounds) -> None:
    """Print the tables."""
    lines = [
        [
            what,
            f"{statistics.median(seconds):.1f}",
            f"{min(seconds):.1f}–{max(seconds):.1f}",
            f"{60 * pages / statistics.median(seconds):.0f}",
            f"{max(rounds.peaks[what]) / 2**20:.0f}",
        ]
        for what, seconds in rounds.seconds.items()
    ]
    print(f"{pages} pages\n")
    print(table(["what", "median s", "range s", "pages a minute", "peak PSS MiB"], lines))
    print()
    print(
        table(
            ["cost on top", "time of one over the other"],
            [[f"{a} / {b}", ratio(rounds, a, b)] for a, b in pairs(rounds)],
        )
    )
    print()
    print(_split(pages, rounds))


def _split(pages: int, rounds: Rounds) -> str:
    """Medians over rounds of the seconds a page by stage; while a stage waits, other pages run."""
    columns = list(rounds.stages)
    medians = {
        name: {
            stage: statistics.median(one[stage] for one in rounds.stages[name]) / pages
            for stage in rounds.stages[name][0]
        }
        for name in columns
    }
    lines = [
        [stage, *(f"{medians[name][stage]:.3f} ({_share(medians[name], stage)})" for name in columns)]
        for stage in medians[columns[0]]
    ]
    return table(["stage", *(f"{name}: s a page" for name in columns)], lines)


def _share(stages: dict[str, float], stage: str) -> str:
    return f"{stages[stage] / sum(stages.values()):.0%}"


if __name__ == "__main__":
    main()
