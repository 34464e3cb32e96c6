"""Five cron fields as crontab(5) means them, on the clock on the wall, fired by APScheduler.

APScheduler's own reading of a crontab takes weekday 0 for Monday and refuses 7, so each field is worked out
here and handed over as a plain list of values.

- Fields: minute, hour, day of month, month, weekday. Lists, ranges and steps (`1,15`, `8-18/2`, `*/3`);
  months and weekdays by their English names too; weekdays 0 and 7 are Sunday.
- Day of month and weekday: where both are given, either is enough; where one begins with `*`, both must hold.
  That is what cron does (a `*/2` begins with `*`).
- A change of the clocks: what stands in the hour left out fires when the clocks have gone forward; what
  stands in the hour that comes twice fires the first time. Never twice, never not at all.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.combining import OrTrigger
from apscheduler.triggers.cron import CronTrigger

from results.language import N_
from results.spoken_errors import Word
from schedules.errors import SettingsError

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_LONGEST = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_ITEM = re.compile(r"(?:\*|(?P<first>\w+)(?:-(?P<last>\w+))?)(?:/(?P<step>\d+))?")
_EXAMPLE = N_('five fields as in "0 2 1 */3 *": minute, hour, day of month, month, weekday')


class Cron(msgspec.Struct, frozen=True, kw_only=True):
    """When to fire, as sets of values."""

    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    days: tuple[int, ...]
    months: tuple[int, ...]
    weekdays: tuple[int, ...]
    """0 is Sunday."""
    either_day: bool
    """Whether day of month or weekday is enough."""

    @classmethod
    def parse(cls, text: str) -> Cron:
        """What five fields mean. SettingsError, with the field at fault."""
        fields = text.split()
        if len(fields) != len(_RANGES):
            raise SettingsError(
                N_("--cron {text!r} can't be read; it takes {example}"),
                text=text,
                example=Word(_EXAMPLE),
            )
        values = [_values(field, *of) for field, of in zip(fields, _RANGES, strict=True)]
        cron = cls(
            minutes=values[0],
            hours=values[1],
            days=values[2],
            months=values[3],
            weekdays=tuple(sorted({day % 7 for day in values[4]})),
            either_day=not (fields[2].startswith("*") or fields[4].startswith("*")),
        )
        if not cron.either_day and all(min(cron.days) > _LONGEST[month - 1] for month in cron.months):
            raise SettingsError(
                N_("--cron {text!r} never fires: no such month has day {min}"), text=text, min=min(cron.days)
            )
        return cron


_RANGES = (
    (N_("minute"), 0, 59, ()),
    (N_("hour"), 0, 23, ()),
    (N_("day of month"), 1, 31, ()),
    (N_("month"), 1, 12, _MONTHS),
    (N_("weekday"), 0, 7, _WEEKDAYS),
)


def _values(field: str, name: str, least: int, most: int, names: tuple[str, ...]) -> tuple[int, ...]:
    found: set[int] = set()
    for item in field.lower().split(","):
        parts = _ITEM.fullmatch(item)
        if parts is None or (parts["step"] and parts["first"] and not parts["last"]):
            if parts is None:
                raise SettingsError(
                    N_("the {name} {field!r} of --cron can't be read"), name=Word(name), field=field
                )
            meant = f"{parts['first']}-{most}/{parts['step']}"
            raise SettingsError(
                N_("the {name} {field!r} of --cron can't be read; write {meant}"),
                name=Word(name),
                field=field,
                meant=meant,
            )
        first = least if parts["first"] is None else _number(parts["first"], names, least)
        last = first if parts["last"] is None else _number(parts["last"], names, least)
        if parts["first"] is None:
            last = most
        if names is _WEEKDAYS and parts["last"] == "sun":
            last = 7
        step = int(parts["step"] or 1)
        if not (least <= first <= last <= most) or step < 1:
            raise SettingsError(
                N_("the {name} {field!r} of --cron is not within {least}-{most}, in that order"),
                name=Word(name),
                field=field,
                least=least,
                most=most,
            )
        found.update(range(first, last + 1, step))
    return tuple(sorted(found))


def _number(text: str, names: tuple[str, ...], least: int) -> int:
    """-1, which is within no range, for what is neither number nor name."""
    if text in names:
        return names.index(text) + least
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 2 else -1


class WallClockTrigger(BaseTrigger):  # type: ignore[misc]  # APScheduler has no types
    """Fires by the clock on the wall of a time zone, once for each time that it should show."""

    def __init__(self, cron: Cron, zone: ZoneInfo) -> None:
        self.cron, self.zone = cron, zone
        # APScheduler reckons with walls as if they were UTC, which has no change of clocks.
        self._walls = _walls(cron)

    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime | None:
        """The next moment after the previous one, or from now on."""
        return self.next_after(previous_fire_time or now - timedelta(microseconds=1))

    def next_after(self, moment: datetime) -> datetime | None:
        """The first moment to fire at that is later than an aware one, in UTC; None where there is none."""
        wall = moment.astimezone(self.zone).replace(tzinfo=UTC)
        while True:
            wall = self._walls.get_next_fire_time(None, wall)
            if wall is None:
                return None
            fires = moment_of(wall.replace(tzinfo=None), self.zone)
            if fires > moment:
                return fires
            wall += timedelta(seconds=1)


def _walls(cron: Cron) -> BaseTrigger:
    at = {"minute": _listed(cron.minutes), "hour": _listed(cron.hours), "month": _listed(cron.months)}
    days = {"day": _listed(cron.days)}
    weekdays = {"day_of_week": ",".join(_WEEKDAYS[day] for day in cron.weekdays)}

    def trigger(on: dict[str, Any]) -> CronTrigger:
        return CronTrigger(**at, **on, second="0", timezone=UTC)

    return OrTrigger([trigger(days), trigger(weekdays)]) if cron.either_day else trigger(days | weekdays)


def _listed(values: tuple[int, ...]) -> str:
    return ",".join(map(str, values))


def moment_of(wall: datetime, zone: ZoneInfo) -> datetime:
    """When a clock in the zone first shows a time, in UTC; when it has gone past, where it never shows it."""
    first = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if first.astimezone(zone).replace(tzinfo=None) == wall:
        return first
    before, after = wall.replace(tzinfo=zone, fold=1).astimezone(UTC), first
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) // 2
        if middle.astimezone(zone).replace(tzinfo=None) < wall:
            before = middle
        else:
            after = middle
    return after.replace(microsecond=0)
