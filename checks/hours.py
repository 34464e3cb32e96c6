"""Opening hours in running text: which days, which times, and the words that say so.

`P.–Pk. 8.30–17.00`, `darba dienās no 9.00 līdz 17.00`, `Mon–Fri 9am-5pm`, `E–R 9–17`, `24/7`. A range
of times is found first; days are looked for beside it, before it or, failing that, after it. The words are
data (`hours.toml`). Prices, dates and page numbers are no times: a price has a currency behind it, a date
a full stop and more digits, and hours begin at a multiple of five minutes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

import msgspec

from checks.weekdays import ALL_DAYS, DASH, FARTHEST, UNTIL, WORD, Days, any_of, named_days, tables

_SHORTEST = 30
"""Minutes; a shorter range is a break or an appointment."""
_CLOSEST = 14
"""Characters between two ranges of the same days: `8.30–12.30 un 13.00–17.00`."""
_CLOCK = (
    r"(?:(?:plkst|pulksten|kell|klo|kl|val|godz|ore|um|at)\b\.?\s*)?"
    r"(\d{1,2})(?:\s?[.:h]\s?(\d{2})(?!\d))?\s*(?:(?:uhr|h|val\.|час\w*)(?!\w)\s*)?([ap]\.?\s?m\b\.?)?"
)
_RANGE = re.compile(
    rf"(?<![\d.,:/+€$£-])(?<!\d\s){_CLOCK}\s*(?:{DASH}|{UNTIL}(?!\w))\s*{_CLOCK}"
    r"(?!\d|[.:,/]\d|\s?(?:€|eur\b|%|lpp\b|gad|stund|dien|nedēļ|mēneš))",
    re.IGNORECASE,
)
_MARKED = re.compile(r"(?:plkst|pulksten|kell|klo|kl|val|godz|uhr)\b", re.IGNORECASE)
_SPACE = re.compile(r"\s+")
_SENTENCE_ENDS = re.compile(r"[!?]|[^\W\d_]{3,}\.\s+[^\W\d_]")


class Hours(msgspec.Struct, frozen=True, kw_only=True):
    """Hours as one place of a text says them."""

    quote: str
    """The words themselves, white space folded."""
    days: tuple[int, ...] = ()
    """ISO numbers, Monday 1 to Sunday 7, sorted; empty where the text names none beside the times."""
    times: tuple[tuple[str, str], ...] = ()
    """(opens, closes) as `08:30`, in the text's order; empty where it is only said to be round the clock."""
    round_the_clock: bool = False
    start: int = 0
    """Where the words begin in the text, in characters."""
    end: int = 0


class _Times(msgspec.Struct, frozen=True):
    start: int
    end: int
    opens: int
    closes: int
    is_bare: bool
    """`9-17`, which is hours only beside a day."""


def opening_hours(text: str, language: str = "") -> tuple[Hours, ...]:
    """All hours that the text tells, in its order; `language` settles what one letter means (`T`)."""
    ranges = tuple(_ranges(text))
    specs = named_days(text, [(one.start, one.end) for one in ranges], language) if ranges else ()
    return tuple(sorted((*_grouped(text, ranges, specs), *_always(text)), key=lambda one: one.start))


def working_hours_words(text: str) -> str:
    """The words by which a text says "in working hours" without telling which, or an empty string."""
    found = _in_hours().search(text)
    return found.group(0) if found else ""


