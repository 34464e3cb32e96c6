"""What to audit: URLs from the command line or a file, institutions from a list."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import msgspec

from crawler.evidence import Institution
from results.language import N_, _
from results.registry_records import Entry, Selection
from results.spoken_errors import Word
from schedules.errors import InputError
from schedules.listing import Listed, Listing, complete_url, read_listing, url_problem
from schedules.tables import Problem, decoded, read_text


class Source(msgspec.Struct, frozen=True):
    """Institutions in the order given, each once, and what was wrong with the rest."""

    institutions: tuple[Institution, ...]
    problems: tuple[Problem, ...] = ()
    without_website: int = 0
    """Institutions of the registry that were left out, having none."""


def from_urls(urls: Sequence[str], lines: Iterable[str] = (), name: str = "list") -> Source:
    """Each URL as a site of its own; `lines` are those of the list `name`, blank ones and `#` comments
    left out. Malformed ones are named as problems, and stay: their site says so in the results.
    """
    wanted = dict.fromkeys(map(complete_url, urls), "argument")
    for number, line in enumerate(lines, 1):
        text = line.lstrip("\ufeff").strip()
        if text and not text.startswith("#"):
            wanted.setdefault(complete_url(text), f"{name}:{number}:1")
    problems = (url_problem(where, url) for url, where in wanted.items())
    return Source(
        institutions=tuple(Institution(url=url) for url in wanted),
        problems=tuple(problem for problem in problems if problem),
    )


def read_lines(path: Path) -> Iterator[str]:
    """Lines of a UTF-8 file.

    Raises:
        InputError: the file is missing, unreadable or not UTF-8.
    """
    return iter(read_text(path).splitlines())


def read_stdin() -> Iterator[str]:
    """Lines of standard input, as those of a file.

    Raises:
        InputError: it is not UTF-8.
    """
    return iter(decoded("standard input", sys.stdin.buffer.read()).splitlines())


def read_institutions(
    path: Path, *, sheet: str = "", selection: Selection | None = None, all_websites: bool = False
) -> Source:
    """Institutions of a CSV file or workbook, all or a selection, at their first websites; with
    `all_websites` at the others too, as sites of their own.

    Rows without an address are named as problems and left out; malformed addresses are named, and stay.

    Raises:
        InputError: the file can't be read, or has no column of addresses.
    """
    listing = read_listing(path, sheet)
    if not any(column.field == "url" for column in listing.columns):
        seen = ", ".join(name.strip().lower() for name in listing.table.header) or Word(N_("nothing"))
        place = listing.table.place(listing.table.header_line, 1)
        raise InputError(
            N_("{place}: the header has no column 'url' (it has {seen}); add one"), place=place, seen=seen
        )
    problems = [*listing.table.problems, *(one for row in listing.rows for one in _problems(listing, row))]
    wanted = selection or Selection()
    entries = [row.entry for row in listing.rows if wanted.takes(row.entry)]
    institutions = tuple(one for entry in entries for one in at_websites(entry, all_websites))
    if not institutions:
        detail = f" ({problems[0]})" if problems else ""
        raise InputError(N_("{path}: holds no institution to audit{detail}"), path=path, detail=detail)
    return Source(institutions=institutions, problems=tuple(problems))


def at_websites(entry: Entry, all_websites: bool) -> tuple[Institution, ...]:
    """The institution at its first website, or at each; nothing where it has none."""
    count = len(entry.websites) if all_websites else min(1, len(entry.websites))
    return tuple(entry.institution(number) for number in range(count))


def _problems(listing: Listing, row: Listed) -> tuple[Problem, ...]:
    if row.has_address or row.problems:
        return row.problems
    return (Problem(listing.place(row.line, "url"), _("no address in the column 'url'")),)
