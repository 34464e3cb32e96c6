"""CSV in UTF-8 with BOM (RFC 4180, CRLF): the questionnaire, one row an institution, or answers as rows."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

from results.exports.codebook import codes
from results.exports.facts import Cell, Head, RunFacts, final_words
from results.language import _
from results.panel.decisions import SOURCE_WORDS
from results.site_text import harmless
from results.wording import status_word

Row = Sequence[str | float | int | None]


def write_questionnaire(facts: RunFacts, path: Path) -> None:
    """One row an institution, one column a code with the value that holds."""
    _write(path, _questionnaire(facts))


def write_answers(facts: RunFacts, path: Path) -> None:
    """One row an answer, with outcome, confidence, evidence and who decided."""
    _write(path, _answers(facts))


def _write(path: Path, rows: Iterator[Row]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, dialect="excel")
        for row in rows:
            writer.writerow([harmless(cell) if isinstance(cell, str) else cell for cell in row])


def _questionnaire(facts: RunFacts) -> Iterator[Row]:
    yield (*_HEAD, *(code.code for code in codes()))
    for site, cells in facts.sites():
        yield (*_head(Head.of(site)), *(cells[code.code].final.value for code in codes()))


def _answers(facts: RunFacts) -> Iterator[Row]:
    beside = ("code", "question", "value", "value_label", "decided_by", "experts", "automatic_value")
    yield (*_HEAD, *beside, "outcome", "confidence", "reason", "change", "evidence_url", "evidence_quote")
    for site, cells in facts.sites():
        head = Head.of(site)
        first = _head(head)
        for cell in cells.values():
            yield (*first, *_answer(head, cell))


def _answer(head: Head, cell: Cell) -> Row:
    answer = cell.automatic
    return (
        cell.code.code,
        cell.code.wording,
        cell.final.value,
        final_words(cell),
        _(SOURCE_WORDS[cell.final.source]),
        ", ".join(cell.final.experts),
        answer.value if answer else None,
        str(answer.outcome) if answer else "",
        answer.confidence if answer else None,
        cell.reason,
        head.change(cell.code.code),
        cell.link,
        cell.quote,
    )


_HEAD = (
    *("number", "institution", "registration_number", "kind", "sector", "url", "website_of"),
    *("status", "failure_reason"),
)


def _head(head: Head) -> Row:
    one = head.institution
    reason = str(head.failure.reason) if head.failure else ""
    status = status_word(head.status)
    return (
        head.position + 1,
        head.name,
        one.registration_number,
        one.kind,
        one.sector,
        one.url,
        one.website_of,
        status,
        reason,
    )