def _ranges(text: str) -> Iterator[_Times]:
    for found in _RANGE.finditer(text):
        opens, closes = _minutes(*found.groups())
        if _is_time(found, opens, closes):
            is_bare = not (found[2] or found[5] or found[3] or found[6] or _MARKED.search(found.group(0)))
            if _breaks().search(text, max(0, found.start() - FARTHEST // 2), found.start()):
                continue
            yield _Times(found.start(), found.end(), opens, closes, is_bare)


def _is_time(found: re.Match[str], opens: int, closes: int) -> bool:
    minutes = [int(found[number] or 0) for number in (2, 5)]
    return (
        0 <= opens < closes <= 24 * 60
        and closes - opens >= _SHORTEST
        and all(minute < 60 and minute % 5 == 0 for minute in minutes)
    )


def _minutes(
    hour: str, minute: str | None, half: str | None, to: str, to_minute: str | None, to_half: str | None
) -> tuple[int, int]:
    """Minutes since midnight; `9-5pm` opens in the morning and `1-5pm` after noon."""
    closes = _of_day(int(to), to_half) * 60 + int(to_minute or 0)
    if to_half and not half:
        after_noon = _of_day(int(hour), to_half) * 60 + int(minute or 0)
        return (after_noon if after_noon < closes else int(hour) * 60 + int(minute or 0)), closes
    return _of_day(int(hour), half) * 60 + int(minute or 0), closes


def _of_day(hour: int, half: str | None) -> int:
    if not half:
        return hour
    return hour % 12 + (12 if half.lower().startswith("p") else 0)


def _grouped(text: str, ranges: Sequence[_Times], specs: Sequence[Days]) -> Iterator[Hours]:
    """Ranges with the days beside them; ranges of the same days together."""
    taken: set[int] = set()
    group: list[_Times] = []
    days: Days | None = None
    for at, one in enumerate(ranges):
        known = [spec for spec in specs if spec.start not in taken]
        beside = _before(text, one, ranges[at - 1].end if at else 0, known)
        if beside is None and group and _continues(text[group[-1].end : one.start]):
            group.append(one)
            continue
        if group:
            yield _hours(text, group, days)
        following = ranges[at + 1].start if at + 1 < len(ranges) else len(text)
        days = beside or _after(text, one, following, known)
        group = [one] if days or not one.is_bare else []
        taken |= {days.start} if days else set()
    if group:
        yield _hours(text, group, days)


def _before(text: str, one: _Times, after: int, specs: Sequence[Days]) -> Days | None:
    near = [spec for spec in specs if after <= spec.start and spec.end <= one.start]
    return near[-1] if near and _is_near(text, near[-1].end, one.start) else None


def _after(text: str, one: _Times, before: int, specs: Sequence[Days]) -> Days | None:
    near = [spec for spec in specs if one.end <= spec.start and spec.end <= before]
    return near[0] if near and _is_near(text, one.end, near[0].start) else None


def _continues(between: str) -> bool:
    """Whether so little stands between two ranges that they belong to the same days."""
    return len(between) <= _CLOSEST and len(WORD.findall(between)) <= 1


def _is_near(text: str, start: int, end: int) -> bool:
    between = text[start:end]
    has_digits = any(character.isdigit() for character in between)
    return len(between) <= FARTHEST and not has_digits and not _SENTENCE_ENDS.search(between)


def _hours(text: str, group: Sequence[_Times], days: Days | None) -> Hours:
    start = min(group[0].start, days.start if days else group[0].start)
    end = max(group[-1].end, days.end if days else 0)
    is_all_day = any((one.opens, one.closes) == (0, 24 * 60) for one in group)
    named = days.days if days else ()
    return Hours(
        quote=_folded(text[start:end]),
        days=named,
        times=tuple((_said(one.opens), _said(one.closes)) for one in group),
        round_the_clock=is_all_day and named in {(), ALL_DAYS},
        start=start,
        end=end,
    )


def _said(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _folded(text: str) -> str:
    return _SPACE.sub(" ", text).strip()


def _always(text: str) -> Iterator[Hours]:
    for found in _always_words().finditer(text):
        quote = _folded(found.group(0))
        yield Hours(quote=quote, days=ALL_DAYS, round_the_clock=True, start=found.start(), end=found.end())


@cache
def _always_words() -> re.Pattern[str]:
    words = [word for table in tables().values() for word in table.always]
    return any_of([*words, "24/7", "7/24"])


@cache
def _in_hours() -> re.Pattern[str]:
    return any_of([word for table in tables().values() for word in table.in_hours])


@cache
def _breaks() -> re.Pattern[str]:
    words = [re.escape(word) for table in tables().values() for word in table.breaks]
    return re.compile("|".join(words), re.IGNORECASE)
