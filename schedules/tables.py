"""Tables that people keep lists in: CSV here, workbooks in `schedules/workbooks.py`."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import msgspec

from results.language import N_
from results.spoken_errors import Word
from schedules.errors import InputError

MOST_BYTES = 20_000_000
MOST_ROWS = 100_000
WORKBOOKS = frozenset({".xlsx", ".xlsm"})


class Problem(msgspec.Struct, frozen=True):
    """A row, cell or address that can't be used; the others can. Exit code 2."""

    where: str
    """`FILE:LINE:COLUMN`, `FILE:SHEET!B3`, or the argument."""
    message: str

    def __str__(self) -> str:
        """One line for a person."""
        return f"{self.where}: {self.message}"


class Row(msgspec.Struct, frozen=True):
    """One row that holds something."""

    line: int
    """From 1; of a row that is several lines long, the last."""
    cells: tuple[str, ...]


class Table(msgspec.Struct, frozen=True, kw_only=True):
    """The header and the rows of a file, as text."""

    path: str
    sheet: str = ""
    """Of a workbook."""
    header_line: int = 1
    header: tuple[str, ...]
    rows: tuple[Row, ...]
    problems: tuple[Problem, ...] = ()
    """Cells without a value that could be read."""

    def place(self, line: int, column: int) -> str:
        """Where the cell of a line and a column (both from 1) stands."""
        if self.sheet:
            return f"{self.path}:{self.sheet}!{column_letters(column)}{line}"
        return f"{self.path}:{line}:{column}"


def column_letters(column: int) -> str:
    """What a workbook calls a column: 1 is A, 27 is AA."""
    letters = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def read_csv(path: Path) -> Table:
    """A CSV file (UTF-8; comma, semicolon or tab), without its empty rows.

    Raises:
        InputError: the file can't be read, or is no CSV; the message names line and column.
    """
    text = read_text(path)
    if "\x00" in text:
        raise InputError(N_("{path}: not a text file; save the list as CSV (UTF-8) or .xlsx"), path=path)
    delimiter = _delimiter(text)
    reader = csv.reader(text.splitlines(keepends=True), delimiter=delimiter, strict=True)
    try:
        header = tuple(next(reader, []))
        header_line = reader.line_num
        rows = tuple(Row(reader.line_num, tuple(row)) for row in reader if any(cell.strip() for cell in row))
    except csv.Error as error:
        line, column = _stray_quote(text, delimiter) or (reader.line_num, 1)
        raise InputError(
            N_("{path}:{line}:{column}: not valid CSV ({error}); check the quotes"),
            path=path,
            line=line,
            column=column,
            error=error,
        ) from error
    if len(rows) > MOST_ROWS:
        raise InputError(
            N_("{path}: more than {most_rows} rows; split the list"), path=path, most_rows=MOST_ROWS
        )
    return Table(path=str(path), header_line=max(header_line, 1), header=header, rows=rows)


def read_text(path: Path) -> str:
    """A UTF-8 file.

    Raises:
        InputError: it is missing, unreadable, too large or not UTF-8.
    """
    return decoded(str(path), read_bytes(path))


def read_bytes(path: Path) -> bytes:
    """The content of a file.

    Raises:
        InputError: it is missing, unreadable or larger than `MOST_BYTES`.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise InputError(
            N_("{path}: {reason}; check the path"), path=path, reason=Word(error.strerror or error)
        ) from error
    if len(data) > MOST_BYTES:
        raise InputError(
            N_("{path}: larger than {megabytes} MB; split the list"),
            path=path,
            megabytes=MOST_BYTES // 1_000_000,
        )
    return data


def decoded(name: str, data: bytes) -> str:
    """UTF-8 text, with or without a byte order mark.

    Raises:
        InputError: it is not UTF-8; the message names the line.
    """
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise InputError(
            N_("{name}:{line}: not UTF-8; save the list as UTF-8"), name=name, line=line
        ) from error


def _stray_quote(text: str, delimiter: str) -> tuple[int, int] | None:
    """Line and column of the first quoted cell that does not end as RFC 4180 section 2 has it: the quote
    is never closed, or something stands behind it.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    ends = rf"[{delimiter}\n]"
    cell = re.compile(rf'(?:"(?:[^"]|"")*"|(?!")[^{delimiter}\n]*)(?P<end>{ends}|\Z)')
    line, column, place = 1, 1, 0
    while place < len(text):
        found = cell.match(text, place)
        if found is None:
            return line, column
        line += found[0].count("\n")
        column = 1 if found["end"] == "\n" else column + 1
        place = found.end()
    return None


def _delimiter(text: str) -> str:
    first = text.split("\n", 1)[0]
    return max(",;\t", key=first.count)
