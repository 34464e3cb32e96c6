"""Reads lists of institutions: what every row says, and what is wrong with it, cell by cell."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec

from crawler.urls import normalise
from results.language import N_, _
from results.registry_records import MOST_LETTERS, TEXT_FIELDS, Entry
from results.site_text import unguarded
from results.spoken_errors import SpokenError
from schedules.columns import Column, column
from schedules.errors import InputError
from schedules.tables import WORKBOOKS, Problem, Row, Table, read_csv
from schedules.workbooks import read_workbook

CLEARS = "-"
"""A cell with nothing else clears what the registry keeps; an empty one leaves it."""
_BARE_HOST = re.compile(r"[\w-]+(\.[\w-]+)+(:\d+)?([/?#]\S*)?")
_BETWEEN_URLS = re.compile(r"[\s|]+|[;,](?=\s|$|https?://|[\w-]+(?:\.[\w-]+)+)")
_NUMBER = re.compile(r"\d+([.,]\d+)?")
_THOUSANDS = re.compile(r"\d{1,3}(,\d{3})+(\.\d+)?")


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """What one row says."""

    entry: Entry
    line: int
    has_address: bool
    """Whether the cell of the website holds anything."""
    problems: tuple[Problem, ...] = ()
    """With its cells; what they hold is left out, but for a malformed address."""


class Listing(msgspec.Struct, frozen=True, kw_only=True):
    """What a file says."""

    table: Table
    columns: tuple[Column, ...]
    rows: tuple[Listed, ...]

    def place(self, line: int, field: str) -> str:
        """Where a field of a row stands; its first cell where there is no such column."""
        fields = [one.field for one in self.columns]
        return self.table.place(line, fields.index(field) + 1 if field in fields else 1)


def complete_url(text: str) -> str:
    """The address as audited: a bare host name, as people write it, gets `https://`."""
    text = text.strip()
    return f"https://{text}" if _BARE_HOST.fullmatch(text) else text


def url_problem(where: str, url: str) -> Problem | None:
    """What is wrong with an address."""
    if normalise(url) is not None:
        return None
    said = _("'{text}' is no http or https URL; write it as https://www.example.lv/")
    return Problem(where, said.format(text=url[:200]))


def read_listing(path: Path, sheet: str = "") -> Listing:
    """The list in a CSV file or workbook.

    Raises:
        InputError: the file can't be read, or its header makes no sense; the message names the place.
    """
    is_workbook = path.suffix.lower() in WORKBOOKS
    if sheet and not is_workbook:
        raise InputError(N_("{path}: only a workbook has sheets; leave --sheet out"), path=path)
    table = read_workbook(path, sheet) if is_workbook else read_csv(path)
    columns = tuple(map(column, table.header))
    _refuse_twice(table, columns)
    return Listing(
        table=table, columns=columns, rows=tuple(_listed(table, columns, row) for row in table.rows)
    )


def _refuse_twice(table: Table, columns: Sequence[Column]) -> None:
    first: dict[str, int] = {}
    for number, one in enumerate(columns, 1):
        if not one.field or one.field == "more_urls":
            continue
        if one.target in first:
            names = f"'{table.header[number - 1]}'"
            other = table.header[first[one.target] - 1]
            said = (
                SpokenError(N_("the column {name} stands twice"), name=names)
                if names == f"'{other}'"
                else SpokenError(
                    N_("the columns '{other}' and {name} mean the same"), other=other, name=names
                )
            )
            raise InputError(
                N_("{place}: {said}; remove one"), place=table.place(table.header_line, number), said=said
            )
        first[one.target] = number


def _listed(table: Table, columns: Sequence[Column], row: Row) -> Listed:
    if len(row.cells) > len(columns):
        said = _("{n} cells, the header has {m}; quote a cell that holds the separator")
        said = said.format(n=len(row.cells), m=len(columns))
        problem = Problem(table.place(row.line, len(columns) + 1), said)
        return Listed(entry=Entry(), line=row.line, has_address=False, problems=(problem,))
    said_by = _Said(table, row.line)
    for number, (one, cell) in enumerate(zip(columns, row.cells, strict=False), 1):
        if one.field and cell.strip():
            said_by.take(one, number, unguarded(cell.strip()))
    return said_by.listed()


class _Said:
    """Gathers what the cells of one row say."""

    def __init__(self, table: Table, line: int) -> None:
        self._table, self._line = table, line
        self._fields: dict[str, Any] = {"numbers": {}, "attributes": {}}
        self._websites: dict[str, list[str]] = {"url": [], "more_urls": []}
        self._cleared: set[str] = set()
        self._problems: list[Problem] = []

    def take(self, one: Column, number: int, cell: str) -> None:
        """Note what a cell says."""
        where = self._table.place(self._line, number)
        if cell == CLEARS:
            self._cleared.add("websites" if one.field in self._websites else one.target)
        elif one.field in self._websites:
            self._websites[one.field] += self._urls(where, cell)
        elif one.field in TEXT_FIELDS:
            self._fields[one.field] = self._text(where, one.field, cell)
        elif one.field == "numbers":
            self._number(where, one.name, cell)
        elif one.field == "attributes":
            self._fields["attributes"][one.name] = cell
        elif one.field == "social_profiles":
            self._fields[one.field] = tuple(self._urls(where, cell))
        else:
            self._fields[one.field] = tuple(_parts(one.field, cell))

    def listed(self) -> Listed:
        """What was noted."""
        websites = tuple(dict.fromkeys((*self._websites["url"], *self._websites["more_urls"])))
        return Listed(
            entry=Entry(**self._fields, websites=websites, cleared=frozenset(self._cleared)),
            line=self._line,
            has_address=bool(self._websites["url"] or self._websites["more_urls"]),
            problems=tuple(self._problems),
        )

    def _urls(self, where: str, cell: str) -> list[str]:
        urls = [complete_url(part) for part in _BETWEEN_URLS.split(cell) if part.strip()]
        if len(urls) > 1 and any(normalise(url) is None for url in urls):
            urls = [complete_url(cell)]
        self._problems += filter(None, (url_problem(where, url) for url in urls))
        return urls

    def _text(self, where: str, field: str, cell: str) -> str:
        most = MOST_LETTERS.get(field)
        if most and len(cell) > most:
            said = _("{column}: {n} letters, at most {most}; shorten it")
            self._problems.append(Problem(where, said.format(column=field, n=len(cell), most=most)))
            return ""
        bare = "".join(cell.split())
        return bare if field == "registration_number" and bare.isdigit() else cell

    def _number(self, where: str, name: str, cell: str) -> None:
        digits = "".join(cell.split()).removesuffix("%")
        if _THOUSANDS.fullmatch(digits):
            plain, pointed = digits.replace(",", ""), digits.replace(",", ".", 1)
            said = _("{column}: '{text}' can be read in two ways; write {plain} or {pointed}")
            said = said.format(column=name, text=cell, plain=plain, pointed=pointed)
        elif _NUMBER.fullmatch(digits) and math.isfinite(number := float(digits.replace(",", "."))):
            self._fields["numbers"][name] = number
            return
        else:
            said = _("{column}: '{text}' is no number; write digits, or name the column otherwise")
            said = said.format(column=name, text=cell[:50])
        self._problems.append(Problem(where, said))


def _parts(field: str, cell: str) -> Iterable[str]:
    between = r"[|;,\n]+" if field == "segments" else r"[\s,;|]+"
    parts = (part.strip() for part in re.split(between, cell))
    return dict.fromkeys(part if field == "segments" else part.lower() for part in parts if part)


def for_registry(listing: Listing) -> tuple[tuple[Problem, ...], tuple[Problem, ...]]:
    """Why the list can't be imported, and what should be looked at but hinders nothing."""
    problems = list(listing.table.problems)
    if not any(one.field in {"name", "registration_number"} for one in listing.columns):
        place = listing.table.place(listing.table.header_line, 1)
        problems.append(Problem(place, _("the header has no column 'name'; add one (or 'nosaukums')")))
        problems += (one for row in listing.rows for one in row.problems)
    elif not listing.rows:
        said = _("holds no institution; add a row below the header")
        problems.append(Problem(listing.table.path, said))
    else:
        problems += _of_rows(listing)
    return tuple(problems), tuple(_doubts(listing))


