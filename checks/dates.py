"""Dates as sites write them, in Latvian first; libraries misread Latvian (reference 4), so these are ours.

Only whole dates: without a year nothing is guessed. Day before month, as the whole region writes.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from checks.months import month as month_number
from checks.words import fold, without_diacritics

_ISO = re.compile(r"(?<!\d)(\d{4})-(\d{2})-(\d{2})(?!\d)")
_DOTTED = re.compile(r"(?<![\d.])(\d{1,2})[./](\d{1,2})[./](\d{4})(?!\d)")
_YEAR_DOTTED = re.compile(r"(?<![\d./])((?:19|20)\d{2})[./](\d{2})[./](\d{2})(?![\d/])")
_YEAR_FIRST = re.compile(r"(?<!\d)(\d{4})\.?\s*(?:gada|g\.|m\.|год[ау]?)?\s*(\d{1,2})\.?\s*([^\W\d]{3,})")
_YEAR_MONTH_DAY = re.compile(r"(?<!\d)(\d{4})\s*m\.\s*([^\W\d]{3,})\s*(\d{1,2})\s*d\b")
_DAY_FIRST = re.compile(
    r"(?<![\d.])(\d{1,2})(?:\.|st|nd|rd|th|er)?[\s-]*(?:de\s+|of\s+)?([^\W\d]{3,})\.?,?[\s-]+(?:de\s+|del\s+)?(\d{4})(?!\d)"
)
_MONTH_FIRST = re.compile(r"(?<!\w)([^\W\d]{3,})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})(?!\d)")
_TIME = re.compile(r"[\s,|–-]*(?:(?:plkst\.?|kl\.?|at|в|um|klo)\s*)?\d{1,2}[:.]\d{2}$")
_DAYS_AGO = {
    0: "sodien today сегодня tana siandien heute dzisiaj dzis tanaan idag oggi",
    1: "vakar yesterday вчера eile gestern wczoraj eilen igar ieri",
}
_NAMED_DAYS = {name: days for days, names in _DAYS_AGO.items() for name in names.split()}
_UNIT = (
    r"(?P<count>\d{1,3}|an?)?\s*(?:(?P<moments>min\w*|stund\w*|hours?|час\w*|tund\w*|valand\w*|stunden?)"
    r"|(?P<days>dien\w*|days?|дн\w*|день|paeva|tage?n?|dni)|(?P<weeks>nedel\w*|weeks?|недел\w*|nadala\w*|savait\w*))"
)
_AGO = (
    re.compile(rf"(?:pirms|pries|vor)\s+{_UNIT}$"),
    re.compile(rf"{_UNIT}\s+(?:ago|назад|tagasi|temu)$"),
)
_MOST_DAYS_AGO = 60
"""What is said to be longer ago is too rough for a day."""


def parse_date(text: str) -> date | None:
    """The first whole date in the text, or None."""
    found = all_dates(text)
    return found[0] if found else None


def all_dates(text: str) -> tuple[date, ...]:
    """Every whole date in the text, in its order; days that no calendar has are left out."""
    plain = without_diacritics(fold(text))
    hits: list[tuple[int, date]] = []
    for pattern, order in _PATTERNS:
        for match in pattern.finditer(plain):
            parts = dict(zip(order, match.groups(), strict=True))
            if value := _date(parts["y"], parts["m"], parts["d"]):
                hits.append((match.start(), value))
    return tuple(value for _, value in sorted(hits))


def relative_date(text: str, today: date) -> date | None:
    """The day that a text as a whole names by its distance from `today`: `vakar, 10:15`, `pirms 2 dienām`,
    `3 hours ago`. Months and years are too rough and give None.
    """
    plain = _TIME.sub("", without_diacritics(fold(text))).strip(" ,.")
    if plain in _NAMED_DAYS:
        return today - timedelta(days=_NAMED_DAYS[plain])
    match = next((found for pattern in _AGO if (found := pattern.match(plain))), None)
    if match is None:
        return None
    count = int(match["count"]) if (match["count"] or "").isdigit() else 1
    days = 0 if match["moments"] else count * (7 if match["weeks"] else 1)
    return today - timedelta(days=days) if days <= _MOST_DAYS_AGO else None


def parse_instant(text: str) -> datetime | None:
    """An ISO 8601 instant with its zone (`2024-03-05T10:00:00+0000`, `…Z`), in UTC; None without a zone."""
    try:
        value = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return value.astimezone(UTC) if value.tzinfo else None


def local_day(value: datetime, timezone: str) -> date:
    """The calendar day of an instant in a time zone."""
    return value.astimezone(ZoneInfo(timezone)).date()


def is_older(day: date, now: datetime, days: int, timezone: str) -> bool:
    """Whether `days` whole days have ended since the end of `day`: on the last of them it is not older."""
    return local_day(now, timezone) - day > timedelta(days=days)


def _date(year: str, month: str, day: str) -> date | None:
    number = int(month) if month.isdigit() else month_number(month)
    try:
        return date(int(year), number, int(day))
    except ValueError:
        return None


_PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = (
    (_ISO, "ymd"),
    (_DOTTED, "dmy"),
    (_YEAR_DOTTED, "ymd"),
    (_YEAR_FIRST, "ydm"),
    (_YEAR_MONTH_DAY, "ymd"),
    (_DAY_FIRST, "dmy"),
    (_MONTH_FIRST, "mdy"),
)
