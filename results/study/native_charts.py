"""Bar charts that Excel and LibreOffice draw themselves, from numbers in a sheet of their own."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from typing import Any

import msgspec
import xlsxwriter
from xlsxwriter.chart import Chart
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from results.exports.sheets import text
from results.site_text import shortened

_ROW = 20
"""Pixels of a row that nothing made higher."""
_WIDTH, _AROUND, _BAR, _LINE = 860, 110, 20, 15
"""Pixels: of a chart, of what stands around its bars, of a bar, of a further line of its label."""
_LETTERS = 48
"""Of a label on one line, at that width."""
_MOST_LABEL = 140
_MOST_TITLE = 120
_SOLID: dict[str, Any] = {"fill": {"color": "#0B4F9E"}}
_HATCHED: dict[str, Any] = {
    "pattern": {"pattern": "wide_upward_diagonal", "fg_color": "#444444", "bg_color": "#FFFFFF"},
    "border": {"color": "#444444"},
}


class ChartBar(msgspec.Struct, frozen=True, kw_only=True):
    """One bar; both parts from 0 to 1, together at most 1."""

    label: str
    number: str
    """Its share in words; stands beside the label, as a short bar has no room for it."""
    share: float | None
    """None of a bar that only tells what is not known."""
    unknown: float


class Charts:
    """Draws into any sheet of one workbook. Numbers stand apart from the tables: there a share that is not
    told is a word, which would be drawn as zero.
    """

    def __init__(self, book: xlsxwriter.Workbook, data: Worksheet, percent: Format) -> None:
        self._book, self._data, self._percent = book, data, percent
        self._row = 1

    def draw(self, sheet: Worksheet, row: int, table: str, title: str, bars: Sequence[ChartBar]) -> int:
        """Puts a chart at that row, and says how many rows it takes; none where there is no bar."""
        if not bars:
            return 0
        first = self._row
        for bar in bars:
            self._write(table, title, bar)
        height = _AROUND + sum(_BAR + _LINE * ceil(len(_label(bar)) / _LETTERS) for bar in bars)
        chart = self._chart(title, first, self._row - 1)
        chart.set_size({"width": _WIDTH, "height": height})
        sheet.insert_chart(row, 1, chart, {"description": shortened(title, 200)})
        return ceil(height / _ROW) + 1

    def _write(self, table: str, title: str, bar: ChartBar) -> None:
        for column, value in enumerate((table, title, _label(bar))):
            text(self._data, self._row, column, value)
        for column, part in ((3, bar.share), (4, bar.unknown)):
            if part is not None:
                self._data.write_number(self._row, column, part, self._percent)
        self._row += 1

    def _chart(self, title: str, first: int, last: int) -> Chart:
        chart = self._book.add_chart({"type": "bar", "subtype": "stacked"})
        for column, fill in ((3, _SOLID), (4, _HATCHED)):
            chart.add_series(
                {
                    "name": [self._data.name, 0, column],
                    "categories": [self._data.name, first, 2, last, 2],
                    "values": [self._data.name, first, column, last, column],
                    "gap": 60,
                    **fill,
                }
            )
        chart.set_title({"name": shortened(title, _MOST_TITLE), "name_font": {"size": 11}})
        chart.set_legend({"position": "bottom"})
        lines = {"visible": True, "line": {"color": "#D0D4D8", "width": 0.5}}
        chart.set_x_axis({"min": 0, "max": 1, "num_format": "0%", "major_gridlines": lines})
        chart.set_y_axis({"reverse": True, "interval_unit": 1})
        return chart


def _label(bar: ChartBar) -> str:
    return f"{shortened(bar.label, _MOST_LABEL)}: {bar.number}"
