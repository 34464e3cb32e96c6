"""Shares and cross-tabulations as a workbook with native charts; what lists and sites say stays text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from results.exports.sheets import Styles, high_enough, on_many_papers, on_paper, text
from results.language import _
from results.study import wording
from results.study.contents import Line
from results.study.crosstabs import CrossTable
from results.study.html import reading_rules
from results.study.native_charts import ChartBar, Charts
from results.study.report import ShownFigure, StudyReport
from results.study.tally import Share
from results.terminal import plain

CHARTED: tuple[Line, ...] = (
    ("M16J", 1),
    ("M17J", 1),
    ("K11M_FB", 1),
    ("K11M_TW", 1),
    ("M05", 1),
    ("M06_1", 1),
    ("M08_7", 1),
    ("M11", 1),
    ("M12", 1),
)
"""Lines that have a chart in each cross-tabulation; the tables have all."""
_SAFE = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_NOT_IN_A_SHEETS_NAME = re.compile(r"[\[\]:*?/\\']")


def write_study_workbook(report: StudyReport, path: Path) -> None:
    """The workbook at `path`, in the language spoken now. OSError where it can't be written."""
    book = xlsxwriter.Workbook(str(path), _SAFE)
    # The same run gives the same workbook: Excel's own clock has no say.
    book.set_properties(
        {"title": plain(report.run.name), "created": report.run.started_at.replace(tzinfo=None)}
    )
    _Book(book, report).write()
    book.close()


