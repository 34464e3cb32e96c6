"""Sets mobile verdicts against those of Lighthouse 11.7.1 on the same 99 pages.

    .venv/bin/python -m bench.accuracy_mobile

Lighthouse's phone is a Moto G Power (412x823), ours the Nexus 5X of `mft/1` (411x731). Its audit
`viewport` is set against two rules of ours, CONFIGURE_VIEWPORT and FIXED_WIDTH_VIEWPORT; the verdict is the
strict one, where any failing tap target counts, as it did in Lighthouse.
"""

from __future__ import annotations

import asyncio
from contextlib import ExitStack

from bench import observing
from bench.accuracy_sites import table
from bench.corpus import CORPORA, rows, serve_all
from bench.wilson import share
from checks.mobile.rules import Issue, Rule, issues
from crawler.evidence import MobileView

TIMEOUT = 30.0

AUDITS: dict[str, frozenset[Rule]] = {
    "viewport": frozenset({Rule.CONFIGURE_VIEWPORT, Rule.FIXED_WIDTH_VIEWPORT}),
    "content-width": frozenset({Rule.SIZE_CONTENT_TO_VIEWPORT}),
    "font-size": frozenset({Rule.USE_LEGIBLE_FONT_SIZES}),
    "tap-targets": frozenset({Rule.TAP_TARGETS_TOO_CLOSE}),
    "plugins": frozenset({Rule.USES_INCOMPATIBLE_PLUGINS}),
}
VERDICT = "strict verdict"


def ours(view: MobileView) -> dict[str, str]:
    """`pass` or `fail` for each audit and for the strict verdict."""
    broken = {issue.rule for issue in issues(view)}
    found = {audit: "fail" if broken & rules else "pass" for audit, rules in AUDITS.items()}
    return found | {VERDICT: "fail" if broken else "pass"}


def theirs(row: dict[str, str]) -> dict[str, str]:
    """Lighthouse's, with the verdict that follows."""
    found = {audit: row[audit] for audit in AUDITS}
    return found | {VERDICT: "fail" if "fail" in found.values() else "pass"}


def numbers(view: MobileView) -> str:
    """What our verdict stands on, in one line."""
    text = sum(run.length for run in view.text)
    small = sum(run.length for run in view.text if run.font_px * min(view.scale, 1.0) < 12)
    taps = next((issue for issue in issues(view) if issue.rule is Rule.TAP_TARGETS_TOO_CLOSE), None)
    legible = f"{100 * (text - small) / text:.0f} %" if text else "no text"
    return (
        f"viewport {' ¦ '.join(view.viewports) or 'none'}; layout {view.layout_width:g}, content "
        f"{view.content_width:g}, inner {view.inner_width:g}, scale {view.scale:.3f}; legible {legible}; "
        f"tap targets {_clashing(taps)} of {len(view.targets)}"
    )


def _clashing(issue: Issue | None) -> int:
    return issue.count if issue else 0


async def observe(urls: list[str], bases: list[str]) -> tuple[dict[str, MobileView], str]:
    """Phone captures by address, and what made them."""
    async with observing.instruments(observing.settings(TIMEOUT), bases) as tools:
        return await observing.views(tools, urls), observing.versions(tools)


def main() -> None:
    """Observe, compare, print."""
    labels = rows(CORPORA / "mobile" / "lighthouse-11.csv")
    sites = sorted({row["site"] for row in labels})
    with ExitStack() as stack:
        bases = stack.enter_context(serve_all({site: CORPORA / "sites" / site for site in sites}))
        urls = [f"{bases[row['site']]}/{row['path'].lstrip('/')}" for row in labels]
        views, tools = asyncio.run(observe(urls, list(bases.values())))
    print(f"{len(labels)} pages; {tools}.\n")
    lost = [url for url, view in views.items() if view.failure]
    if lost:
        raise SystemExit(f"not captured: {[(url, views[url].failure) for url in lost]}")
    judged = [(row, views[url]) for row, url in zip(labels, urls, strict=True)]
    print(agreement(judged))
    print()
    print(disagreements(judged))


def agreement(judged: list[tuple[dict[str, str], MobileView]]) -> str:
    """One row an audit."""
    lines = []
    for audit in (*AUDITS, VERDICT):
        pairs = [(theirs(row)[audit], ours(view)[audit]) for row, view in judged]
        same = sum(one == other for one, other in pairs)
        kinds = [sum(pair == kind for pair in pairs) for kind in (("fail", "pass"), ("pass", "fail"))]
        lines.append([audit, sum(one == "fail" for one, _ in pairs), share(same, len(pairs)), *kinds])
    return table(["audit", "Lighthouse fails", "agree", "only Lighthouse fails", "only ours fails"], lines)


def disagreements(judged: list[tuple[dict[str, str], MobileView]]) -> str:
    """One row for each page on which an audit differs."""
    lines = []
    for row, view in judged:
        mine, other = ours(view), theirs(row)
        differing = [f"{audit}: theirs {other[audit]}" for audit in mine if mine[audit] != other[audit]]
        if differing:
            detail = f"{row['tap_target_failures'] or 0} targets, {row['font_size'] or 'no text'}"
            path = f"{row['site']}/{row['path'].lstrip('/')}"
            lines.append([path, ", ".join(differing), numbers(view), detail])
    return table(["page", "differs", "our numbers", "Lighthouse's numbers"], lines)


if __name__ == "__main__":
    main()
