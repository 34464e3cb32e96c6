"""Lists kept in a workbook (.xlsx): the values of one sheet, as text."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path

from results.language import N_
from results.spoken_errors import Word
from schedules.errors import InputError
from schedules.tables import MOST_ROWS, Problem, Row, Table, read_bytes

MOST_UNPACKED = 200_000_000
"""Bytes that the parts of a workbook may have unpacked: more is a bomb, or no list."""
MOST_COLUMNS = 500
MOST_LINES = 200_000
"""Empty ones too: each takes its time, and a sheet can have a million."""
_ERRORS = frozenset({"#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!"})
_REMEDY = N_("save it as .xlsx again, or as CSV (UTF-8)")


def read_workbook(path: Path, sheet: str = "") -> Table:
    """One sheet, the first unless named; of formulas, the values that were saved with them.

    Numbers that are whole stand without a point (registration numbers are often kept as numbers), dates as
    ISO 8601. The header is the first row that holds something.

    Raises:
        InputError: the file can't be read, is no workbook, is too large, or has no such sheet.
    """
    data = read_bytes(path)
    _refuse_bombs(path, data)
    try:
        return _read(path, data, sheet)
    except InputError:
        raise
    except Exception as error:
        # openpyxl lets through whatever its XML and ZIP parsers raise for a broken or hostile file.
        raise InputError(
            N_("{path}: not a workbook that can be read ({name}); {remedy}"),
            path=path,
            name=type(error).__name__,
            remedy=Word(_REMEDY),
        ) from error


def _refuse_bombs(path: Path, data: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            # ZipFile reads no more of a part than its entry says, so the sum can be trusted.
            unpacked = sum(part.file_size for part in parts.infolist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise InputError(
            N_("{path}: not an .xlsx workbook; {remedy}"), path=path, remedy=Word(_REMEDY)
        ) from error
    if unpacked > MOST_UNPACKED:
        raise InputError(
            N_("{path}: {megabytes} MB unpacked; a list is smaller: {remedy}"),
            path=path,
            megabytes=unpacked // 1_000_000,
            remedy=Word(_REMEDY),
        )


def _read(path: Path, data: bytes, sheet: str) -> Table:
    from openpyxl import load_workbook

    values = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    formulas = load_workbook(io.BytesIO(data), read_only=True, data_only=False, keep_links=False)
    try:
        names = [one.title for one in values.worksheets]
        if not names or (sheet and sheet not in names):
            raise InputError(
                N_("{path}: has no sheet {sheet!r} (it has {reason})"),
                path=path,
                sheet=sheet,
                reason=", ".join(names) or Word(N_("none")),
            )
        name = sheet or names[0]
        lines = zip(_lines(path, values[name]), _lines(path, formulas[name]), strict=False)
        return _table(path, name, lines)
    finally:
        values.close()
        formulas.close()


def _lines(path: Path, sheet: object) -> Iterator[tuple[object, ...]]:
    # Some programs declare a smaller sheet than they write; what is beyond would be lost.
    sheet.reset_dimensions()  # type: ignore[attr-defined]  # a worksheet of openpyxl
    rows = sheet.iter_rows(values_only=True, max_col=MOST_COLUMNS)  # type: ignore[attr-defined]  # a worksheet of openpyxl
    for number, row in enumerate(rows, 1):
        if number > MOST_LINES:
            raise InputError(
                N_("{path}: more than {most_lines} lines; delete the empty ones below the list"),
                path=path,
                most_lines=MOST_LINES,
            )
        yield row


def _table(path: Path, sheet: str, lines: Iterator[tuple[tuple[object, ...], tuple[object, ...]]]) -> Table:
    empty = Table(path=str(path), sheet=sheet, header=(), rows=())
    header: tuple[int, tuple[str, ...]] | None = None
    rows: list[Row] = []
    problems: list[Problem] = []
    for line, (values, formulas) in enumerate(lines, 1):
        if formulas.count(None) == len(formulas):
            continue
        cells = _without_end(tuple(_text(value) for value in values))
        problems += [Problem(empty.place(line, at), said) for at, said in _unreadable(values, formulas)]
        if not cells:
            continue
        if header is None:
            header = (line, cells)
        else:
            rows.append(Row(line, cells))
        if len(rows) > MOST_ROWS:
            raise InputError(
                N_("{path}: more than {most_rows} rows; split the list"), path=path, most_rows=MOST_ROWS
            )
    at, names = header or (1, ())
    return Table(
        path=str(path), sheet=sheet, header_line=at, header=names, rows=tuple(rows), problems=tuple(problems)
    )


def _unreadable(values: tuple[object, ...], formulas: tuple[object, ...]) -> Iterator[tuple[int, str]]:
    for at, (value, formula) in enumerate(zip(values, formulas, strict=False), 1):
        if isinstance(value, str) and value in _ERRORS:
            yield at, f"the cell shows {value}; mend the formula, or type the value"
        elif value is None and formula is not None and _text(formula).startswith("="):
            yield at, "a formula without a saved value; open the file in a spreadsheet and save it again"


def _text(value: object) -> str:
    if value is None or value in _ERRORS:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime):
        return value.isoformat(" ") if value.time() != time() else value.date().isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    return "".join(sign for sign in str(value) if sign >= " " or sign in "\n\t").strip()


def _without_end(cells: tuple[str, ...]) -> tuple[str, ...]:
    """The cells up to the last that holds something."""
    full = [place for place, cell in enumerate(cells) if cell]
    return cells[: full[-1] + 1] if full else ()
