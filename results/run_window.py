"""Hours in which a run may begin work: pure functions of a moment, a window and a time zone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import msgspec

from results.language import N_
from results.spoken_errors import SpokenError

_FORM = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)-([01]?\d|2[0-3]):([0-5]\d)")
_DAYS_LOOKED_AT = 4


class WindowError(SpokenError, ValueError):
    """What was given is no window; `str()` says what one looks like."""


class Window(msgspec.Struct, frozen=True):
    """From one time of day to another, the end excluded; over midnight where the end is not later."""

    start: time
    end: time
    zone: str

    @classmethod
    def parse(cls, text: str, zone: str) -> Window:
        """The window written `20:00-06:00`, in an IANA time zone. WindowError."""
        found = _FORM.fullmatch(text.strip())
        if found is None:
            raise WindowError(N_("{text!r} is no window; one looks like 20:00-06:00"), text=text)
        hours = tuple(map(int, found.groups()))
        start, end = time(hours[0], hours[1]), time(hours[2], hours[3])
        if start == end:
            raise WindowError(N_("{text!r} has no length; leave the window out for any time"), text=text)
        return cls(start, end, zone)

    def is_open(self, moment: datetime) -> bool:
        """Whether the clock on the wall at an aware moment lies in the window."""
        wall = moment.astimezone(ZoneInfo(self.zone)).time()
        if self.start < self.end:
            return self.start <= wall < self.end
        return wall >= self.start or wall < self.end

    def opens(self, moment: datetime) -> datetime:
        """The moment itself where the window is open, else the next at which it opens, in UTC.

        Where the change to summer time leaves its start out, it opens with the change if it does at all.
        """
        if self.is_open(moment):
            return moment.astimezone(UTC)
        today = moment.astimezone(ZoneInfo(self.zone)).date()
        days = (today + timedelta(days=number) for number in range(_DAYS_LOOKED_AT))
        starts = (start for day in days for start in self._starts(day))
        return next(start for start in starts if start > moment and self.is_open(start))

    def _starts(self, day: date) -> Iterator[datetime]:
        """When the window may open on a day: one moment, or each minute about a change of the clocks."""
        wall = datetime.combine(day, self.start, ZoneInfo(self.zone))
        first, last = sorted(wall.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
        minutes = (last - first) // timedelta(minutes=1)
        return (first + timedelta(minutes=minute) for minute in range(minutes + 1))


def is_open(window: str, zone: str, moment: datetime) -> bool:
    """Whether work may begin at a moment; an empty window is always open. WindowError."""
    return not window or Window.parse(window, zone).is_open(moment)
