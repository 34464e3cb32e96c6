"""The GDS accessibility tool audit: one barrier a page, or on the example page that it links to.

Printed by `bench.accuracy_rules`: the share found, beside the published shares of 13 tools, and each case.
"""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import quote

from bench.accuracy_second import beside, meant
from bench.accuracy_sites import table
from bench.corpus import CORPORA, rows
from bench.wilson import share
from checks.accessibility.targets import Target
from checks.accessibility.violations import findings
from checks.finding import Outcome
from crawler.evidence import Page


class Barrier(NamedTuple):
    """A case and the rules reported for it."""

    row: dict[str, str]
    failed: tuple[str, ...]
    """By axe-core."""
    review: tuple[str, ...]
    failed_beside: tuple[str, ...]
    """By the second engine and our own checks beside the percentage, as far as they mean the barrier."""
    review_beside: tuple[str, ...]


def cases() -> list[dict[str, str]]:
    """All rows of the suite."""
    return rows(CORPORA / "gds-tool-audit" / "cases.csv")


def address(base: str, row: dict[str, str]) -> str:
    """Where a case is served."""
    return f"{base}/{quote(row['file'], safe='/,')}"


def examples(page: Page) -> list[str]:
    """Where the barrier is one of a whole page, the case is a link to that page."""
    return [link.href for link in page.links if "/example-pages/" in link.href]


def barriers(base: str, pages: dict[str, Page], target: Target) -> list[Barrier]:
    """Every case with what is reported."""
    found = []
    for row in cases():
        page = pages[address(base, row)]
        seen = [page, *(pages[url] for url in examples(page))]
        by_axe = [one for page in seen for one in findings(page, target)]
        more = beside(seen, target)
        found.append(
            Barrier(
                row,
                tuple(one.rule for one in by_axe if one.outcome is Outcome.FAILED),
                tuple(one.rule for one in by_axe if one.outcome is Outcome.CANT_TELL),
                meant(more.failed),
                meant(more.review),
            )
        )
    return found


def shares(found: list[Barrier]) -> str:
    """Ours beside the published ones."""
    size = len(found)
    failed = sum(bool(one.failed) for one in found)
    review = sum(bool(one.failed or one.review) for one in found)
    all_failed = sum(bool(one.failed or one.failed_beside) for one in found)
    anything = sum(bool(any(one[1:])) for one in found)
    lines: list[list[object]] = [
        ["eindekss, axe-core alone", share(failed, size), share(review, size)],
        ["**eindekss, everything on**", share(all_failed, size), share(anything, size)],
    ]
    published = sorted(name for name in found[0].row if name.startswith("published_"))
    for column in published:
        said = [one.row[column] for one in found]
        errors = sum(one.startswith("error") for one in said)
        some = sum(one not in {"notfound", ""} for one in said)
        lines.append([column.removeprefix("published_"), share(errors, size), share(some, size)])
    return table(["tool", "violation (published: error)", "or to review (warning, manual)"], lines)


def shown(found: list[Barrier]) -> str:
    """Each found case with the rules that found it."""
    lines = [
        [one.row["category"], one.row["case"], *(", ".join(rules) or "–" for rules in one[1:])]
        for one in found
        if any(one[1:])
    ]
    headings = ["violations, axe-core", "to review", "violations, beside", "to review, beside"]
    return table(["category", "barrier", *headings], lines)
