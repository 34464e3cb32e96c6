"""The review sheet: one row an answer, sorted by code; an expert confirms, overrules or leaves open.

The hidden columns at its end say which answer a row is about, so that a sheet that was sorted, filtered or
cut down to some rows is read back all the same (`results.panel.workbook`).
"""

from __future__ import annotations

from collections.abc import Callable

import xlsxwriter

from results.exports.codebook import Code, codes
from results.exports.facts import Cell, Head, RunFacts, value_words
from results.exports.sheets import LinkedCells, Styles, high_enough, on_paper, text
from results.language import N_, _
from results.panel.decisions import Verdict
from results.site_text import shortened
from results.terminal import plain
from results.wording import change, outcome_word

Links = Callable[[Head, Cell], str]
"""Address of an answer's evidence, as the workbook links it."""

VERDICT_WORDS = {
    Verdict.CONFIRM: N_("confirm"),
    Verdict.OVERRULE: N_("overrule"),
    Verdict.OPEN: N_("leave open"),
}
NO_VALUE = N_("no value")
"""What an expert gives where a question does not apply, or nobody can tell."""
KEY_COLUMNS = ("eindekss_run", "eindekss_judgement", "eindekss_position", "eindekss_code")
HEADS = (
    N_("Code"),
    N_("Question"),
    N_("No"),
    N_("Institution"),
    N_("Automatic answer"),
    N_("Outcome"),
    N_("Confidence"),
    N_("Why"),
    N_("Evidence"),
    N_("Quote"),
    N_("Decision"),
    N_("Final answer"),
    N_("Reason of the decision"),
    N_("Decided before"),
)
_WIDTHS = (16, 34, 5, 28, 26, 14, 11, 50, 36, 50, 16, 26, 40, 40)
_MOST_LINES = 8
"""Of a row; a click on a longer cell shows all of it."""
VERDICT_COLUMN, VALUE_COLUMN, REASON_COLUMN, KEY_COLUMN = 10, 11, 12, len(HEADS)


class ReviewSheet:
    """Writes the sheet, and the hidden one with the lists that its drop-downs offer."""

    def __init__(
        self, book: xlsxwriter.Workbook, facts: RunFacts, styles: Styles, links: Links | None
    ) -> None:
        self._facts, self._styles = facts, styles
        self._links = links or (lambda _head, cell: cell.link)
        self._sheet = book.add_worksheet(_("Review"))
        self._lists = book.add_worksheet("Lists")
        self._linked = LinkedCells(self._sheet, styles.link, styles.wrapped)
        self._row = 1

    def write(self) -> None:
        """All codes, all sites."""
        self._prepare()
        for place, code in enumerate(codes()):
            first = self._row
            for head, cell in self._facts.column(code.code):
                self._write_row(head, cell)
            if self._row > first:
                self._offer(place, code, first, self._row - 1)
        self._warn()
        # The keys are in it too: Excel sorts what a filter spans, and a key has to move with its row.
        self._sheet.autofilter(0, 0, max(1, self._row - 1), KEY_COLUMN + len(KEY_COLUMNS) - 1)

    def _prepare(self) -> None:
        high_enough(self._sheet, 0, zip(map(_, HEADS), _WIDTHS, strict=True))
        for column, (head, width) in enumerate(zip(HEADS, _WIDTHS, strict=True)):
            self._sheet.set_column(column, column, width)
            text(self._sheet, 0, column, _(head), self._styles.head)
        for offset, name in enumerate(KEY_COLUMNS):
            self._sheet.set_column(KEY_COLUMN + offset, KEY_COLUMN + offset, 14, None, {"hidden": True})
            text(self._sheet, 0, KEY_COLUMN + offset, name)
        self._sheet.freeze_panes(1, 4)
        on_paper(self._sheet, 0)
        self._lists.hide()

    def _write_row(self, head: Head, cell: Cell) -> None:
        row, answer = self._row, cell.automatic
        why, before = _why(head, cell), _before(cell)
        told = (
            cell.code.code,
            cell.code.item or cell.code.question,
            "",
            plain(head.name),
            shortened(value_words(cell.code, answer.value)) if answer else "",
            outcome_word(answer.outcome) if answer else "",
        )
        beside = ("", why, "", cell.quote, "", "", "", before)
        high_enough(self._sheet, row, zip((*told, *beside), _WIDTHS, strict=True), _MOST_LINES)
        for column, value in enumerate(told):
            text(self._sheet, row, column, value, self._styles.wrapped)
        self._sheet.write_number(row, 2, head.position + 1, self._styles.wrapped)
        if answer is not None:
            self._sheet.write_number(row, 6, answer.confidence, self._styles.share)
        text(self._sheet, row, 7, why, self._styles.wrapped)
        self._linked.write(row, 8, self._links(head, cell))
        text(self._sheet, row, 9, cell.quote, self._styles.wrapped)
        for column in (VERDICT_COLUMN, VALUE_COLUMN, REASON_COLUMN):
            self._sheet.write_blank(row, column, None, self._styles.filled_in)
        text(self._sheet, row, 13, before, self._styles.wrapped)
        keys = (self._facts.run.id, str(self._facts.reader.judgement_id), str(head.position), cell.code.code)
        for offset, value in enumerate(keys):
            text(self._sheet, row, KEY_COLUMN + offset, value)
        self._row += 1

    def _warn(self) -> None:
        """What an overruled answer lacks turns red while the expert still sees it, before an import fails."""
        word = _(VERDICT_WORDS[Verdict.OVERRULE])
        for column in (VALUE_COLUMN, REASON_COLUMN):
            letter = xlsxwriter.utility.xl_col_to_name(column)
            lacks = f'=AND($K2="{word}",${letter}2="")'
            rule = {"type": "formula", "criteria": lacks, "format": self._styles.lacking}
            self._sheet.conditional_format(1, column, max(1, self._row - 1), column, rule)

    def _offer(self, place: int, code: Code, first: int, last: int) -> None:
        """Drop-down lists for the rows of one code; its legal answers stand in a row of the hidden sheet."""
        self._sheet.data_validation(
            first,
            VERDICT_COLUMN,
            last,
            VERDICT_COLUMN,
            {"validate": "list", "source": [_(word) for word in VERDICT_WORDS.values()]},
        )
        if not code.legal:
            return
        offered = [*(value_words(code, value) for value in code.legal), _(NO_VALUE)]
        for column, value in enumerate((code.code, *offered)):
            text(self._lists, place, column, value)
        end = xlsxwriter.utility.xl_col_to_name(len(offered))
        self._sheet.data_validation(
            first,
            VALUE_COLUMN,
            last,
            VALUE_COLUMN,
            {
                "validate": "list",
                "source": f"=Lists!$B${place + 1}:${end}${place + 1}",
                "error_title": code.code,
                "error_message": _("Choose one of the code's answers."),
            },
        )


def _why(head: Head, cell: Cell) -> str:
    """Why the tool says so, and whether that is new."""
    return f"{cell.reason}{change(head.changes, cell.code.code)}".removeprefix(", ")


def _before(cell: Cell) -> str:
    """What experts decided already, one after the other."""
    said = (
        (one.expert, _(VERDICT_WORDS[one.verdict]), value_words(cell.code, one.value), one.reason)
        for one in cell.decisions
    )
    return shortened("; ".join(" ".join(filter(None, words)) for words in said))
