"""Memory over many page captures in one process and one browser: flat, or growing?

    .venv/bin/python -m bench.memory [--captures 1000] [--bytes 100000]

The same hundred small pages of the corpora are captured again and again as sites of 25 pages, one
of them on the phone too; each site is judged and stored. Prints, for each hundred, median and peak of the
proportional set size of this process with its browser, sampled twice a second, and how the last hundred
stands to the second.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import tempfile
from pathlib import Path

import psutil

from bench.accuracy_sites import table
from bench.corpus import CORPORA, rows, serve_all
from bench.ours import pipeline
from bench.resident import Memory
from bench.throughput import CONCURRENCY, chosen
from crawler.axe import load_axe
from crawler.chromium import find_chromium

BLOCK = 100
SITE = 25
"""Pages of one site: they share its contexts, which are closed after it."""


class Blocks:
    """Memory by hundreds of captures, in MiB."""

    def __init__(self) -> None:
        self.medians: list[float] = []
        self.lines: list[list[object]] = []

    def add(self, captures: int, memory: Memory) -> None:
        """Note a hundred and print it."""
        mib = [sample / 2**20 for sample in memory.samples]
        own = psutil.Process().memory_full_info().pss / 2**20
        self.medians.append(statistics.median(mib))
        line = [captures, f"{self.medians[-1]:.0f}", f"{max(mib):.0f}", f"{own:.0f}"]
        self.lines.append(line)
        print(*line, flush=True)


async def measure(urls: list[str], captures: int, blocks: Blocks, folder: Path) -> None:
    """Capture `captures` pages, a hundred at a time."""
    chromium = find_chromium(os.environ)
    if chromium is None:
        raise SystemExit("no Chromium")
    sites = [urls[start : start + SITE] for start in range(0, len(urls), SITE)]
    async with pipeline(
        folder, urls, chromium=chromium, axe=load_axe(os.environ), concurrency=CONCURRENCY
    ) as run:
        for done in range(0, captures, BLOCK):
            with Memory() as memory:
                await asyncio.gather(
                    *(run.site(done + number, site, phones=1) for number, site in enumerate(sites))
                )
            blocks.add(done + BLOCK, memory)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--captures", type=int, default=1000)
    parser.add_argument("--bytes", type=int, default=100_000)
    wanted = parser.parse_args()
    labels = rows(CORPORA / "sites" / "truth.csv")
    blocks = Blocks()
    with (
        tempfile.TemporaryDirectory() as folder,
        serve_all({row["site"]: CORPORA / "sites" / row["site"] for row in labels}) as bases,
    ):
        sites = chosen(bases, 4 * BLOCK, wanted.bytes)
        # One page of each site in turn, so that every site of ours is a mixture.
        most = max(map(len, sites.values()))
        urls = [one[place] for place in range(most) for one in sites.values() if place < len(one)][:BLOCK]
        asyncio.run(measure(urls, wanted.captures, blocks, Path(folder)))
    print(table(["captures", "median MiB", "peak MiB", "Python MiB at the end"], blocks.lines))
    growth = blocks.medians[-1] / blocks.medians[1] - 1
    print(f"\nThe last hundred over the second: {growth:+.1%}")


if __name__ == "__main__":
    main()
