"""Every question by every group, counted once."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from results.study.contents import Line, crossed
from results.study.groups import Dimension, dimensions
from results.study.respondents import Respondent
from results.study.tally import Share, Tally, tally


class CrossRow(msgspec.Struct, frozen=True):
    """One line in every group."""

    line: Line
    cells: tuple[Share, ...]
    """In the order of the dimension's groups."""


class CrossTable(msgspec.Struct, frozen=True, kw_only=True):
    """All lines by one dimension."""

    dimension: Dimension
    rows: tuple[CrossRow, ...]
    left_out: tuple[str, ...] = ()
    """Codes to which no answer of any group is known; they have no rows."""


def cross_tables(respondents: Sequence[Respondent]) -> tuple[CrossTable, ...]:
    """By every dimension of which anything is known; names in the language spoken now."""
    return tuple(_table(respondents, one) for one in dimensions(respondents))


def _table(respondents: Sequence[Respondent], dimension: Dimension) -> CrossTable:
    lines = crossed()
    tallies: list[dict[str, Tally]] = [
        {
            code: tally(respondents[place].answers[code] for place in group.members)
            for code in dict.fromkeys(code for code, _value in lines)
        }
        for group in dimension.groups
    ]
    rows = (
        CrossRow((code, value), tuple(one[code].share(value) for one in tallies)) for code, value in lines
    )
    shown = tuple(row for row in rows if any(cell.asked > cell.unknown for cell in row.cells))
    codes = {row.line[0] for row in shown}
    left_out = dict.fromkeys(code for code, _value in lines if code not in codes)
    return CrossTable(dimension=dimension, rows=shown, left_out=tuple(left_out))
