"""`--social-posts`: the newest posts that persons saw in social networks, from a CSV file.

A row names the institution (`url`, `registration_number` or `name`), the `network`, the `profile`, the `date`
of its newest post and the `source`: who saw it, or where. `seen`, at will, is the day on which the person
looked. What can't be used is named with line and column, and the rest is used.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import msgspec
import typer
from msgspec.structs import replace

from checks.social.networks import Network, classify
from crawler.evidence import AuditSettings, Institution, SeenPost
from crawler.urls import normalise
from results.language import N_
from schedules.errors import InputError
from schedules.listing import complete_url
from schedules.sources import Source
from schedules.tables import Problem, Row, Table, read_csv

_KEYS = ("url", "registration_number", "name")
_NEEDED = ("network", "profile", "date", "source")
_ALIASES = {"twitter": Network.X, "draugiem.lv": Network.DRAUGIEM}


class _UnusableError(Exception):
    """A row that can't be used: the column, and what is wrong."""

    def __init__(self, column: str, message: str) -> None:
        super().__init__(message)
        self.column = column


class _Record(msgspec.Struct, frozen=True):
    keys: dict[str, str]
    seen: SeenPost


SocialPostsOption = Annotated[
    Path | None,
    typer.Option(metavar="FILE.csv", help="Newest posts that persons saw in social networks."),
]


def seen(source: Source, path: Path | None, settings: AuditSettings) -> Source:
    """As `with_social_posts`, today in the time zone of the audit."""
    return with_social_posts(source, path, datetime.now(ZoneInfo(settings.timezone)).date())


def with_social_posts(source: Source, path: Path | None, today: date) -> Source:
    """The institutions with what persons saw of them; unchanged without a file.

    Raises:
        InputError: the file can't be read, or lacks a column.
    """
    if path is None:
        return source
    table = read_csv(path)
    header = _header(table)
    problems: list[Problem] = []
    seen: dict[int, tuple[SeenPost, ...]] = {}
    for row in table.rows:
        try:
            record = _record(header, row, today)
            for place in _places(source.institutions, record):
                seen[place] = (*seen.get(place, ()), record.seen)
        except _UnusableError as wrong:
            column = header.index(wrong.column) + 1 if wrong.column in header else 1
            problems.append(Problem(table.place(row.line, column), str(wrong)))
    institutions = tuple(
        replace(one, social_posts=(*one.social_posts, *seen.get(place, ())))
        for place, one in enumerate(source.institutions)
    )
    return replace(source, institutions=institutions, problems=(*source.problems, *problems))


def _header(table: Table) -> list[str]:
    header = [name.strip().lower() for name in table.header]
    lacking = [name for name in _NEEDED if name not in header]
    if not any(name in header for name in _KEYS):
        lacking.append("one of " + ", ".join(_KEYS))
    if lacking:
        place = table.place(table.header_line, 1)
        raise InputError(
            N_("{place}: the header lacks {names}; add it"), place=place, names="; ".join(lacking)
        )
    return header


def _record(header: Sequence[str], row: Row, today: date) -> _Record:
    cells = {name: value.strip() for name, value in zip(header, row.cells, strict=False)}
    keys = {name: cells[name] for name in _KEYS if cells.get(name)}
    if not keys:
        raise _UnusableError(
            next(name for name in _KEYS if name in header), "names no institution; give its url"
        )
    network = _network(cells.get("network", ""))
    day = _day(cells, "date", today)
    looked = _day(cells, "seen", today) if cells.get("seen") else None
    if looked and looked < day:
        raise _UnusableError("seen", f"looked at on {looked}, before the post of {day}; correct one")
    if not cells.get("source"):
        raise _UnusableError("source", "no source; name who saw it, or the post's address")
    seen = SeenPost(
        network=network,
        profile=_profile(cells.get("profile", ""), network),
        day=day.isoformat(),
        source=cells["source"],
        seen=looked.isoformat() if looked else "",
    )
    return _Record(keys, seen)


def _network(text: str) -> Network:
    try:
        return _ALIASES.get(text.lower()) or Network(text.lower())
    except ValueError:
        known = ", ".join(Network)
        raise _UnusableError(
            "network", f"'{text[:40]}' is no network known here; write one of {known}"
        ) from None


def _day(cells: dict[str, str], column: str, today: date) -> date:
    text = cells.get(column, "")
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise _UnusableError(column, f"'{text[:40]}' is no date; write it as 2026-11-21") from None
    if day > today:
        raise _UnusableError(column, f"{text} lies in the future; correct it")
    return day


def _profile(text: str, network: Network) -> str:
    """The account's address as given; one of another network, or of none, is a mistake."""
    if not text:
        return ""
    found = classify(complete_url(text), "me")
    if found is None or found.network is not network or not found.handle:
        raise _UnusableError(
            "profile", f"'{text[:100]}' is no account in {network}; give the account's address"
        )
    return complete_url(text)


def _places(institutions: Sequence[Institution], record: _Record) -> tuple[int, ...]:
    """Which institutions the record is of: the first key that it has decides."""
    key, wanted = next(iter(record.keys.items()))
    same = _SAME[key]
    found = [place for place, one in enumerate(institutions) if same(one, wanted)]
    first_sites = [place for place in found if not institutions[place].website_of]
    if not found:
        raise _UnusableError(
            key, f"no institution of this run has {key} '{wanted[:100]}'; correct it, or remove the row"
        )
    return tuple(found if key == "url" else first_sites or found)


def _plain(url: str) -> str:
    """An address without what people leave out: scheme, `www.`, the last slash."""
    whole = normalise(complete_url(url)) or url
    return whole.partition("://")[2].removeprefix("www.").rstrip("/")


_SAME: dict[str, Callable[[Institution, str], bool]] = {
    "url": lambda one, wanted: _plain(one.url) == _plain(wanted),
    "registration_number": lambda one, wanted: one.registration_number == wanted,
    "name": lambda one, wanted: one.name.casefold() == wanted.casefold(),
}
