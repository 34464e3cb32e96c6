"""Cells of a workbook: text that stays text, and the few styles that all sheets share."""

from __future__ import annotations

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from checks.finding import Outcome
from results.terminal import plain

CELL_CHARACTERS = 32_767
"""Excel's limit of one cell."""
_GREEN, _RED, _GREY, _YELLOW = "#E2F0D9", "#FBE5D6", "#EDEDED", "#FFF2CC"
_OUTCOMES = {
    Outcome.PASSED: _GREEN,
    Outcome.FAILED: _RED,
    Outcome.CANT_TELL: _YELLOW,
    Outcome.INAPPLICABLE: _GREY,
    Outcome.UNTESTED: _GREY,
}
_STATUSES = {"evaluated": _GREEN, "partly_evaluated": _YELLOW}


class Styles:
    """Formats of one workbook. Colour only repeats what a word in the cell says."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self.head = book.add_format(
            {"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#D9E2F3", "border": 1}
        )
        self.wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        self.share = book.add_format({"num_format": "0.00", "valign": "top"})
        self.link = book.add_format(
            {"text_wrap": True, "valign": "top", "font_color": "#0000EE", "underline": 1}
        )
        self.filled_in = book.add_format(
            {"bg_color": "#FFFFE5", "border": 1, "text_wrap": True, "valign": "top"}
        )
        colours = {*_OUTCOMES.values(), *_STATUSES.values()}
        self._by_colour = {colour: book.add_format({"bg_color": colour}) for colour in sorted(colours)}

    def outcome(self, outcome: Outcome | None) -> Format | None:
        """Of a cell whose answer has that outcome."""
        return None if outcome is None else self._by_colour[_OUTCOMES[outcome]]

    def status(self, status: str) -> Format:
        """Of a cell that tells a site's status."""
        return self._by_colour[_STATUSES.get(status, _RED)]


def text(sheet: Worksheet, row: int, column: int, value: str, style: Format | None = None) -> None:
    """Writes text as text, whatever it begins with; an empty one leaves the cell empty."""
    if value:
        sheet.write_string(row, column, plain(value)[:CELL_CHARACTERS], style)
    elif style is not None:
        sheet.write_blank(row, column, None, style)
