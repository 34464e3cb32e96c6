"""Audits the same 30 real pages five times: the same percentage and verdict each time, or unstable, said.

    .venv/bin/python -m bench.stability [rounds]

Each page is the home page of an audit of its own: desktop and phone, then their second captures. A round
that says that something is unstable, unconfirmed or uncertain because of that may differ from the others;
rounds that say nothing must agree. Ends with 1 if they do not.
"""

from __future__ import annotations

import asyncio
import sys
from contextlib import ExitStack
from itertools import chain, islice, zip_longest
from pathlib import Path
from typing import NamedTuple

from msgspec.structs import replace

from bench import observing
from bench.accuracy_sites import table
from bench.corpus import CORPORA, serve_all
from checks.accessibility.wcag_percentage import CHECK as WCAG
from checks.check import JudgementSettings
from checks.judge import plans
from checks.mobile.mobile_friendliness import CHECK as MOBILE
from crawler.evidence import ConfirmMobile, ConfirmPage, Institution, Site
from crawler.instruments import Instruments
from crawler.visit import visiting

PAGES = 30
ROUNDS = 5
TIMEOUT = 60.0


class Said(NamedTuple):
    """What one audit says of a page."""

    percent: str
    verdict: str
    unstable: tuple[str, ...]
    """Rules that differed, and captures that could not be compared; empty where it is sure."""


def said(site: Site) -> Said:
    """Judge one audit."""
    settings = JudgementSettings()
    wcag, mobile = WCAG.judge(site, settings).wcag, MOBILE.judge(site, settings).mobile
    assert wcag is not None
    assert mobile is not None
    percent = (
        f"{wcag.percent:.2f}" if wcag.percent is not None else _reason(wcag.failure and wcag.failure.reason)
    )
    unstable = [one.rule for one in (*wcag.unstable, *mobile.unstable)]
    if wcag.percent is not None and not wcag.pages_confirmed:
        unstable.append("page not confirmed")
    if mobile.verdict is not None and not mobile.confirmed:
        unstable.append("phone not confirmed")
    if wcag.percent is None and percent == "unstable":
        unstable.append(percent)
    return Said(percent, mobile.verdict or mobile.detail, tuple(unstable))


def _reason(reason: object) -> str:
    return str(reason or "none")


def chosen() -> list[tuple[str, str]]:
    """(site, path) of the pages: evenly spread over each site's files, the sites taking turns."""
    by_site = []
    for site in sorted(path for path in (CORPORA / "sites").iterdir() if path.is_dir()):
        files = sorted(site.rglob("*.html"))
        step = max(1, len(files) // PAGES)
        by_site.append([(site.name, str(file.relative_to(site))) for file in files[::step]])
    turns = chain.from_iterable(zip_longest(*by_site))
    return list(islice((page for page in turns if page is not None), PAGES))


async def audited(tools: Instruments, url: str) -> Site:
    """The stages of an audit that the percentage and the verdict stand on."""
    async with visiting(Institution(url=url), tools, lambda *_: None) as visit:
        await visit.open_home()
        wanted = plans(visit.evidence(), checks=[WCAG, MOBILE])
        await visit.carry_out(plan for plan in wanted if isinstance(plan, ConfirmPage | ConfirmMobile))
        return visit.evidence()


async def observe(urls: list[str], bases: list[str], rounds: int) -> dict[str, list[Said]]:
    """What each round says of each page."""
    found: dict[str, list[Said]] = {url: [] for url in urls}
    chosen_settings = replace(observing.settings(TIMEOUT), rate=200.0)

    for number in range(rounds):
        async with observing.instruments(chosen_settings, bases) as tools:

            async def one(url: str, tools: Instruments = tools) -> None:
                found[url].append(said(await audited(tools, url)))

            await observing.for_each(urls, one)
        print(f"round {number + 1} of {rounds} done", file=sys.stderr, flush=True)
    return found


def judged(rounds: list[Said]) -> str:
    """`same`, `said unstable`, or `DIFFERS` where rounds that say nothing disagree."""
    if len({(one.percent, one.verdict) for one in rounds}) == 1:
        return "same"
    silent = {(one.percent, one.verdict) for one in rounds if not one.unstable}
    return "DIFFERS" if len(silent) > 1 else "said unstable"


def row(page: tuple[str, str], rounds: list[Said]) -> list[str]:
    """One page."""
    percents = list(dict.fromkeys(one.percent for one in rounds))
    verdicts = list(dict.fromkeys(one.verdict for one in rounds))
    unstable = sorted(set(chain.from_iterable(one.unstable for one in rounds)))
    rounds_unstable = sum(bool(one.unstable) for one in rounds)
    told = f"{', '.join(unstable)} ({rounds_unstable} of {len(rounds)})" if unstable else ""
    return ["/".join(page), " | ".join(percents), " | ".join(verdicts), told, judged(rounds)]


def main() -> None:
    """Observe, compare, print."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    pages = chosen()
    folders: dict[str, Path] = {site: CORPORA / "sites" / site for site, _ in pages}
    with ExitStack() as stack:
        bases = stack.enter_context(serve_all(folders))
        urls = [f"{bases[site]}/{path}" for site, path in pages]
        found = asyncio.run(observe(urls, list(bases.values()), rounds))
    lines = [row(page, found[url]) for page, url in zip(pages, urls, strict=True)]
    print(table(["page", "percent", "verdict", "unstable (rounds)", "over the rounds"], lines))
    kinds = ("same", "said unstable", "DIFFERS")
    counts = {kind: sum(line[-1] == kind for line in lines) for kind in kinds}
    told = ", ".join(f"{many} {kind}" for kind, many in counts.items())
    print(f"\n{len(pages)} pages, {rounds} rounds: {told}.")
    raise SystemExit(1 if counts["DIFFERS"] else 0)


if __name__ == "__main__":
    main()