def _of_rows(listing: Listing) -> Iterator[Problem]:
    """Row by row, as whoever mends them goes through the list."""
    first: dict[str, int] = {}
    for row in listing.rows:
        yield from row.problems
        # Of a row with too many cells nothing is known.
        if row.entry != Entry():
            yield from _unnamed(listing, row)
            yield from _repeated(listing, row, first)


def _unnamed(listing: Listing, row: Listed) -> Iterator[Problem]:
    if not row.entry.name:
        yield Problem(listing.place(row.line, "name"), _("no name; write what the institution is called"))


def _repeated(listing: Listing, row: Listed, first: dict[str, int]) -> Iterator[Problem]:
    key, field = row.entry.key, "registration_number" if row.entry.registration_number else "name"
    if key and key in first:
        said = _("'{text}' stands in line {line} too; keep one of the rows")
        yield Problem(listing.place(row.line, field), said.format(text=key, line=first[key]))
    first.setdefault(key, row.line)


def _doubts(listing: Listing) -> Iterator[Problem]:
    owners: dict[str, int] = {}
    for row in listing.rows:
        number = row.entry.registration_number
        if number and not (number.isdigit() and len(number) == 11):
            said = _("'{text}' has not the 11 digits of a Latvian registration number; see that it is right")
            yield Problem(listing.place(row.line, "registration_number"), said.format(text=number))
        if not row.has_address and not row.problems:
            said = _("no website; it can't be audited until it has one")
            yield Problem(listing.place(row.line, "url"), said)
        for url in row.entry.websites:
            if url in owners:
                said = _("{url} is the website of line {line} too")
                yield Problem(listing.place(row.line, "url"), said.format(url=url, line=owners[url]))
            owners.setdefault(url, row.line)
