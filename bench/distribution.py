"""How the three formulas spread real home pages over the study's bands, beside the study of 2017.

    .venv/bin/python -m bench.distribution

One page a site, as the study did it: the start pages of `sites/`, and the pages of `pl-institutions/`,
which were saved without style sheets, so that text contrast is measured on black on white. Each
page is captured once; all three formulas judge the same capture, for the default target.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import ExitStack

from bench import observing
from bench.accuracy_sites import STUDY_2017, table
from bench.corpus import CORPORA, rows, serve_all
from checks.accessibility import bands, formulas, targets
from checks.accessibility.site_score import MeasuredPage, measure
from crawler.evidence import Institution, Page, Site

TIMEOUT = 60.0
CONTRAST = "1.4.3"
MIRRORED, WITHOUT_CSS = "sites/", "pl-institutions/"


def measured(page: Page, formula_id: str) -> MeasuredPage:
    """The page scored by one formula, or the reason why it has no score."""
    site = Site(
        institution=Institution(url=page.url),
        settings=observing.settings(TIMEOUT),
        started_at=page.captured_at,
        captured_at=page.captured_at,
        tools={},
        pages=(page,),
    )
    return measure(page, site, targets.target(targets.DEFAULT), formulas.formula(formula_id))


def band_of(page: Page, formula_id: str) -> int:
    """The band of a page that has a score."""
    score = measured(page, formula_id).score
    if score is None:
        raise ValueError(f"{page.url} has no score")
    return bands.band(bands.rounded(score.percent))


def spread(name: str, pages: Sequence[Page]) -> list[list[object]]:
    """A row for each formula: pages and percent by band, worst first, and the mean."""
    lines: list[list[object]] = []
    for formula_id in formulas.FORMULAS:
        found = Counter(band_of(page, formula_id) for page in pages)
        percents = [score.percent for page in pages if (score := measured(page, formula_id).score)]
        cells = [f"{found[band]} ({100 * found[band] / len(pages):.0f} %)" for band in STUDY_2017]
        mean = bands.rounded(formulas.mean(percents))
        lines.append([f"{name}, n = {len(pages)}", formula_id, *cells, mean])
    return lines


def shifts(pages: Sequence[Page]) -> list[list[object]]:
    """For each alternative: how many pages are in another band than by the default formula."""
    lines: list[list[object]] = []
    for formula_id in formulas.FORMULAS:
        if formula_id == formulas.DEFAULT:
            continue
        moved = Counter(band_of(page, formulas.DEFAULT) - band_of(page, formula_id) for page in pages)
        better = sum(count for by, count in moved.items() if by > 0)
        worse = sum(count for by, count in moved.items() if by < 0)
        two = sum(count for by, count in moved.items() if abs(by) > 1)
        lines.append([formula_id, moved[0], better, worse, two])
    return lines


def contrast(name: str, pages: Iterable[Page]) -> list[object]:
    """What became of the criterion of text contrast."""
    found: Counter[str] = Counter()
    for page in pages:
        tally = measured(page, formulas.DEFAULT).tally
        of_it = [criterion for criterion in tally.criteria if criterion.sc == CONTRAST]
        scored = next((criterion for criterion in of_it if criterion.is_scored), None)
        found["not scored" if scored is None else "met" if scored.is_met else "not met"] += 1
    return [name, found["met"], found["not met"], found["not scored"]]


async def captured() -> tuple[dict[str, list[Page]], str]:
    """The pages of each corpus, and the versions of what observed them."""
    with ExitStack() as stack:
        mirrored = rows(CORPORA / "sites" / "truth.csv")
        bases = stack.enter_context(
            serve_all({row["site"]: CORPORA / "sites" / row["site"] for row in mirrored})
        )
        saved = rows(CORPORA / "pl-institutions" / "truth.csv")
        folder = CORPORA / "pl-institutions" / "html"
        [base] = stack.enter_context(serve_all({"pl": folder})).values()
        addresses = {
            MIRRORED: [bases[row["site"]] + row["start_path"] for row in mirrored],
            WITHOUT_CSS: [base + row["start_path"] for row in saved],
        }
        async with observing.instruments(observing.settings(TIMEOUT), [*bases.values(), base]) as tools:
            found = await observing.pages(tools, [url for urls in addresses.values() for url in urls])
            by_corpus = {name: [found[url] for url in urls] for name, urls in addresses.items()}
            return by_corpus, observing.versions(tools)


def main() -> None:
    """Capture, judge, print."""
    corpora, versions = asyncio.run(captured())
    print(f"{versions}, target {targets.DEFAULT}\n")
    evaluated: dict[str, list[Page]] = {}
    for name, pages in corpora.items():
        evaluated[name] = [page for page in pages if measured(page, formulas.DEFAULT).score]
        for page in pages:
            failure = measured(page, formulas.DEFAULT).failure
            if failure is not None:
                print(f"not evaluated: {page.url.rpartition('/')[2]}: {failure.reason} {failure.detail}\n")
    everything = [page for pages in evaluated.values() for page in pages]
    lines = [line for name, pages in evaluated.items() for line in spread(name, pages)]
    lines += spread("all", everything)
    lines.append(["study of 2017", "", *(f"{share} %" for share in STUDY_2017.values()), ""])
    print(table(["pages", "formula", "below 70", "70 to 85", "85 to 95", "above 95", "mean"], lines))
    print()
    header = [f"against {formulas.DEFAULT}", "same band", "better", "worse", "by two or more bands"]
    print(table(header, shifts(everything)))
    print()
    lines = [contrast(name, pages) for name, pages in evaluated.items()]
    print(table([f"{CONTRAST} text contrast", "met", "not met", "not scored"], lines))


if __name__ == "__main__":
    main()
