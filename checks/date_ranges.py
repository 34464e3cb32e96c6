"""Periods and deadlines in running text: "no 3. līdz 17. martam", "03.10.2023. - 16.10.2023.", "until 3 May".

Day before month, as the whole region writes. A day without a year gets one only from the other end of its
period, or from `near`, a day that is known to be close to it (the day of publication).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import date, timedelta

import msgspec

from checks.dates import all_dates
from checks.words import without_diacritics

_DAY, _YEAR = r"(?P<d>3[01]|[12]\d|0?[1-9])(?!\d)", r"(?P<y>(?:19|20)\d\d)"
_MONTH = (
    r"(?P<m>jan[a-z]*|feb[a-z]*|mar[a-z]*|apr[a-z]*|mai[a-z]*|may|jun[a-z]*|jul[a-z]*|aug[a-z]*|sep[a-z]*"
    r"|okt[a-z]*|oct[a-z]*|nov[a-z]*|dec[a-z]*|det[a-z]*|jaan[a-z]*|veebr[a-z]*|juun[a-z]*|juul[a-z]*"
    r"|saus[a-z]*|vasar[a-z]*|kov[a-z]*|baland[a-z]*|geguz[a-z]*|birz[a-z]*|liep[a-z]*|rugp[a-z]*|rugs[a-z]*"
    r"|spal[a-z]*|lapkr[a-z]*|gruod[a-z]*|янв[а-я]*|фев[а-я]*|мар[а-я]*|апр[а-я]*|ма[йяе]|июн[а-я]*|июл[а-я]*"
    r"|авг[а-я]*|сен[а-я]*|окт[а-я]*|ноя[а-я]*|дек[а-я]*)\b\.?"
)
_RANGE = r"(?=\s*(?:-|(?<=[\s.\d])(?:lidz|to|un|по|до|kuni|iki|bis)\s)\s*\d)"
"""After a bare day: the other end follows."""
_FORMS = (
    r"(?P<y>\d{4})-(?P<m>\d\d)-(?P<d>\d\d)(?!\d)",
    rf"{_DAY}[./](?P<m>0?[1-9]|1[0-2])[./]{_YEAR}(?!\d)\.?",
    rf"{_YEAR}\.?\s*(?:gada|g\.|m\.|года)?\s*{_DAY}\.?\s*{_MONTH}",
    rf"{_YEAR}\s*m\.\s*{_MONTH}\s*{_DAY}(?:\s*d\b\.?)?",
    rf"{_DAY}(?:\.|st|nd|rd|th)?\s+(?:of\s+)?{_MONTH},?\s*{_YEAR}(?!\d)",
    rf"{_MONTH}\s+{_DAY}(?:st|nd|rd|th)?,\s*{_YEAR}(?!\d)",
    rf"{_DAY}(?:\.|st|nd|rd|th)?\s+(?:of\s+)?{_MONTH}",
    rf"{_MONTH}\s+{_DAY}(?:\s*d\b\.?|st\b|nd\b|rd\b|th\b)?(?![\d:.]\d)",
    rf"{_DAY}\.(?P<m>0[1-9]|1[0-2])\.?(?!\d)",
    rf"{_YEAR}\.?\s*(?:gada|g\.|года)?\s*{_DAY}\.?{_RANGE}",
    rf"{_DAY}\.?{_RANGE}",
)
_MENTIONS = tuple(re.compile(rf"(?<![\w.,/]){form}") for form in _FORMS)
_ENDING = re.compile(
    r"\s*(?:d\.|g\.|г\.|года|gada)?\s*(?:\(\w+\)\s*)?(?:plkst\.?\s*|kell\s*)?(?:\d\d?[:.]\d\d)?\s*"
)
_JOIN = re.compile(
    r"\s*(?:-|lidz|un lidz|ir lidz|to|till|until|through|и по|по|до|kuni|iki|bis|do|al)\s*"
    r"(?:(?:the|dienai|plkst\.?\s*\d\d?[:.]\d\d)\s+)?"
)
_UNTIL = re.compile(
    r"(?<!\w)(?:lidz|not? velak ka|termin\w*|until|till|by|before|deadline\w*|due|closes|closing date|ends"
    r"|no later than|не позднее|до|по|срок\w*|kuni|hiljemalt|tahtaeg\w*|iki|ne veliau kaip|termin\w*|bis)"
    r"(?:\s*(?:[:\-]|is|on|ir|dienai|the|lidz|iki|до|kuni|s[ai] gada|s\.\s?g\."
    r"|kaesoleva aasta|siu metu))*\s*$"
)
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—−", "-") | {"\N{NO-BREAK SPACE}": " "})
_QUOTED = 60
_LONGEST = timedelta(days=400)
"""A period of participation is shorter; a longer one is a plan's or a term of office."""