class _Book:
    """One workbook while it is written."""

    def __init__(self, book: xlsxwriter.Workbook, report: StudyReport) -> None:
        self.book = book
        self.report = report
        self.styles = Styles(book)
        self.percent: Format = book.add_format({"num_format": "0.0%", "valign": "top"})

    def write(self) -> None:
        shares = self.book.add_worksheet(_("Shares"))
        tables = [self.book.add_worksheet(name) for name in self._names()]
        data = self.book.add_worksheet(_("Chart data"))
        heads = (_("Table"), _("Chart"), _("Bar"), _("Share of all asked"), _("Not known"))
        self._head(data, 0, heads, (30, 60, 60, 14, 14))
        self.charts = Charts(self.book, data, self.percent)
        self._shares(shares)
        for sheet, table in zip(tables, self.report.crossed, strict=True):
            self._crossed(sheet, table)
        self._method(self.book.add_worksheet(_("Method")))

    def _names(self) -> Iterator[str]:
        """Excel's limits: 31 characters, some of them forbidden, no name twice."""
        for number, table in enumerate(self.report.crossed, 1):
            title = _NOT_IN_A_SHEETS_NAME.sub(" ", plain(table.dimension.title))
            yield f"{number} {title}"[:31].rstrip()

    def _shares(self, sheet: Worksheet) -> None:
        heads = (
            _("Code"),
            _("Answer"),
            _("Institutions"),
            _("Asked"),
            _("Share of all asked"),
            _("At most, were it the answer of all not known"),
            _("Share of those known"),
            _("Sure"),
            _("Mean confidence"),
            _("Cannot tell"),
            _("Cannot tell, of all asked"),
            _("Not evaluated"),
            _("Not evaluated, of all asked"),
            _("Since the earlier run"),
            _("As published in 2017"),
        )
        self._head(sheet, 0, heads, (18, 70, 12, 10, 12, 16, 12, 10, 12, 12, 12, 12, 12, 40, 40))
        sheet.freeze_panes(1, 2)
        on_paper(sheet, 0)
        row = 1
        for figure in self.report.figures:
            first = row + 1
            text(sheet, row, 1, figure.title, self.styles.head)
            for row, line in enumerate(figure.lines, first):
                wrapped = ((line.words, 70), (line.change, 40), (line.published, 40))
                high_enough(sheet, row, (*wrapped, (line.line[0], 18)))
                text(sheet, row, 0, line.line[0], self.styles.wrapped)
                text(sheet, row, 1, line.words, self.styles.wrapped)
                self._share_cells(sheet, row, line.share)
                text(sheet, row, 13, line.change, self.styles.wrapped)
                text(sheet, row, 14, line.published, self.styles.wrapped)
            row += 2 + self.charts.draw(sheet, row + 2, figure.title, figure.title, _figure_bars(figure))
            row += 1

    def _share_cells(self, sheet: Worksheet, row: int, share: Share) -> None:
        sheet.write_number(row, 2, share.count, self.styles.line)
        sheet.write_number(row, 3, share.asked, self.styles.line)
        self._percent(sheet, row, 4, share)
        for column, value in ((5, share.at_most), (6, share.of_known)):
            if value is not None:
                sheet.write_number(row, column, value / 100, self.percent)
        sheet.write_number(row, 7, share.sure, self.styles.line)
        if share.mean is not None:
            sheet.write_number(row, 8, share.mean, self.styles.share)
        for column, number in ((9, share.cant_tell), (11, share.not_evaluated)):
            sheet.write_number(row, column, number, self.styles.line)
            self._part(sheet, row, column + 1, number, share)

    def _part(self, sheet: Worksheet, row: int, column: int, number: int, share: Share) -> None:
        """So many of those asked; nothing where they are too few for a share."""
        if share.percent is not None:
            sheet.write_number(row, column, number / share.asked, self.percent)

    def _percent(self, sheet: Worksheet, row: int, column: int, share: Share) -> None:
        """The share as a number; in words why there is none."""
        if share.is_told and share.percent is not None:
            sheet.write_number(row, column, share.percent / 100, self.percent)
        else:
            text(sheet, row, column, wording.told(share), self.styles.line)

    def _crossed(self, sheet: Worksheet, table: CrossTable) -> None:
        """Beside each other: shares, then what stands beside a share, each of every group."""
        groups = table.dimension.groups
        blocks = (
            *(_("Share of all asked"), _("Asked"), _("Sure"), _("Mean confidence")),
            *(_("Cannot tell, of all asked"), _("Not evaluated, of all asked")),
        )
        sheet.freeze_panes(2, 2)
        on_many_papers(sheet)
        sheet.set_column(0, 0, 18)
        sheet.set_column(1, 1, 60)
        sheet.set_column(2, 1 + len(blocks) * len(groups), 14)
        names = [f"{group.name} (n = {len(group.members)})" for group in groups]
        high_enough(sheet, 0, ((title, 14) for title in blocks))
        high_enough(sheet, 1, ((name, 14) for name in names))
        text(sheet, 1, 0, _("Code"), self.styles.head)
        text(sheet, 1, 1, _("Answer"), self.styles.head)
        for block, title in enumerate(blocks):
            for place, name in enumerate(names):
                column = 2 + block * len(groups) + place
                text(sheet, 0, column, title, self.styles.head)
                text(sheet, 1, column, name, self.styles.head)
        for row, crossed in enumerate(table.rows, 2):
            words = wording.line(*crossed.line)
            high_enough(sheet, row, ((words, 60), (crossed.line[0], 18)))
            text(sheet, row, 0, crossed.line[0], self.styles.wrapped)
            text(sheet, row, 1, words, self.styles.wrapped)
            for place, share in enumerate(crossed.cells):
                self._crossed_cells(sheet, row, 2 + place, len(groups), share)
        if table.left_out:
            said = _("Left out, since no answer is known: {codes}.").format(codes=", ".join(table.left_out))
            high_enough(sheet, len(table.rows) + 3, ((said, 60),))
            text(sheet, len(table.rows) + 3, 1, said, self.styles.wrapped)
        self._cross_charts(sheet, table, len(table.rows) + 5)

    def _crossed_cells(self, sheet: Worksheet, row: int, first: int, groups: int, share: Share) -> None:
        """Of one group, in the order of the blocks, each so many columns from the one before."""
        self._percent(sheet, row, first, share)
        sheet.write_number(row, first + groups, share.asked, self.styles.line)
        sheet.write_number(row, first + 2 * groups, share.sure, self.styles.line)
        if share.mean is not None:
            sheet.write_number(row, first + 3 * groups, share.mean, self.styles.share)
        for block, number in ((4, share.cant_tell), (5, share.not_evaluated)):
            self._part(sheet, row, first + block * groups, number, share)

    def _cross_charts(self, sheet: Worksheet, table: CrossTable, row: int) -> None:
        for crossed in table.rows:
            if crossed.line not in CHARTED:
                continue
            names = [group.name for group in table.dimension.groups]
            bars = [
                _bar(name, share)
                for name, share in zip(names, crossed.cells, strict=True)
                if share.percent is not None
            ]
            row += self.charts.draw(sheet, row, table.dimension.title, wording.line(*crossed.line), bars)

    def _method(self, sheet: Worksheet) -> None:
        sheet.set_column(0, 0, 120)
        run = self.report.run
        facts = (
            f"{run.id}, {run.started_at:%Y-%m-%d}",
            f"{run.judgement.settings.formula}, {run.judgement.settings.target}",
        )
        notes = dict.fromkeys(one.dimension.note for one in self.report.crossed if one.dimension.note)
        for row, words in enumerate((*facts, *self.report.warnings, *reading_rules(self.report), *notes)):
            high_enough(sheet, row, ((words, 120),))
            text(sheet, row, 0, words, self.styles.wrapped)

    def _head(self, sheet: Worksheet, row: int, heads: Sequence[str], widths: Sequence[int]) -> None:
        high_enough(sheet, row, zip(heads, widths, strict=True))
        for column, (head, width) in enumerate(zip(heads, widths, strict=True)):
            sheet.set_column(column, column, width)
            text(sheet, row, column, head, self.styles.head)


def _figure_bars(figure: ShownFigure) -> list[ChartBar]:
    """As the report draws it: the parts of one whole have one bar for all that is not known."""
    shown = [line for line in figure.lines if line.share.percent is not None]
    has_parts = figure.figure.has_parts
    bars = [_bar(line.words, line.share, unknown=not has_parts) for line in shown]
    if has_parts and shown:
        unknown = shown[0].share.unknown / shown[0].share.asked
        number = wording.percent(100 * unknown)
        bars.append(ChartBar(label=_("Not known"), number=number, share=None, unknown=unknown))
    return bars


def _bar(label: str, share: Share, *, unknown: bool = True) -> ChartBar:
    """Of a share of enough institutions; where it is not told, what is not known still shows."""
    return ChartBar(
        label=label,
        number=wording.told(share),
        share=(share.percent or 0) / 100 if share.is_told else None,
        unknown=share.unknown / share.asked if unknown else 0.0,
    )
