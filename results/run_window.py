"""Hours in which a run may begin work: pure functions of a moment, a window and a time zone."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import msgspec

_FORM = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)-([01]?\d|2[0-3]):([0-5]\d)")
_DAYS_LOOKED_AT = 3


class WindowError(ValueError):
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
            raise WindowError(f"{text!r} is no window; one looks like 20:00-06:00")
        hours = tuple(map(int, found.groups()))
        start, end = time(hours[0], hours[1]), time(hours[2], hours[3])
        if start == end:
            raise WindowError(f"{text!r} has no length; leave the window out for any time")
        return cls(start, end, zone)

    def is_open(self, moment: datetime) -> bool:
        """Whether the clock on the wall at an aware moment lies in the window."""
        wall = moment.astimezone(ZoneInfo(self.zone)).time()
        if self.start < self.end:
            return self.start <= wall < self.end
        return wall >= self.start or wall < self.end

    def opens(self, moment: datetime) -> datetime:
        """The moment itself where the window is open, else the next at which it opens, in UTC.

        An hour that the change to summer time leaves out opens when the clocks have gone forward.
        """
        if self.is_open(moment):
            return moment.astimezone(UTC)
        zone = ZoneInfo(self.zone)
        today = moment.astimezone(zone).date()
        days = (today + timedelta(days=number) for number in range(_DAYS_LOOKED_AT))
        # Through UTC and back, a time that does not exist becomes the one that the clocks show instead.
        starts = (datetime.combine(day, self.start, zone).astimezone(UTC) for day in days)
        return next(start for start in starts if start > moment)


def is_open(window: str, zone: str, moment: datetime) -> bool:
    """Whether work may begin at a moment; an empty window is always open. WindowError."""
    return not window or Window.parse(window, zone).is_open(moment)
