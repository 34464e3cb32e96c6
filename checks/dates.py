"""Dates as sites write them, in Latvian first; libraries misread Latvian (reference 4), so these are ours.

Only whole dates: without a year nothing is guessed. Day before month, as the whole region writes.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from checks.words import fold, without_diacritics

_MONTHS = {
    # beginnings of month names without diacritics: lv, en, ru, et, lt; longer ones win
    "janv": 1, "jan": 1, "feb": 2, "mart": 3, "mar": 3, "apr": 4, "maij": 5, "may": 5, "mai": 5, "jun": 6,
    "jul": 7, "aug": 8, "sept": 9, "sep": 9, "okt": 10, "oct": 10, "nov": 11, "dec": 12,
    "янв": 1, "фев": 2, "мар": 3, "апр": 4, "май": 5, "мая": 5, "мае": 5, "июн": 6, "июл": 7, "авг": 8,
    "сен": 9, "окт": 10, "ноя": 11, "дек": 12,
    "jaan": 1, "veebr": 2, "marts": 3, "juun": 6, "juul": 7, "dets": 12,
    "saus": 1, "vasar": 2, "kov": 3, "baland": 4, "geguz": 5, "birzel": 6, "liep": 7, "rugpj": 8, "rugs": 9,
    "spal": 10, "lapkr": 11, "gruod": 12,
}  # fmt: skip
_LONGEST_FIRST = sorted(_MONTHS, key=len, reverse=True)
_ISO = re.compile(r"(?<!\d)(\d{4})-(\d{2})-(\d{2})(?!\d)")
_DOTTED = re.compile(r"(?<![\d.])(\d{1,2})[./](\d{1,2})[./](\d{4})(?!\d)")
_YEAR_FIRST = re.compile(r"(?<!\d)(\d{4})\.?\s*(?:gada|g\.|m\.|год[ау]?)?\s*(\d{1,2})\.?\s*([^\W\d]{3,})")
_YEAR_MONTH_DAY = re.compile(r"(?<!\d)(\d{4})\s*m\.\s*([^\W\d]{3,})\s*(\d{1,2})\s*d\b")
_DAY_FIRST = re.compile(r"(?<![\d.])(\d{1,2})\.?\s+([^\W\d]{3,})\.?,?\s+(\d{4})(?!\d)")
_MONTH_FIRST = re.compile(r"(?<!\w)([^\W\d]{3,})\.?\s+(\d{1,2}),?\s+(\d{4})(?!\d)")


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
    number = int(month) if month.isdigit() else _month(month)
    try:
        return date(int(year), number, int(day))
    except ValueError:
        return None


def _month(name: str) -> int:
    return next((_MONTHS[start] for start in _LONGEST_FIRST if name.startswith(start)), 0)


_PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = (
    (_ISO, "ymd"),
    (_DOTTED, "dmy"),
    (_YEAR_FIRST, "ydm"),
    (_YEAR_MONTH_DAY, "ymd"),
    (_DAY_FIRST, "dmy"),
    (_MONTH_FIRST, "mdy"),
)
