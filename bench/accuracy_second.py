"""What the second engine and our own findings beside the percentage add to axe-core's, on ACT and GDS cases.

Printed by `bench.accuracy_rules`. The percentage knows nothing of any of this.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from bench.accuracy_sites import table
from bench.wilson import share
from checks.accessibility import page_language, second_engine, zoomed_text
from checks.accessibility.targets import Target
from checks.finding import Finding, Outcome
from crawler.evidence import Page

LOOKED_AT: dict[str, str] = {
    "9fbe21d1": "two column headers over one cell that spans both",
    "7ab8f027": "a table of one cell, without a header: the engine takes it for a table of data",
    "0c9e4e7e": "its only header cell is hidden",
    "0c53e1a1": "a table with a header cell is `role=presentation`: F92 of 1.3.1, another ACT rule's matter",
}
"""Why the second engine is wrong or differs from the ACT rule, by the beginning of the case's id."""

NOT_MEANT = frozenset(
    {
        "ibm:element_tabbable_visible",
        "ibm:form_submit_button_exists",
        "ibm:frame_src_valid",
        "ibm:input_fields_grouped",
        "ibm:media_keyboard_controllable",
        "ibm:text_block_heading",
    }
)
"""Rules reported on GDS pages, of which none means the barrier of the page it is reported on."""


class Beside(NamedTuple):
    """A case of either suite with what is reported beside axe-core."""

    findings: tuple[Finding, ...]

    @property
    def failed(self) -> tuple[str, ...]:
        return self._rules(Outcome.FAILED)

    @property
    def review(self) -> tuple[str, ...]:
        return self._rules(Outcome.CANT_TELL)

    def _rules(self, outcome: Outcome) -> tuple[str, ...]:
        return tuple(dict.fromkeys(one.rule for one in self.findings if one.outcome is outcome))


def beside(pages: Iterable[Page], target: Target, criteria: set[str] | None = None) -> Beside:
    """What is reported beside axe-core on pages; only of these criteria where some are given."""
    checks = (second_engine.findings, zoomed_text.findings, page_language.findings)
    found = (one for page in pages for check in checks for one in check(page, target))
    return Beside(tuple(one for one in found if criteria is None or criteria & set(one.criteria)))


class ActCase(NamedTuple):
    """An ACT case: its row, what axe-core and what the others report for its criteria."""

    row: dict[str, str]
    axe: tuple[str, ...]
    more: Beside

    @property
    def fails(self) -> bool:
        return self.row["expected"] == "failed"


def act_summary(cases: Sequence[ActCase]) -> str:
    """Found and false, by axe-core alone and with everything on."""
    bad, good = [one for one in cases if one.fails], [one for one in cases if not one.fails]
    lines = [
        [name, *(share(sum(map(reported, group)), len(group)) for group in (bad, good))]
        for name, reported in (
            ("axe-core: what the percentage stands on", lambda one: bool(one.axe)),
            ("second engine alone, what axe-core does not report", lambda one: bool(_of_engine(one))),
            ("axe-core and second engine", lambda one: bool(one.axe or _of_engine(one))),
            ("everything on: our own findings too", lambda one: bool(one.axe or one.more.failed)),
        )
    ]
    return table(["reported by", "failed cases found", "others reported (false)"], lines)


def _of_engine(case: ActCase) -> list[str]:
    return [rule for rule in case.more.failed if rule.startswith(second_engine.PREFIX)]


def act_found(cases: Iterable[ActCase]) -> str:
    """Every failed case that only the others find."""
    lines = [
        [one.row["ruleId"], one.row["testcaseId"][:8], one.row["criteria"], ", ".join(one.more.failed)]
        for one in cases
        if one.fails and one.more.failed and not one.axe
    ]
    return table(["ACT rule", "case", "criteria", "found by"], lines)


def act_false(cases: Iterable[ActCase]) -> str:
    """Every passed or inapplicable case on which the others report a violation, with the reason."""
    lines = []
    for one in cases:
        if not one.fails and one.more.failed:
            ident = one.row["testcaseId"]
            why = next((why for start, why in LOOKED_AT.items() if ident.startswith(start)), "not looked at")
            lines.append([one.row["ruleId"], ident[:8], one.row["title"], ", ".join(one.more.failed), why])
    return table(["ACT rule", "case", "title", "reported", "why"], lines) if lines else "None."


def meant(rules: Iterable[str]) -> tuple[str, ...]:
    """The rules that mean the barrier, and not something else on its page."""
    return tuple(rule for rule in rules if rule not in NOT_MEANT)


def seconds(pages: Iterable[Page]) -> str:
    """Median time of a page's stages."""
    asked = [page for page in pages if page.second is not None]
    seen = [page for page in asked if page.second and page.second.failure is None]
    parts = [
        f"{stage} {statistics.median(page.seconds[stage] for page in seen):.2f} s"
        for stage in ("load", "axe", "second", "zoomed")
    ]
    lost = len(asked) - len(seen)
    return (
        f"{len(seen)} pages with a result of the second engine, {lost} without; median: {', '.join(parts)}."
    )
