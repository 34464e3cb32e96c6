"""Lists of what to audit: URLs from the command line or a file, institutions from a CSV file."""

from __future__ import annotations

import csv
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import msgspec

from crawler.evidence import Institution
from crawler.urls import normalise
from schedules.errors import InputError

_KNOWN_COLUMNS = ("url", "name", "registration_number", "abbreviation", "kind", "sector", "language")
_HOSTS_COLUMN = "allowed_hosts"
_BARE_HOST = re.compile(r"[\w-]+(\.[\w-]+)+(:\d+)?([/?#]\S*)?")


class Problem(msgspec.Struct, frozen=True):
    """A row or address that can't be audited; the others are. Exit code 2."""

    where: str
    """`FILE:LINE:COLUMN`, or the argument."""
    message: str

    def __str__(self) -> str:
        """One line for a person."""
        return f"{self.where}: {self.message}"


class Source(msgspec.Struct, frozen=True):
    """Institutions in the order given, each once, and what was wrong with the rest."""

    institutions: tuple[Institution, ...]
    problems: tuple[Problem, ...] = ()


def complete_url(text: str) -> str:
    """The address as audited: a bare host name, as people write it, gets `https://`."""
    text = text.strip()
    return f"https://{text}" if _BARE_HOST.fullmatch(text) else text


def from_urls(urls: Sequence[str], lines: Iterable[str] = (), name: str = "list") -> Source:
    """Each URL as a site of its own; `lines` are those of the list `name`, blank ones and `#` comments
    left out. Malformed ones are named as problems, and stay: their site says so in the results.
    """
    wanted = dict.fromkeys(map(complete_url, urls), "argument")
    for number, line in enumerate(lines, 1):
        text = line.lstrip("\ufeff").strip()
        if text and not text.startswith("#"):
            wanted.setdefault(complete_url(text), f"{name}:{number}:1")
    problems = (_url_problem(where, url) for url, where in wanted.items())
    return Source(
        institutions=tuple(Institution(url=url) for url in wanted),
        problems=tuple(problem for problem in problems if problem),
    )


def _url_problem(where: str, url: str) -> Problem | None:
    if normalise(url) is not None:
        return None
    return Problem(where, f"'{url[:200]}' is no http or https URL; write it as https://www.example.lv/")


def read_lines(path: Path) -> Iterator[str]:
    """Lines of a UTF-8 file.

    Raises:
        InputError: the file is missing, unreadable or not UTF-8.
    """
    return iter(_read_text(path).splitlines())


def read_stdin() -> Iterator[str]:
    """Lines of standard input, as those of a file.

    Raises:
        InputError: it is not UTF-8.
    """
    return iter(_decoded("standard input", sys.stdin.buffer.read()).splitlines())


def read_institutions(path: Path) -> Source:
    """Institutions of a CSV file (UTF-8, comma or semicolon or tab; `url` required, the rest optional).

    Rows without an address are named as problems and left out; malformed addresses are named, and stay.
    Unknown columns become attributes.

    Raises:
        InputError: the file can't be read, or has no `url` column.
    """
    text = _read_text(path)
    reader = csv.reader(text.splitlines(keepends=True), delimiter=_delimiter(text), strict=True)
    institutions, problems = [], []
    try:
        header = _header(path, next(reader, []))
        for row in reader:
            if not any(cell.strip() for cell in row):
                continue
            where = f"{path}:{reader.line_num}"
            problem = _row_problem(where, header, row)
            if problem is None:
                institutions.append(_institution(dict(zip(header, row, strict=False))))
                problem = _url_problem(f"{where}:{header.index('url') + 1}", institutions[-1].url)
            if problem:
                problems.append(problem)
    except csv.Error as error:
        line, column = _stray_quote(text, _delimiter(text)) or (reader.line_num, 1)
        raise InputError(f"{path}:{line}:{column}: not valid CSV ({error}); check the quotes") from error
    if not institutions:
        detail = f" ({problems[0]})" if problems else ""
        raise InputError(f"{path}: holds no institution to audit{detail}")
    return Source(institutions=tuple(institutions), problems=tuple(problems))


def _read_text(path: Path) -> str:
    try:
        return _decoded(str(path), path.read_bytes())
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or error}; check the path") from error


def _decoded(name: str, data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise InputError(f"{name}:{line}: not UTF-8; save the list as UTF-8") from error


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


def _header(path: Path, cells: list[str]) -> list[str]:
    header = [cell.strip().lower() for cell in cells]
    if "url" not in header:
        seen = ", ".join(header) or "nothing"
        raise InputError(f"{path}:1:1: the header has no column 'url' (it has {seen}); add one")
    for name in header:
        if name and header.count(name) > 1:
            column = header.index(name, header.index(name) + 1) + 1
            raise InputError(f"{path}:1:{column}: the column '{name}' stands twice; remove one")
    return header


def _row_problem(where: str, header: list[str], row: list[str]) -> Problem | None:
    if len(row) > len(header):
        return Problem(f"{where}:{len(header) + 1}", f"{len(row)} cells, the header has {len(header)}")
    column = header.index("url")
    if column >= len(row) or not row[column].strip():
        return Problem(f"{where}:{column + 1}", "no address in the column 'url'")
    return None


def _institution(row: dict[str, str]) -> Institution:
    cells = {name: value.strip() for name, value in row.items() if name}
    known = {name: cells.pop(name, "") for name in _KNOWN_COLUMNS}
    hosts = re.split(r"[\s,;|]+", cells.pop(_HOSTS_COLUMN, ""))
    known["url"] = complete_url(known["url"])
    return Institution(
        **known,
        allowed_hosts=tuple(host.lower() for host in hosts if host),
        attributes={name: value for name, value in cells.items() if value},
    )
