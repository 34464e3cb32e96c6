"""A folder that an expert can open anywhere: the workbook, and a page of evidence for each site."""

from __future__ import annotations

from pathlib import Path

from msgspec.structs import replace

from results.errors import EvidenceError
from results.exports.facts import Cell, Head, RunFacts
from results.exports.workbook import write_workbook
from results.html_report import html_report
from results.report_view import answer_anchor
from results.store import Store

WORKBOOK = "review.xlsx"


def write_bundle(facts: RunFacts, store: Store, folder: Path) -> None:
    """`review.xlsx` and `site-0001.html` and on, linked by bare names: Excel writes backslashes into what
    leads to a folder, which other programs do not follow. Of a pruned run the pages say so and have no
    pictures. OSError where they can't be written, EvidenceError where a site's manifest is gone.
    """
    folder.mkdir(parents=True, exist_ok=True)

    def picture(digest: str) -> bytes:
        try:
            return store.evidence.get(digest)
        except EvidenceError:
            return b""

    for site in store.iterate_sites(facts.run.id, facts.reader.judgement_id):
        alone = replace(facts.run, sites=(site,), name=site.institution.title)
        (folder / _page(site.position)).write_text(html_report(alone, picture), encoding="utf-8")
    write_workbook(facts, folder / WORKBOOK, links=_link)


def _page(position: int) -> str:
    return f"site-{position + 1:04}.html"


def _link(head: Head, cell: Cell) -> str:
    """Only answers that were given have a place on the page."""
    if cell.automatic is None:
        return ""
    return f"external:{_page(head.position)}#{answer_anchor(cell.code.code)}"