class Period(msgspec.Struct, frozen=True):
    """Days from `start` (None: not said) to `end`, both inclusive, and the words around them."""

    start: date | None
    end: date
    quote: str

    def holds(self, day: date) -> bool:
        """Whether the day is in the period; one without a start has begun."""
        return (self.start is None or self.start <= day) and day <= self.end


class _Mention(msgspec.Struct, frozen=True):
    begin: int
    end: int
    year: int | None
    month: int | None
    day: int

    def resolved(self, year: int | None, month: int | None) -> date | None:
        at_year, at_month = self.year or year, self.month or month
        try:
            return date(at_year, at_month, self.day) if at_year and at_month else None
        except ValueError:
            return None


def periods(text: str, near: date | None = None) -> tuple[Period, ...]:
    """Periods and deadlines in the text's order; `near` gives the year to days without one: the first such
    day on or after it, or up to a month before.
    """
    original = unicodedata.normalize("NFC", text).translate(_DASHES)
    plain = "".join(_base(sign) for sign in original)
    found: list[Period] = []
    mentions = iter(_mentions(plain))
    before: _Mention | None = None
    for mention in mentions:
        if before and _JOIN.fullmatch(_ENDING.sub("", plain[before.end : mention.begin], count=1)):
            period = _between(before, mention, near)
            before = None
        else:
            before, period = mention, None
            if mention.month and _UNTIL.search(plain[max(0, mention.begin - 40) : mention.begin]):
                period = _deadline(mention, near)
        if period:
            found.append(Period(period[0], period[1], _quoted(original, mention)))
    return tuple(found)


def _quoted(text: str, mention: _Mention) -> str:
    """The words around a date, whole words only."""
    begin, end = max(0, mention.begin - _QUOTED), min(len(text), mention.end + _QUOTED)
    if begin and (space := text.find(" ", begin, mention.begin)) >= 0:
        begin = space
    if end < len(text) and (space := text.rfind(" ", mention.end, end)) >= 0:
        end = space
    return " ".join(text[begin:end].split())


def _base(sign: str) -> str:
    """One sign for one sign, so that places in the plain text are places in the original."""
    low = without_diacritics(sign.lower())
    return low if len(low) == 1 else sign


def _mentions(plain: str) -> Iterator[_Mention]:
    at = 0
    while digit := re.compile(r"\d|(?<!\w)[^\W\d]{3,}\.?\s+\d").search(plain, at):
        hits = [hit for form in _MENTIONS if (hit := form.match(plain, digit.start()))]
        if not hits:
            at = re.compile(r"\w+").match(plain, digit.start()).end()  # type: ignore[union-attr]  # it is at one
            continue
        # Forms go from the fullest to the barest; the first that fits says the most.
        yield _mention(hits[0])
        at = hits[0].end()


def _mention(hit: re.Match[str]) -> _Mention:
    parts = hit.groupdict()
    month = parts.get("m")
    return _Mention(
        begin=hit.start(),
        end=hit.end(),
        year=int(parts["y"]) if parts.get("y") else None,
        month=_month(month) if month else None,
        day=int(parts["d"]),
    )


def _month(name: str) -> int | None:
    """The month's number, by the names that `checks.dates` knows."""
    if name.isdigit():
        return int(name)
    found = all_dates(f"1 {name.rstrip('.')} 2000")
    return found[0].month if found else None


def _between(first: _Mention, last: _Mention, near: date | None) -> tuple[date | None, date] | None:
    if last.month is None:
        last = msgspec.structs.replace(last, month=first.month)
    if first.year and not last.year:
        start = first.resolved(None, last.month)
        end = _after(last, start) if start else None
    else:
        end = last.resolved(None, None) or (_after(last, near - timedelta(days=31)) if near else None)
        start = _up_to(first, end) if end else None
    if start is None or end is None or not timedelta(0) <= end - start <= _LONGEST:
        return None
    return start, end


def _after(mention: _Mention, day: date) -> date | None:
    """The mention's first day on or after `day`."""
    years = (mention.year,) if mention.year else (day.year, day.year + 1)
    found = (mention.resolved(year, None) for year in years)
    return next((one for one in found if one and one >= day), None)


def _up_to(mention: _Mention, day: date) -> date | None:
    """The mention's last day on or before `day`."""
    years = (mention.year,) if mention.year else (day.year, day.year - 1)
    found = (mention.resolved(year, day.month) for year in years)
    return next((one for one in found if one and one <= day), None)


def _deadline(mention: _Mention, near: date | None) -> tuple[date | None, date] | None:
    end = mention.resolved(None, None) or (_after(mention, near - timedelta(days=31)) if near else None)
    return (None, end) if end else None
