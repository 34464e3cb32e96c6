"""Speed and memory as ratios in one run: our capture, bare Playwright + axe, and pa11y-ci on the same pages.

    .venv/bin/python -m bench.throughput [--pages 48] [--rounds 3] [--no-pa11y]

All serve the same pages of the corpora's real sites from loopback and drive the same Chromium with the
same axe-core and tags. Ours goes through the egress guard. Rounds alternate, so that a busy machine
slows all alike; the ratio printed is that of the rounds' medians.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil
from playwright.async_api import BrowserContext, async_playwright

from bench.accuracy_sites import table
from bench.corpus import CORPORA, rows, serve_all
from crawler.axe import AxeScript, axe_options, load_axe
from crawler.browser import FLAGS
from crawler.capture import capture_page
from crawler.chromium import find_chromium
from crawler.evidence import AuditSettings
from crawler.instruments import Instruments, open_instruments
from crawler.mobile import capture_mobile
from results.evidence_store import EvidenceStore
from schedules.runner import SITES_PER_PAGE_SLOT

CONCURRENCY = 2
PHONE = {
    "viewport": {"width": 411, "height": 731},
    "device_scale_factor": 2.625,
    "is_mobile": True,
    "has_touch": True,
}


class Memory:
    """Peak of the proportional set size of this process and its children, sampled twice a second."""

    def __init__(self) -> None:
        self.peak = 0
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Memory:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._done.wait(0.5):
            self.peak = max(self.peak, _pss(psutil.Process()))


def _pss(process: psutil.Process) -> int:
    total = 0
    for one in (process, *process.children(recursive=True)):
        try:
            total += one.memory_full_info().pss
        except psutil.Error:
            continue
    return total


async def _for_each(items: list[str], work: Callable[[str], Awaitable[None]]) -> None:
    waiting = iter(items)

    async def worker() -> None:
        for item in waiting:
            await work(item)

    await asyncio.gather(*(worker() for _ in range(CONCURRENCY)))


async def bare(sites: dict[str, list[str]], chromium: Path, axe: AxeScript) -> None:
    """Plain Playwright: goto, axe.run, one mobile load; a context a site and device, a page a URL."""
    run = f"async () => JSON.stringify(await axe.run(document, {json.dumps(axe_options())}))"
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=chromium, args=list(FLAGS), chromium_sandbox=os.geteuid() != 0
        )
        for urls in sites.values():
            desktop = await browser.new_context(viewport={"width": 1280, "height": 900})
            phone = await browser.new_context(**PHONE)  # type: ignore[arg-type]  # a dict of mixed values
            await _for_each(urls, lambda url, d=desktop, p=phone: _bare_page(url, d, p, axe.source, run))  # type: ignore[misc]  # loop variables bound on purpose
            await desktop.close()
            await phone.close()
        await browser.close()


async def _bare_page(url: str, desktop: BrowserContext, phone: BrowserContext, source: str, run: str) -> None:
    page = await desktop.new_page()
    await page.goto(url, wait_until="load")
    await page.evaluate(source)
    await page.evaluate(run)
    await page.close()
    small = await phone.new_page()
    await small.goto(url, wait_until="load")
    await small.close()


async def ours(sites: dict[str, list[str]], chromium: Path, axe: AxeScript, folder: Path) -> dict[str, float]:
    """Our capture and mobile pass of the same pages, evidence kept; seconds by stage, summed over pages."""
    settings = AuditSettings(seed=0, concurrency=CONCURRENCY, allow_private=True)
    store = EvidenceStore(folder)
    spent: dict[str, float] = {}
    targets = [url for urls in sites.values() for url in urls]
    async with open_instruments(
        settings, targets, chromium=chromium, axe=axe, save_blob=store.put, clock=lambda: datetime.now(UTC)
    ) as tools:
        places = asyncio.Semaphore(SITES_PER_PAGE_SLOT * CONCURRENCY)
        await asyncio.gather(*(_our_site(urls, tools, places, spent) for urls in sites.values()))
    return spent


async def _our_site(
    urls: list[str], tools: Instruments, places: asyncio.Semaphore, spent: dict[str, float]
) -> None:
    """As `schedules.runner` and `crawler.visit` do it: several sites under way, a fixed number of slots."""
    browser = tools.browser
    shared: dict[str, Any] = {
        "settings": tools.settings,
        "save_blob": tools.save_blob,
        "clock": tools.clock,
        "guard": tools.guard,
    }

    async def desktop_pass(url: str) -> dict[str, float]:
        async with tools.slots.page():
            page = await capture_page(desktop, url, axe=tools.axe, **shared)
        if page.failure or page.axe is None:
            raise SystemExit(f"{url} was not captured: {page.failure}")
        return page.seconds

    async def phone_pass(url: str) -> dict[str, float]:
        async with tools.slots.page():
            view = await capture_mobile(phone, url, **shared)
        if view.failure:
            raise SystemExit(f"{url} was not captured: {view.failure}")
        return {f"mobile {stage}": seconds for stage, seconds in view.seconds.items()}

    async with places, browser.site_context() as desktop, browser.site_context(phone=True) as phone:
        passes = [work(url) for url in urls for work in (desktop_pass, phone_pass)]
        for seconds in await asyncio.gather(*passes):
            for stage, value in seconds.items():
                spent[stage] = spent.get(stage, 0.0) + value


def pa11y(sites: dict[str, list[str]], chromium: Path, folder: Path) -> None:
    """pa11y-ci with the axe runner, concurrency 1, on the same pages with the same Chromium."""
    options = {"executablePath": str(chromium), "args": ["--no-sandbox", *FLAGS], "headless": "shell"}
    config = {
        "defaults": {
            "runners": ["axe"],
            "standard": "WCAG2AA",
            "concurrency": 1,
            "timeout": 60000,
            "chromeLaunchConfig": options,
            "reporters": [["json", {"fileName": str(folder / "pa11y.json")}]],
        },
        "urls": [url for urls in sites.values() for url in urls],
    }
    (folder / "pa11yci.json").write_text(json.dumps(config), encoding="utf-8")
    command = [str(folder / "node_modules/.bin/pa11y-ci"), "--config", str(folder / "pa11yci.json")]
    done = subprocess.run(command, capture_output=True, check=False, text=True)
    report = json.loads((folder / "pa11y.json").read_text(encoding="utf-8"))
    errors = [url for url, found in report["results"].items() if found and "code" not in found[0]]
    if done.returncode not in {0, 2} or errors:
        raise SystemExit(f"pa11y-ci failed ({done.returncode}): {errors[:3]} {done.stderr[-500:]}")


def install_pa11y(folder: Path) -> None:
    """From npm, without a browser of its own."""
    environ = {**os.environ, "PUPPETEER_SKIP_DOWNLOAD": "1"}
    subprocess.run(
        ["npm", "install", "--silent", "--no-save", "--prefix", str(folder), "pa11y-ci@4.1.1"],
        env=environ,
        check=True,
    )


def audits(bases: dict[str, str]) -> float:
    """Seconds for a full run (crawl, sample of 5, mobile, questionnaire, report) over all the sites."""
    with tempfile.TemporaryDirectory() as folder:
        listed = Path(folder, "institutions.csv")
        listed.write_text("url\n" + "\n".join(bases.values()) + "\n", encoding="utf-8")
        began = time.perf_counter()
        subprocess.run(
            [
                str(Path(sys.executable).with_name("eindekss")),
                "run",
                str(listed),
                "--name",
                "bench",
                "--pages",
                "5",
                "--seed",
                "1",
                "--rate",
                "1000",
                "--allow-private",
                "--quiet",
                "--format",
                "json",
                "--output",
                f"{folder}/out.json",
                "--db",
                f"sqlite:///{folder}/runs.sqlite3",
            ],
            check=True,
        )
        return time.perf_counter() - began


@contextmanager
def timed(times: list[float], peaks: list[int]) -> Iterator[None]:
    """Note the seconds and the peak of memory."""
    with Memory() as memory:
        began = time.perf_counter()
        yield
        times.append(time.perf_counter() - began)
    peaks.append(memory.peak)


def chosen(bases: dict[str, str], count: int) -> dict[str, list[str]]:
    """`count` pages, as many from each site as from the next, spread over its sorted HTML files."""
    each = -(-count // len(bases))
    found = {}
    for name, base in bases.items():
        folder = CORPORA / "sites" / name
        files = sorted(path for path in folder.rglob("*.html") if path.stat().st_size > 2000)
        step = max(1, len(files) // each)
        found[name] = [f"{base}/{path.relative_to(folder).as_posix()}" for path in files[::step][:each]]
    return found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=48)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--no-pa11y", action="store_true")
    wanted = parser.parse_args()
    chromium, axe = find_chromium(os.environ), load_axe(os.environ)
    if chromium is None:
        raise SystemExit("no Chromium")
    labels = rows(CORPORA / "sites" / "truth.csv")
    times: dict[str, list[float]] = {"bare": [], "ours": [], "pa11y-ci": []}
    peaks: dict[str, list[int]] = {name: [] for name in times}
    spent: dict[str, float] = {}
    with (
        tempfile.TemporaryDirectory() as temporary,
        serve_all({row["site"]: CORPORA / "sites" / row["site"] for row in labels}) as bases,
    ):
        folder = Path(temporary)
        sites = chosen(bases, wanted.pages)
        if not wanted.no_pa11y:
            install_pa11y(folder)
        for _ in range(wanted.rounds):
            with timed(times["bare"], peaks["bare"]):
                asyncio.run(bare(sites, chromium, axe))
            with timed(times["ours"], peaks["ours"]):
                spent = asyncio.run(ours(sites, chromium, axe, folder / "evidence"))
            if not wanted.no_pa11y:
                with timed(times["pa11y-ci"], peaks["pa11y-ci"]):
                    pa11y(sites, chromium, folder)
        starts = {row["site"]: bases[row["site"]] + row["start_path"] for row in labels}
        audit_seconds = audits(starts)
    pages = sum(map(len, sites.values()))
    report(pages, times, peaks, spent)
    print(
        f"\nFull audits: {len(starts)} sites in {audit_seconds:.1f} s, "
        f"{60 * len(starts) / audit_seconds:.1f} a minute"
    )


def report(
    pages: int, times: dict[str, list[float]], peaks: dict[str, list[int]], spent: dict[str, float]
) -> None:
    """Print the tables."""
    base = statistics.median(times["bare"])
    lines = []
    for name, seconds in times.items():
        if seconds:
            median = statistics.median(seconds)
            spread = f"{min(seconds):.1f}–{max(seconds):.1f}"
            memory = f"{max(peaks[name]) / 2**20:.0f}"
            lines.append(
                [name, f"{median:.1f}", spread, f"{60 * pages / median:.0f}", f"{median / base:.2f}", memory]
            )
    print(table(["what", "median s", "range s", "pages a minute", "time over bare", "peak PSS MiB"], lines))
    print()
    total = sum(spent.values())
    print(
        table(
            ["stage of ours", "s a page", "share"],
            [[k, f"{v / pages:.3f}", f"{v / total:.0%}"] for k, v in spent.items()],
        )
    )


if __name__ == "__main__":
    main()
