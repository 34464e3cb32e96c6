"""Sets what is taken for a search form against Formasaurus' labelled pages, as they stand without scripts.

    .venv/bin/python -m bench.accuracy_forms

Served on loopback under a policy that forbids scripts, observed by the real capture. Page level: has it a
search form? As the corpus says, clean negatives are the fully annotated pages without one; others that are
not labelled as having one are left out. Hidden and external forms count as forms here: the labels do not
tell them apart. Formasaurus looks at `form` elements only, so a search field outside any form, which a
visitor takes for a search all the same, has no label: the first row leaves such fields out, the second not.
"""

from __future__ import annotations

import asyncio
from contextlib import AbstractContextManager
from typing import NamedTuple

from bench import observing
from bench.accuracy_sites import table
from bench.corpus import CORPORA, QuietHandler, rows, serve
from bench.wilson import share
from checks.presence.search_forms import search_forms

FOLDER = CORPORA / "formasaurus"
TIMEOUT = 20.0


class _Scriptless(QuietHandler):
    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", "script-src 'none'; frame-src 'none'")
        super().end_headers()


def served() -> AbstractContextManager[str]:
    """The base address of the pages, scripts forbidden."""
    return serve(FOLDER, _Scriptless)


class Outcome(NamedTuple):
    """One page: its file, what was found, its label."""

    file: str
    found: bool
    outside: bool
    """Found, but only in fields that stand outside any `form` element."""
    label: bool
    signs: str


async def observe(base: str, files: dict[str, bool]) -> tuple[list[Outcome], list[str]]:
    """The outcome of every page, and the pages that could not be looked at."""
    chosen = observing.settings(TIMEOUT)
    urls = {f"{base}/{file}": file for file in files}
    async with observing.instruments(chosen, [base]) as tools:
        pages = await observing.pages(tools, urls)
    outcomes, failed = [], []
    for url, page in pages.items():
        file = urls[url]
        if not page.html:
            failed.append(f"{file}: {page.failure}")
            continue
        forms = search_forms(page, frozenset())
        signs = "; ".join(forms[0].signs) if forms else ""
        outside = bool(forms) and not any(one.form.has_form_element for one in forms)
        outcomes.append(Outcome(file, bool(forms), outside, files[file], signs))
    return outcomes, failed


def main() -> None:
    """Observe, compare, print."""
    labels = [
        row
        for row in rows(FOLDER / "pages.csv")
        if row["has_search_form"] == "True" or row["fully_annotated"] == "True"
    ]
    with served() as base:
        wanted = {row["file"]: row["has_search_form"] == "True" for row in labels}
        outcomes, failed = asyncio.run(observe(base, wanted))
    true = [one for one in outcomes if one.label]
    lines = []
    for title, found in (
        ("`form` elements", [one for one in outcomes if one.found and not one.outside]),
        ("fields outside forms too", [one for one in outcomes if one.found]),
    ):
        hits = sum(one.label for one in found)
        lines.append([title, len(outcomes), len(true), share(hits, len(found)), share(hits, len(true))])
    print(table(["what counts", "pages", "with a search form", "precision", "recall"], lines))
    wrong = [one for one in outcomes if one.found is not one.label]
    print()
    print(table(["page", "found", "outside forms", "label", "signs"], [[*one] for one in sorted(wrong)]))
    if failed:
        print("\nNot looked at:\n" + "\n".join(f"- {one}" for one in sorted(failed)))


if __name__ == "__main__":
    main()
