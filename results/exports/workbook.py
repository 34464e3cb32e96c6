"""The panel's workbook: answers, review, not evaluated, codebook, method; rows are written as read."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from checks.questionnaire import By
from crawler.evidence import Failure
from results.advice import failure_text
from results.exports.codebook import codes
from results.exports.facts import (
    Cell,
    Head,
    RunFacts,
    final_words,
    value_words,
)
from results.exports.method import method_rows
from results.exports.review import Links, ReviewSheet
from results.exports.sheets import Styles, text
from results.language import _, language
from results.panel.decisions import SOURCE_WORDS
from results.site_text import is_web_address, shortened
from results.terminal import plain
from results.wording import outcome_word, status_word

_SAFE = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
"""A site's title `=HYPERLINK(…)` stays text."""
_HEAD_WIDTHS = (6, 44, 16, 14, 26, 34, 34, 20)
_FIRST = len(_HEAD_WIDTHS)


def write_workbook(facts: RunFacts, path: Path, *, links: Links | None = None) -> None:
    """The workbook at `path`. `links` gives the address that an answer's evidence is opened at instead of the
    site's own page: a bundle's local file. OSError where it can't be written.
    """
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True, "in_memory": False, **_SAFE})
    # The same run gives the same workbook: Excel's own clock has no say.
    book.set_properties({"title": plain(facts.run.name) or facts.run.id, "created": _naive(facts)})
    styles = Styles(book)
    _answers(book.add_worksheet(_("Answers")), facts, styles)
    ReviewSheet(book, facts, styles, links).write()
    _not_evaluated(book.add_worksheet(_("Not evaluated")), facts, styles)
    _codebook(book.add_worksheet(_("Codebook")), styles)
    _method(book.add_worksheet(_("Method")), facts, styles)
    book.close()


def _naive(facts: RunFacts) -> datetime:
    return facts.run.started_at.replace(tzinfo=None)


def _answers(sheet: Worksheet, facts: RunFacts, styles: Styles) -> None:
    """One row an institution; of each code the value that holds, the rest folded up beside it."""
    heads = (
        _("No"),
        _("Institution"),
        _("Registration number"),
        _("Kind"),
        _("Sector"),
        _("Site"),
        _("Another website of"),
        _("Status"),
    )
    beside = (_("automatic"), _("by"), _("outcome"), _("confidence"), _("evidence"), _("quote"))
    for column, width in enumerate(_HEAD_WIDTHS):
        sheet.set_column(column, column, width)
    for place in range(len(codes())):
        first = _FIRST + place * (1 + len(beside))
        sheet.set_column(first, first, 18)
        sheet.set_column(first + 1, first + len(beside), 14, None, {"level": 1, "hidden": True})
    sheet.freeze_panes(2, 2)
    for column, head in enumerate(heads):
        text(sheet, 0, column, head, styles.head)
    for place, code in enumerate(codes()):
        first = _FIRST + place * (1 + len(beside))
        for offset, name in enumerate(("", *beside)):
            text(sheet, 0, first + offset, f"{code.code} {name}".rstrip(), styles.head)
    for place, code in enumerate(codes()):
        text(sheet, 1, _FIRST + place * (1 + len(beside)), code.item or code.question, styles.wrapped)
    for row, (site, cells) in enumerate(facts.sites(), 2):
        _head_cells(sheet, row, Head.of(site), styles)
        for place, code in enumerate(codes()):
            _answer_cells(sheet, row, _FIRST + place * (1 + len(beside)), cells[code.code], styles)
    sheet.autofilter(0, 0, max(1, len(facts.heads) + 1), _FIRST + len(codes()) * (1 + len(beside)) - 1)


def _head_cells(sheet: Worksheet, row: int, head: Head, styles: Styles) -> None:
    one = head.institution
    sheet.write_number(row, 0, head.position + 1)
    told = (head.name, one.registration_number, one.kind, one.sector, one.url, one.website_of)
    for column, value in enumerate(told, 1):
        text(sheet, row, column, value)
    text(sheet, row, len(told) + 1, status_word(head.status), styles.status(head.status))


def _answer_cells(sheet: Worksheet, row: int, first: int, cell: Cell, styles: Styles) -> None:
    answer = cell.automatic
    outcome = answer.outcome if answer else None
    text(sheet, row, first, shortened(final_words(cell)), styles.outcome(outcome))
    if answer is None and not cell.decisions:
        return
    text(sheet, row, first + 1, shortened(value_words(cell.code, answer.value)) if answer else "")
    by = ", ".join(map(plain, cell.final.experts)) or _(SOURCE_WORDS[cell.final.source])
    text(sheet, row, first + 2, by)
    if answer is None or outcome is None:
        return
    text(sheet, row, first + 3, outcome_word(outcome))
    sheet.write_number(row, first + 4, answer.confidence, styles.share)
    text(sheet, row, first + 5, cell.link)
    text(sheet, row, first + 6, cell.quote or cell.reason)


def _not_evaluated(sheet: Worksheet, facts: RunFacts, styles: Styles) -> None:
    heads = (_("No"), _("Institution"), _("Site"), _("Status"), _("Reason"), _("Details"), _("What to do"))
    _table_head(sheet, heads, (6, 44, 40, 24, 36, 50, 80), styles.head)
    missing = (head for head in facts.heads if head.failure is not None or head.status == "not_evaluable")
    for row, head in enumerate(missing, 1):
        sheet.write_number(row, 0, head.position + 1)
        told = _told(head.failure)
        status = status_word(head.status)
        for column, value in enumerate((plain(head.name), plain(head.institution.url), status, *told), 1):
            text(sheet, row, column, value, styles.wrapped)


def _told(failure: Failure | None) -> tuple[str, str, str]:
    """What happened, what was seen of it, what to do about it."""
    if failure is None:
        return "", "", ""
    words = failure_text(failure.reason, language())
    return f"{words.title} ({failure.reason})", plain(failure.detail), words.mend


def _codebook(sheet: Worksheet, styles: Styles) -> None:
    heads = (
        _("Code"),
        _("Question"),
        _("Item"),
        _("In English"),
        _("Kind"),
        _("Answered by"),
        _("Legal answers"),
    )
    _table_head(sheet, heads, (26, 70, 60, 50, 10, 14, 60), styles.head)
    by = {
        By.AUTOMATIC: _("tool"),
        By.EXPERT: _("tool proposes, expert decides"),
        By.HUMAN: _("only a person"),
    }
    for row, code in enumerate(codes(), 1):
        legal = "; ".join(value_words(code, value) for value in code.legal)
        cells = (code.code, code.question, code.item, code.question_en, code.kind, by[code.by], legal)
        for column, value in enumerate(cells):
            text(sheet, row, column, value, styles.wrapped)


def _method(sheet: Worksheet, facts: RunFacts, styles: Styles) -> None:
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 1, 110)
    for row, (name, value) in enumerate(method_rows(facts)):
        text(sheet, row, 0, name, styles.head)
        if is_web_address(value):
            sheet.write_url(row, 1, value, string=value)
        else:
            text(sheet, row, 1, value, styles.wrapped)


def _table_head(sheet: Worksheet, heads: tuple[str, ...], widths: tuple[int, ...], style: Format) -> None:
    for column, (head, width) in enumerate(zip(heads, widths, strict=True)):
        sheet.set_column(column, column, width)
        text(sheet, 0, column, head, style)
    sheet.freeze_panes(1, 0)
