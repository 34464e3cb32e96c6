"""Sets what is taken for a subscription or for a form for messages against Formasaurus' labelled pages.

    .venv/bin/python -m bench.accuracy_form_kinds

Pages as in `bench.accuracy_forms`: served on loopback, scripts forbidden, observed by the real capture. Page
level: has it such a form? Formasaurus' `m` is "join mailing list", its `c` "contact/comment", so comments and
ratings with a field for words count as messages here. Negatives are the fully annotated pages without one.
"""

from __future__ import annotations

import asyncio
from typing import NamedTuple

from bench import observing
from bench.accuracy_forms import FOLDER, TIMEOUT, served
from bench.accuracy_sites import table
from bench.corpus import rows
from bench.wilson import share
from checks.participation.forms import FormKind, known_forms

KINDS = {
    "m": ("join mailing list", {FormKind.NEWSLETTER}),
    "c": ("contact/comment", {FormKind.MESSAGE, FormKind.COMMENT, FormKind.RATING}),
}


class Outcome(NamedTuple):
    """One page under one label: what was found, and what the label says."""

    label: str
    file: str
    found: bool
    expected: bool
    signs: str


def outcomes(row: dict[str, str], kinds: dict[FormKind, str]) -> list[Outcome]:
    """The page under each label that says something of it; `kinds` are those found, with their signs."""
    types = set(row["form_types"].split())
    compared = []
    for letter, (_, wanted) in KINDS.items():
        if letter in types or row["fully_annotated"] == "True":
            signs = "; ".join(kinds[kind] for kind in kinds if kind in wanted)
            compared.append(Outcome(letter, row["file"], bool(wanted & set(kinds)), letter in types, signs))
    return compared


async def observe(base: str, labels: dict[str, dict[str, str]]) -> tuple[list[Outcome], list[str]]:
    """The outcomes of all pages, and the pages that could not be looked at."""
    async with observing.instruments(observing.settings(TIMEOUT), [base]) as tools:
        pages = await observing.pages(tools, [f"{base}/{file}" for file in labels])
    found: list[Outcome] = []
    failed = []
    for url, page in pages.items():
        file = url.removeprefix(f"{base}/")
        if page.html:
            found += outcomes(labels[file], {one.kind: one.sign for one in known_forms(page)})
        else:
            failed.append(f"{file}: {page.failure}")
    return found, failed


def line(letter: str, compared: list[Outcome]) -> list[object]:
    """The row of one label."""
    own = [one for one in compared if one.label == letter]
    true, found = [one for one in own if one.expected], [one for one in own if one.found]
    hits = sum(one.expected for one in found)
    return [KINDS[letter][0], len(own), len(true), share(hits, len(found)), share(hits, len(true))]


def main() -> None:
    """Observe, compare, print."""
    labels = {
        row["file"]: row
        for row in rows(FOLDER / "pages.csv")
        if row["fully_annotated"] == "True" or set(row["form_types"].split()) & set(KINDS)
    }
    with served() as base:
        compared, failed = asyncio.run(observe(base, labels))
    header = ["label", "pages", "with such a form", "precision", "recall"]
    print(table(header, [line(letter, compared) for letter in KINDS]))
    wrong = sorted(one for one in compared if one.found is not one.expected)
    print()
    print(table(["label", "page", "found", "expected", "signs"], [[*one] for one in wrong]))
    if failed:
        print("\nNot looked at:\n" + "\n".join(f"- {one}" for one in sorted(failed)))


if __name__ == "__main__":
    main()
