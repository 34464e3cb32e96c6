"""Days of the week in running text: `P.–Pk.`, `Mon, Wed and Fri`, `darba dienās`, and where they stand.

The names and abbreviations are data (`hours.toml`). One letter means another day in each language, so a row
of them is read in the first language that knows them all.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files

import msgspec

WORKING_DAYS = (1, 2, 3, 4, 5)
ALL_DAYS = (1, 2, 3, 4, 5, 6, 7)
FARTHEST = 40
"""Characters between the days and the times that belong to them."""
DASH = r"[-\u2010-\u2015\u2212]"
UNTIL = rf"(?:{DASH}|līdz|lidz|to|till|until|through|до|по|kuni|iki|bis|do|till|til|alle|a)"
WORD = re.compile(r"[^\W\d_]+")
_TO_DAY = re.compile(rf"\.?\s*{UNTIL}\s*(?:no\s+)?", re.IGNORECASE)
_AND_DAY = re.compile(r"\.?\s*(?:[,;/&+|]|un|and|и|ja|ir|und|i|och|e)?\s*(?:[,;])?\s*", re.IGNORECASE)
_SPACE = re.compile(r"\s+")


class Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One language's words of `hours.toml`; what each list holds is said there."""

    names: tuple[str, ...]
    short: tuple[str, ...]
    weekdays: tuple[str, ...]
    every_day: tuple[str, ...]
    always: tuple[str, ...]
    in_hours: tuple[str, ...]
    breaks: tuple[str, ...]


class Days(msgspec.Struct, frozen=True):
    """Days as one place of a text names them: ISO numbers, and characters from where to where."""

    start: int
    end: int
    days: tuple[int, ...]


class _Day(msgspec.Struct, frozen=True):
    """A word that may name a day: which, by language."""

    start: int
    end: int
    by_language: Mapping[str, tuple[int, ...]]
    is_doubtful: bool
    """One or two small letters, which alone mean something else."""


def named_days(text: str, near: Sequence[tuple[int, int]], language: str) -> tuple[Days, ...]:
    """The days named within 120 characters of the places `near` (from, to), in the text's order;
    `language` is tried first where a letter means several days.
    """
    found: list[Days] = []
    run: list[_Day] = []
    for word in _day_words(text, near):
        joins = bool(run) and _joins(text, run[-1], word)
        if run and word.is_doubtful and not joins:
            continue
        if run and not joins:
            found += _spec(text, run, language)
            run = []
        run.append(word)
    return (*found, *_spec(text, run, language))


def _joins(text: str, one: _Day, other: _Day) -> bool:
    between = text[one.end : other.start]
    joined = _TO_DAY.fullmatch(between) or _AND_DAY.fullmatch(between)
    return bool(joined) and bool(one.by_language.keys() & other.by_language.keys())


def _spec(text: str, run: Sequence[_Day], language: str) -> list[Days]:
    """The days that the run of words names in the first language that knows them all."""
    if not run or (len(run) == 1 and run[0].is_doubtful):
        return []
    shared = set(run[0].by_language).intersection(*(word.by_language for word in run))
    chosen = next((code for code in (language, *tables()) if code in shared), "")
    if not chosen:
        return []
    days: list[int] = []
    for at, word in enumerate(run):
        named = word.by_language[chosen]
        is_range = at > 0 and _is_range(text, run[at - 1], word)
        days += range(days[-1] + 1, named[0]) if is_range and days and named[0] > days[-1] else ()
        days += named
    return [Days(run[0].start, run[-1].end, tuple(sorted(set(days))))]


def _is_range(text: str, one: _Day, other: _Day) -> bool:
    """`P.–Pk.`, `Monday to Friday`; Estonian and Finnish say it by the case: `esmaspäevast reedeni`."""
    first, last = text[one.start : one.end].casefold(), text[other.start : other.end].casefold()
    by_case = first.endswith(("päevast", "reedest", "sta", "stä")) and last.endswith(("ni", "hin", "hön"))
    return by_case or bool(_TO_DAY.fullmatch(text[one.end : other.start]))


def _day_words(text: str, near: Sequence[tuple[int, int]]) -> list[_Day]:
    windows = [(max(0, start - 3 * FARTHEST), end + 3 * FARTHEST) for start, end in near]
    found: dict[int, _Day] = {}
    for start, end in windows:
        for group in _group_words().finditer(text, start, min(end, len(text))):
            found[group.start()] = _group(group)
        for word in WORD.finditer(text, start, min(end, len(text))):
            if word.start() not in found and (day := _day(word)):
                found[word.start()] = day
    return [found[at] for at in sorted(found)]


def _day(word: re.Match[str]) -> _Day | None:
    said = word.group(0)
    folded = said.casefold()
    named = _short_days().get(folded) or next(
        (days for name, days in _named_days().get(folded[:3], ()) if folded.startswith(name)), None
    )
    if named is None:
        return None
    return _Day(word.start(), word.end(), named, len(said) <= 2 and said.islower())


def _group(found: re.Match[str]) -> _Day:
    language, days = _groups()[_SPACE.sub(" ", found.group(0)).casefold()]
    return _Day(found.start(), found.end(), {language: days}, is_doubtful=False)


@cache
def tables() -> dict[str, Table]:
    """The words of all languages, by language code."""
    raw = tomllib.loads((files("checks") / "hours.toml").read_text("utf-8"))
    return {code: msgspec.convert(table, Table) for code, table in raw.items()}


@cache
def _short_days() -> dict[str, dict[str, tuple[int, ...]]]:
    """Abbreviation → language → day."""
    found: dict[str, dict[str, tuple[int, ...]]] = {}
    for code, table in tables().items():
        for number, names in enumerate(table.short, start=1):
            for name in names.split():
                found.setdefault(name, {})[code] = (number,)
    return found


@cache
def _named_days() -> dict[str, tuple[tuple[str, dict[str, tuple[int, ...]]], ...]]:
    """First three letters → (beginning of a name, language → day)."""
    found: dict[str, list[tuple[str, dict[str, tuple[int, ...]]]]] = {}
    for code, table in tables().items():
        for number, name in enumerate(table.names, start=1):
            found.setdefault(name[:3], []).append((name, {code: (number,)}))
    return {beginning: tuple(names) for beginning, names in found.items()}


@cache
def _groups() -> dict[str, tuple[str, tuple[int, ...]]]:
    found: dict[str, tuple[str, tuple[int, ...]]] = {}
    for code, table in tables().items():
        found |= dict.fromkeys(table.weekdays, (code, WORKING_DAYS))
        found |= dict.fromkeys(table.every_day, (code, ALL_DAYS))
    return found


@cache
def _group_words() -> re.Pattern[str]:
    return any_of(_groups())


def any_of(phrases: Sequence[str] | Mapping[str, object]) -> re.Pattern[str]:
    """Matches one of the phrases as whole words, however they are spaced and whatever their case."""
    longest_first = sorted(phrases, key=len, reverse=True)
    spaced = (r"\s+".join(map(re.escape, phrase.split())) for phrase in longest_first)
    return re.compile(rf"(?<![\w/])(?:{'|'.join(spaced)})(?![\w/])", re.IGNORECASE)
