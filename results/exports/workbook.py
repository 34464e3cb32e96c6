"""The panel's workbook: answers, review, not evaluated, codebook, method; rows are written as read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from checks.judge import SiteStatus
from checks.questionnaire import By, Kind
from crawler.evidence import Failure
from results.advice import failure_text
from results.exports.codebook import Code, codes
from results.exports.facts import (
    Cell,
    Head,
    RunFacts,
    final_words,
    value_words,
)
from results.exports.method import method_rows
from results.exports.review import Links, ReviewSheet
from results.exports.sheets import LinkedCells, Styles, high_enough, on_many_papers, on_paper, text
from results.language import _, language
from results.panel.decisions import SOURCE_WORDS
from results.site_text import is_web_address, shortened
from results.terminal import plain
from results.wording import kind_word, outcome_word, status_word

_SAFE = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
"""A site's title `=HYPERLINK(…)` stays text."""
_EVALUATED = frozenset({SiteStatus.EVALUATED, SiteStatus.PARTLY_EVALUATED})
_HEAD_WIDTHS = (6, 44, 16, 14, 26, 34, 34, 20)
_FIRST = len(_HEAD_WIDTHS)
_MOST_LINES = 8
"""Of a row that stands still while others scroll by."""


def write_workbook(facts: RunFacts, path: Path, *, links: Links | None = None) -> None:
    """The workbook at `path`. `links` gives the address that an answer's evidence is opened at instead of the
    site's own page: a bundle's local file. OSError where it can't be written.
    """
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True, "in_memory": False, **_SAFE})
    # The same run gives the same workbook: Excel's own clock has no say.
    book.set_properties({"title": plain(facts.run.name) or facts.run.id, "created": _naive(facts)})
    styles = Styles(book)
    _AnswersSheet(book.add_worksheet(_("Answers")), facts, styles, links).write()
    ReviewSheet(book, facts, styles, links).write()
    _not_evaluated(book.add_worksheet(_("Not evaluated")), facts, styles)
    _codebook(book.add_worksheet(_("Codebook")), styles)
    _method(book.add_worksheet(_("Method")), facts, styles)
    book.close()


def _naive(facts: RunFacts) -> datetime:
    return facts.run.started_at.replace(tzinfo=None)


def _width(code: Code) -> int:
    """Of the column with the values of a code."""
    return 26 if code.legal else 34


class _AnswersSheet:
    """One row an institution; of each code the value that holds, the rest folded up beside it.

    The second head row has the filter: above the first, sorting would take the questions for an institution.
    """

    def __init__(self, sheet: Worksheet, facts: RunFacts, styles: Styles, links: Links | None) -> None:
        self._sheet, self._facts, self._styles = sheet, facts, styles
        self._links = links or (lambda _head, cell: cell.link)
        self._linked = LinkedCells(sheet, styles.linked_line, styles.line)
        self._beside = (
            *(_("automatic"), _("who decided"), _("outcome")),
            *(_("confidence"), _("evidence"), _("quote")),
        )

    def write(self) -> None:
        """All codes, all sites."""
        self._columns()
        self._heads()
        for row, (site, cells) in enumerate(self._facts.sites(), 2):
            head = Head.of(site)
            self._institution(row, head)
            for place, code in enumerate(codes()):
                self._answer(row, self._first(place), head, cells[code.code])
        last = self._first(len(codes())) - 1
        self._sheet.autofilter(1, 0, max(2, len(self._facts.heads) + 1), last)

    def _first(self, place: int) -> int:
        """Column of the value of the code at that place."""
        return _FIRST + place * (1 + len(self._beside))

    def _columns(self) -> None:
        sheet = self._sheet
        for column, width in enumerate(_HEAD_WIDTHS):
            sheet.set_column(column, column, width)
        for place, code in enumerate(codes()):
            first = self._first(place)
            sheet.set_column(first, first, _width(code), None, {"collapsed": True})
            sheet.set_column(first + 1, first + len(self._beside), 14, None, {"level": 1, "hidden": True})
        # The sign that opens a code's columns stands above its value, not above the next code's.
        sheet.outline_settings(symbols_right=False)
        sheet.freeze_panes(2, 2)
        on_many_papers(sheet)

    def _heads(self) -> None:
        heads = (
            *(_("No"), _("Institution"), _("Registration number"), _("Kind"), _("Sector"), _("Site")),
            *(_("Another website of"), _("Status")),
        )
        head = self._styles.head
        high_enough(self._sheet, 0, zip(heads, _HEAD_WIDTHS, strict=True))
        for column, name in enumerate(heads):
            text(self._sheet, 0, column, name, head)
        for place, code in enumerate(codes()):
            for offset, name in enumerate(("", *self._beside)):
                text(self._sheet, 0, self._first(place) + offset, f"{code.code} {name}".rstrip(), head)
        asked = [(code.item or code.question, _width(code)) for code in codes()]
        high_enough(self._sheet, 1, asked, _MOST_LINES)
        for column in range(len(heads)):
            text(self._sheet, 1, column, "", head)
        for place, (question, _wide) in enumerate(asked):
            text(self._sheet, 1, self._first(place), question, head)

    def _institution(self, row: int, head: Head) -> None:
        one, styles = head.institution, self._styles
        high_enough(self._sheet, row, [(head.name, _HEAD_WIDTHS[1])], _MOST_LINES)
        self._sheet.write_number(row, 0, head.position + 1, styles.line)
        text(self._sheet, row, 1, head.name, styles.wrapped)
        told = (one.registration_number, kind_word(one.kind), one.sector, one.url, one.website_of)
        for column, value in enumerate(told, 2):
            text(self._sheet, row, column, value, styles.line)
        status = self._styles.status(head.status)
        text(self._sheet, row, len(told) + 2, status_word(head.status), status)

    def _answer(self, row: int, first: int, head: Head, cell: Cell) -> None:
        sheet, line, answer = self._sheet, self._styles.line, cell.automatic
        shown = self._styles.outcome(answer.outcome if answer else None, wraps=bool(cell.code.legal))
        text(sheet, row, first, shortened(final_words(cell)), shown)
        if answer is None and not cell.decisions:
            return
        text(sheet, row, first + 1, shortened(value_words(cell.code, answer.value)) if answer else "", line)
        by = ", ".join(map(plain, cell.final.experts)) or _(SOURCE_WORDS[cell.final.source])
        text(sheet, row, first + 2, by, line)
        if answer is None:
            return
        text(sheet, row, first + 3, outcome_word(answer.outcome), line)
        sheet.write_number(row, first + 4, answer.confidence, self._styles.share)
        self._linked.write(row, first + 5, self._links(head, cell))
        text(sheet, row, first + 6, cell.quote or cell.reason, line)


