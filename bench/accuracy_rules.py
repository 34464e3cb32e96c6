"""Sets findings of the WCAG judge against three suites of cases that nobody here wrote.

    .venv/bin/python -m bench.accuracy_rules

W3C ACT rules: a failed case counts as found if a violation of one of its rule's criteria is reported (an
item to review does not count); any such violation on a passed or inapplicable case is a false positive. All
cases of rules that map to a WCAG A/AA criterion are counted. Those that are no HTML (SVG, XML) can't be
evaluated, so nothing is found in them. A case that leads elsewhere is judged where it ends. Plain axe-core
(`axe.run` in the page, same version and tags, without eindekss) looks at the same pages.

GDS accessibility tool audit: `bench.accuracy_gds`. What is found beside the percentage, by the second engine
and by our own checks: `bench.accuracy_second`. W3C Before and After Demonstration: two versions of a site.
"""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Callable
from fractions import Fraction
from typing import NamedTuple

from bench import accuracy_gds, accuracy_second, observing
from bench.accuracy_sites import table
from bench.corpus import CORPORA, rows, serve_all
from bench.wilson import share
from checks.accessibility import bands
from checks.accessibility.criteria import tally
from checks.accessibility.formulas import FORMULAS, mean, page_score
from checks.accessibility.targets import DEFAULT, TARGETS, criterion
from checks.accessibility.violations import findings
from checks.finding import Finding, Outcome
from crawler.axe import axe_options, load_axe
from crawler.chromium import find_chromium
from crawler.chromium_run import FLAGS
from crawler.evidence import AxeResult, Page

TIMEOUT = 15.0
TARGET = TARGETS["wcag22-aa"]
"""The widest: the rules' criteria are of WCAG 2.0 to 2.2."""
ACT, GDS, BAD = "act-rules/www", "gds-tool-audit", "w3c-bad/www"
CASES = "/WAI/content-assets/wcag-act-rules/"
BAD_PAGES = ("home", "news", "tickets", "survey", "template")

Plain = dict[str, set[tuple[str, str]]]
"""(rule, criterion) of plain axe's violations by address."""

LOOKED_AT: dict[str, str] = {
    "bd0d0d0c": "aria-hidden link in the tab order: a real failure of 4.1.2, but another ACT rule's matter",
    "2845a840": "symbols only: no human language, axe takes it for text",
    "941efb73": "empty page: nothing to have a language",
    "dbc6a845": "no lang on html, but all text in an element with lang",
    "0f73e717": "`eng` is no known primary tag; that is another ACT rule's matter",
    "b64d767d": "`i-lux`, a grandfathered tag, not known to axe",
    "efa95433": "icon font: the text `search` is shown as an icon (the font is off the machine)",
    "c9b81bf0": "ellipsis in the visible text",
    "4c8c3802": "abbreviation `Ave.` written out in the name",
    "e9bbdbec": "hyphen in the name only",
}
"""Why axe is wrong or differs from the ACT rule, by the beginning of the case's id."""


class Case(NamedTuple):
    """An ACT case with what was reported."""

    row: dict[str, str]
    page: Page
    rules: tuple[str, ...]
    """Rules with a violation of one of the case's criteria."""
    plain: bool
    """Whether plain axe reports one too."""

    @property
    def fails(self) -> bool:
        return self.row["expected"] == "failed"


def violated(page: Page, criteria: set[str]) -> tuple[str, ...]:
    """Axe rules of which a violation is reported for one of the criteria."""
    found = _of(page, Outcome.FAILED)
    return tuple(one.rule for one in found if criteria & set(one.criteria))


def _of(page: Page, *outcomes: Outcome) -> list[Finding]:
    return [one for one in findings(page, TARGET) if one.outcome in outcomes]


async def plain_axe(urls: list[str]) -> Plain:
    """What a plain `axe.run` says of each page, in a browser without guard or capture."""
    from playwright.async_api import async_playwright

    axe = load_axe(os.environ)
    run = (
        f"async () => (await axe.run(document, {json.dumps(axe_options())}))"
        ".violations.map(({id, tags}) => [id, tags])"
    )
    found: Plain = {}

    async def one(url: str) -> None:
        page = await context.new_page()
        try:
            await page.goto(url, wait_until="load")
            for frame in page.frames:
                await frame.evaluate(axe.source)
            report = await page.evaluate(run)
        finally:
            await page.close()
        found[url] = {(rule, sc) for rule, tags in report for sc in map(criterion, tags) if sc}

    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=find_chromium(os.environ),
            args=list(FLAGS),
            chromium_sandbox=os.geteuid() != 0,
        )
        context = await browser.new_context(viewport={"width": 1280, "height": 900}, locale="lv-LV")
        await observing.for_each(urls, one)
        await browser.close()
    return found


def act_cases(base: str, pages: dict[str, Page], plain: Plain) -> list[Case]:
    """The cases in scope with what was reported."""
    found = []
    for row in _in_scope():
        url, criteria = base + CASES + row["path"], set(row["criteria"].split())
        also = any(sc in criteria for _, sc in plain.get(url, ()))
        found.append(Case(row, pages[url], violated(pages[url], criteria), also))
    return found


def _with_more(case: Case) -> accuracy_second.ActCase:
    more = accuracy_second.beside([case.page], TARGET, set(case.row["criteria"].split()))
    return accuracy_second.ActCase(case.row, case.rules, more)


def _in_scope() -> list[dict[str, str]]:
    return [row for row in rows(CORPORA / "act-rules" / "cases.csv") if row["aa_in_scope"] == "True"]


