"""Cells of a workbook: text that stays text, and the few styles that all sheets share."""

from __future__ import annotations

from collections.abc import Iterable
from math import ceil
from string import punctuation
from typing import Final
from urllib.parse import quote

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from checks.finding import Outcome
from results.terminal import plain

CELL_CHARACTERS = 32_767
"""Excel's limit of one cell."""
LINKS_A_SHEET: Final = 65_000
"""Excel takes 65,530 links a sheet; the addresses of further ones are text."""
_MOST_ADDRESS: Final = 2_000
"""Excel takes 2,079 characters, as they are escaped."""
_A4, _A3 = 9, 8
"""Excel's numbers of paper."""
_LINE = 15.0
"""Points."""
_LETTERS_A_WIDTH = 1.1
"""A width is counted in digits, letters are narrower on the average; lines break at words."""
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
        self.lacking = book.add_format({"bg_color": "#F4B6B6"})
        self.line = book.add_format({"valign": "top"})
        self.linked_line = book.add_format({"valign": "top", "font_color": "#0000EE", "underline": 1})
        colours = sorted({*_OUTCOMES.values(), *_STATUSES.values()})
        self._by_colour = {
            (colour, wraps): book.add_format({"bg_color": colour, "valign": "top", "text_wrap": wraps})
            for colour in colours
            for wraps in (False, True)
        }

    def outcome(self, outcome: Outcome | None, *, wraps: bool) -> Format:
        """Of a cell whose answer has that outcome. A long text does not wrap: its row would fill a screen."""
        return self.line if outcome is None else self._by_colour[_OUTCOMES[outcome], wraps]

    def status(self, status: str) -> Format:
        """Of a cell that tells a site's status."""
        return self._by_colour[_STATUSES.get(status, _RED), True]


def on_paper(sheet: Worksheet, last_head: int) -> None:
    """Prints landscape on A4, all columns on a page, rows 0 to `last_head` on top of each."""
    sheet.set_paper(_A4)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0, last_head)


def on_many_papers(sheet: Worksheet) -> None:
    """Prints landscape on A3, as many pages as it takes, the first two rows and columns on each."""
    sheet.set_paper(_A3)
    sheet.set_landscape()
    sheet.repeat_rows(0, 1)
    sheet.repeat_columns(0, 1)


def high_enough(sheet: Worksheet, row: int, cells: Iterable[tuple[str, float]], most: int = 27) -> None:
    """Makes a row as high as its wrapped cells need, each with its column's width; at most so many lines.

    Excel finds the height itself, LibreOffice does not, and shows the first line. Before any cell is written.
    """
    lines = max((ceil(len(one) / (width * _LETTERS_A_WIDTH)) for one, width in cells), default=1)
    if lines > 1:
        sheet.set_row(row, _LINE * min(lines, most))


def text(sheet: Worksheet, row: int, column: int, value: str, style: Format | None = None) -> None:
    """Writes text as text, whatever it begins with; an empty one leaves the cell empty."""
    if value:
        sheet.write_string(row, column, plain(value)[:CELL_CHARACTERS], style)
    elif style is not None:
        sheet.write_blank(row, column, None, style)


class LinkedCells:
    """Writes addresses into a sheet as links, as many as Excel takes."""

    def __init__(self, sheet: Worksheet, linked: Format, plain_: Format) -> None:
        self._sheet, self._linked, self._plain = sheet, linked, plain_
        self._left = LINKS_A_SHEET

    def write(self, row: int, column: int, address: str) -> None:
        """The address; one of a local file (`external:…`) is shown without that word."""
        if address and self._left > 0 and len(quote(address, safe=punctuation)) <= _MOST_ADDRESS:
            self._left -= 1
            shown = address.removeprefix("external:")[:255]
            self._sheet.write_url(row, column, address, self._linked, string=shown)
        else:
            text(self._sheet, row, column, address, self._plain)