def _not_evaluated(sheet: Worksheet, facts: RunFacts, styles: Styles) -> None:
    heads = (_("No"), _("Institution"), _("Site"), _("Status"), _("Reason"), _("Details"), _("What to do"))
    widths = (6, 44, 40, 24, 36, 50, 80)
    _table_head(sheet, heads, widths, styles.head)
    missing = [(head, *said) for head in facts.heads for said in _unseen(head)]
    if not missing:
        text(sheet, 1, 1, _("None."))
    for row, (head, status, failure) in enumerate(missing, 1):
        told = (plain(head.name), plain(head.institution.url), status, *_told(failure))
        high_enough(sheet, row, zip(told, widths[1:], strict=True))
        sheet.write_number(row, 0, head.position + 1, styles.line)
        for column, value in enumerate(told, 1):
            text(sheet, row, column, value, styles.wrapped)


def _unseen(head: Head) -> Iterator[tuple[str, Failure | None]]:
    """What was not seen of a site, and why: the site, or what had changed by its second audit."""
    if head.failure is not None or head.status not in _EVALUATED:
        yield status_word(head.status), head.failure
    if head.changes is not None and head.changes.failure is not None:
        yield _("changes not confirmed"), head.changes.failure


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
    widths = (28, 60, 50, 50, 18, 30, 50)
    _table_head(sheet, heads, widths, styles.head)
    by = {
        By.AUTOMATIC: _("tool"),
        By.EXPERT: _("tool proposes, expert decides"),
        By.HUMAN: _("only a person"),
    }
    kinds = {
        Kind.CHOICE: _("one of the answers"),
        Kind.ITEM: _("yes or no"),
        Kind.TEXT: _("text"),
        Kind.DATE: _("a date as 2026-11-21"),
    }
    for row, code in enumerate(codes(), 1):
        legal = "; ".join(value_words(code, value) for value in code.legal)
        cells = (code.code, code.question, code.item, code.question_en, kinds[code.kind], by[code.by], legal)
        high_enough(sheet, row, zip(cells, widths, strict=True))
        for column, value in enumerate(cells):
            text(sheet, row, column, value, styles.wrapped)


def _method(sheet: Worksheet, facts: RunFacts, styles: Styles) -> None:
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 1, 110)
    on_paper(sheet, 0)
    for row, (name, value) in enumerate(method_rows(facts)):
        high_enough(sheet, row, ((name, 34), (value, 110)))
        text(sheet, row, 0, name, styles.head)
        if is_web_address(value):
            sheet.write_url(row, 1, value, string=value)
        else:
            text(sheet, row, 1, value, styles.wrapped)


def _table_head(sheet: Worksheet, heads: tuple[str, ...], widths: tuple[int, ...], style: Format) -> None:
    high_enough(sheet, 0, zip(heads, widths, strict=True))
    for column, (head, width) in enumerate(zip(heads, widths, strict=True)):
        sheet.set_column(column, column, width)
        text(sheet, 0, column, head, style)
    sheet.freeze_panes(1, 0)
    on_paper(sheet, 0)
