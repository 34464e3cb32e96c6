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
_EVIDENCE = "evidence"


def write_bundle(facts: RunFacts, store: Store, folder: Path) -> None:
    """`review.xlsx` and `evidence/0001.html` and on, linked by relative addresses. OSError where they can't
    be written, EvidenceError where evidence is gone.
    """
    pages = folder / _EVIDENCE
    pages.mkdir(parents=True, exist_ok=True)

    def picture(digest: str) -> bytes:
        try:
            return store.evidence.get(digest)
        except EvidenceError:
            return b""

    for site in store.iterate_sites(facts.run.id, facts.reader.judgement_id):
        alone = replace(facts.run, sites=(site,), name=site.institution.title)
        (pages / _page(site.position)).write_text(html_report(alone, picture), encoding="utf-8")
    write_workbook(facts, folder / WORKBOOK, links=_link)


def _page(position: int) -> str:
    return f"{position + 1:04}.html"


def _link(head: Head, cell: Cell) -> str:
    """Only answers that were given have a place on the page."""
    if cell.automatic is None:
        return ""
    return f"external:{_EVIDENCE}/{_page(head.position)}#{answer_anchor(cell.code.code)}"