def act_table(cases: list[Case]) -> str:
    """One row a rule, and all."""
    rules = list(dict.fromkeys(case.row["ruleId"] for case in cases))
    lines = [_act_row(rule, [case for case in cases if case.row["ruleId"] == rule]) for rule in rules]
    lines += [
        _act_row("all", cases, criteria="–"),
        _act_row("all, plain axe-core", cases, reported=lambda case: case.plain, criteria="–"),
    ]
    return table(["ACT rule", "criteria", "failed cases found", "others reported (false)"], lines)


def _act_row(
    name: str,
    cases: list[Case],
    *,
    reported: Callable[[Case], bool] = lambda case: bool(case.rules),
    criteria: str = "",
) -> list[object]:
    bad, good = [c for c in cases if c.fails], [c for c in cases if not c.fails]
    found = [sum(map(reported, group)) for group in (bad, good)]
    named = criteria or cases[0].row["criteria"]
    return [name, named, share(found[0], len(bad)), share(found[1], len(good))]


def false_positives(cases: list[Case]) -> str:
    """Every passed or inapplicable case with a violation reported."""
    lines = []
    for case in cases:
        if case.rules and not case.fails:
            ident = case.row["testcaseId"]
            why = next((why for start, why in LOOKED_AT.items() if ident.startswith(start)), "not looked at")
            also = "yes" if case.plain else "no"
            lines.append([case.row["ruleId"], ident[:8], case.row["title"], ", ".join(case.rules), also, why])
    return table(["ACT rule", "case", "title", "reported", "plain axe too", "why"], lines)


def unlike_plain(cases: list[Case]) -> str:
    """Cases on which we and plain axe differ."""
    differing = [case for case in cases if bool(case.rules) != case.plain]
    lines = [
        [case.row["path"], case.row["expected"], ", ".join(case.rules) or "–", case.plain]
        for case in differing
    ]
    return table(["case", "expected", "ours", "plain axe"], lines) if lines else "None."


def no_result(cases: list[Case]) -> str:
    """Cases without a result of axe, by reason and what was expected."""
    lines = [
        [case.row["path"].partition("/")[2], case.row["expected"], case.page.failure.reason.value]
        for case in cases
        if case.page.failure
    ]
    return table(["case", "expected", "failure"], lines)


def bad_pages(base: str, pages: dict[str, Page]) -> str:
    """Percent of each page of the two versions by each formula, and the mean with its band."""
    target = TARGETS[DEFAULT]
    lines: list[list[object]] = []
    for version in ("before", "after"):
        scores: dict[str, list[Fraction]] = {name: [] for name in FORMULAS}
        for name in BAD_PAGES:
            counted = tally(_axe(pages[f"{base}/{version}/{name}.html"]), target)
            for formula in FORMULAS.values():
                score = page_score(counted, formula)
                assert score is not None
                scores[formula.id].append(score.percent)
            failed = " ".join(one.sc for one in counted.scored if one.failed) or "–"
            lines.append(
                [f"{version}/{name}", *(bands.rounded(s[-1]) for s in scores.values()),
                 len(counted.scored), failed]
            )  # fmt: skip
        means = [bands.rounded(mean(values)) for values in scores.values()]
        lines.append([f"**{version}, mean**", *(f"{m} (band {bands.band(m)})" for m in means), "", ""])
    return table(["page", *FORMULAS, "criteria scored", "not met"], lines)


def _axe(page: Page) -> AxeResult:
    if page.axe is None:
        raise SystemExit(f"{page.url} was not captured: {page.failure}")
    return page.axe


async def observe(bases: dict[str, str]) -> tuple[dict[str, Page], Plain, str]:
    """All pages of the three suites, and the ACT cases with plain axe."""
    act = [bases[ACT] + CASES + row["path"] for row in _in_scope()]
    gds = [accuracy_gds.address(bases[GDS], row) for row in accuracy_gds.cases()]
    bad = [f"{bases[BAD]}/{version}/{name}.html" for version in ("before", "after") for name in BAD_PAGES]
    async with observing.instruments(
        observing.settings(TIMEOUT, second_engine=True), list(bases.values())
    ) as tools:
        pages = await observing.pages(tools, [*act, *gds, *bad])
        examples = {link for url in gds for link in accuracy_gds.examples(pages[url])}
        pages |= await observing.pages(tools, sorted(examples))
        said = observing.versions(tools)
    return pages, await plain_axe(act), said


def main() -> None:
    """Observe, judge, print."""
    with serve_all({name: CORPORA / name for name in (ACT, GDS, BAD)}) as bases:
        pages, plain, said = asyncio.run(observe(bases))
    cases = act_cases(bases[ACT], pages, plain)
    more = [_with_more(case) for case in cases]
    barriers = accuracy_gds.barriers(bases[GDS], pages, TARGET)
    print(f"{said}; target {TARGET.id}.\n")
    for title, text in (
        ("W3C ACT rules", act_table(cases)),
        ("False positives", false_positives(cases)),
        ("Cases where plain axe-core says otherwise", unlike_plain(cases)),
        ("Cases that could not be evaluated", no_result(cases)),
        ("ACT, with the second engine and our own findings", accuracy_second.act_summary(more)),
        ("Failed cases that only they find", accuracy_second.act_found(more)),
        ("Their false positives", accuracy_second.act_false(more)),
        ("Time", accuracy_second.seconds(pages.values())),
        ("GDS accessibility tool audit", accuracy_gds.shares(barriers)),
        ("GDS, each found case", accuracy_gds.shown(barriers)),
        ("W3C Before and After Demonstration", bad_pages(bases[BAD], pages)),
    ):
        print(f"### {title}\n\n{text}\n")


if __name__ == "__main__":
    main()
