"""Cron as crontab(5) means it, against a matcher that knows nothing of APScheduler; changes of the clocks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from schedules.cron import Cron, WallClockTrigger, moment_of
from schedules.errors import SettingsError

RIGA = ZoneInfo("Europe/Riga")
PLAIN = ZoneInfo("Etc/GMT-2")
NAMES = {name: value for value, name in enumerate(["sun", "mon", "tue", "wed", "thu", "fri", "sat"])}
NAMES |= {
    name: value
    for value, name in enumerate(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1
    )
}


def trigger(text: str, zone: ZoneInfo = RIGA) -> WallClockTrigger:
    return WallClockTrigger(Cron.parse(text), zone)


def matches(text: str, wall: datetime) -> bool:
    """What crontab(5) says, minute by minute."""
    minute, hour, *_ = text.split()
    return one_of(minute, wall.minute, 0, 59) and one_of(hour, wall.hour, 0, 23) and on_date(text, wall)


def on_date(text: str, wall: datetime) -> bool:
    _, _, day, month, weekday = text.lower().split()
    on_day = one_of(day, wall.day, 1, 31)
    on_weekday = any(one_of(weekday, number, 0, 7) for number in {wall.isoweekday() % 7, wall.isoweekday()})
    restricted = day[0] != "*" and weekday[0] != "*"
    days = (on_day or on_weekday) if restricted else (on_day and on_weekday)
    return one_of(month, wall.month, 1, 12) and days


def one_of(field: str, value: int, least: int, most: int) -> bool:
    return any(in_item(item, value, least, most) for item in field.split(","))


def in_item(item: str, value: int, least: int, most: int) -> bool:
    span, _, step = item.partition("/")
    low, _, high = span.partition("-")
    if span == "*":
        first, last = least, most
    else:
        first = int(NAMES.get(low, low))
        last = first if not high else 7 if high == "sun" else int(NAMES.get(high, high))
    return first <= value <= last and (value - first) % int(step or 1) == 0


def items(least: int, most: int, names: list[str]) -> st.SearchStrategy[str]:
    numbers = st.integers(least, most)
    spans = st.tuples(numbers, numbers).map(lambda pair: f"{min(pair)}-{max(pair)}")
    stepped = st.tuples(st.one_of(st.just("*"), spans), st.integers(1, 9)).map(
        lambda pair: f"{pair[0]}/{pair[1]}"
    )
    named = st.sampled_from(names) if names else numbers.map(str)
    return st.one_of(st.just("*"), numbers.map(str), spans, stepped, named)


def fields(least: int, most: int, *names: str) -> st.SearchStrategy[str]:
    return st.lists(items(least, most, list(names)), min_size=1, max_size=3).map(",".join)


crons = st.tuples(
    fields(0, 59),
    fields(0, 23),
    fields(1, 28),
    fields(1, 12, "jan", "JUN", "Dec"),
    fields(0, 7, "sun", "Fri", "mon-fri", "fri-sun", "sun-tue"),
).map(" ".join)


@settings(max_examples=150)
@given(text=crons, start=st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1)))  # noqa: DTZ001 - a wall
@example("0 2 1 */3 *", datetime(2026, 12, 31, 23, 59))  # noqa: DTZ001
@example("0 0 * * 0", datetime(2026, 11, 21))  # noqa: DTZ001
@example("0 0 * * 7", datetime(2026, 11, 21))  # noqa: DTZ001
@example("0 0 13 * 5", datetime(2026, 11, 21))  # noqa: DTZ001
@example("0 0 */2 * 1", datetime(2026, 11, 21))  # noqa: DTZ001
def test_it_fires_in_exactly_the_minutes_that_cron_would(text: str, start: datetime) -> None:
    found = trigger(text, PLAIN)
    moment = start.replace(second=0, microsecond=0, tzinfo=PLAIN)
    for _ in range(3):
        fires = found.next_after(moment)
        assert fires is not None
        assert matches(text, fires.astimezone(PLAIN))
        assert not any(matches(text, wall) for wall in between(text, moment, fires.astimezone(PLAIN)))
        moment = fires.astimezone(PLAIN)


def between(text: str, after: datetime, until: datetime) -> Iterator[datetime]:
    """All minutes between two, but those of days on which nothing can fire."""
    minute = after + timedelta(minutes=1)
    while minute < until:
        if on_date(text, minute):
            yield minute
            minute += timedelta(minutes=1)
        else:
            minute = minute.replace(hour=0, minute=0) + timedelta(days=1)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("0 2 1 *", "it takes five fields"),
        ("60 2 1 * *", "the minute '60'"),
        ("0 2 0 * *", "the day of month '0'"),
        ("0 2 * 13 *", "the month '13'"),
        ("0 2 * * 8", "the weekday '8'"),
        ("0 2 * * 6-1", "in that order"),
        ("0 2 * * noday", "the weekday"),
        ("5/10 * * * *", "write 5-59/10"),
        ("*/0 * * * *", "minute"),
        ("a b c d e", "minute"),
        ("1,,2 * * * *", "can't be read"),
        ("0 0 30 2 *", "never fires"),
        ("0 0 31 4,6 *", "never fires"),
        ("@daily", "five fields"),
        ("²  * * * *", "minute"),
    ],
)
def test_what_is_no_cron_is_refused_with_its_field(text: str, said: str) -> None:
    with pytest.raises(SettingsError, match=r".") as caught:
        Cron.parse(text)
    assert said in str(caught.value)


def test_a_leap_day_is_waited_for() -> None:
    assert trigger("0 12 29 2 *").next_after(datetime(2026, 11, 21, tzinfo=UTC)) == datetime(
        2028, 2, 29, 10, tzinfo=UTC
    )


def firings(text: str, start: datetime, end: datetime) -> list[datetime]:
    found, moment = [], start
    while (fires := trigger(text).next_after(moment)) is not None and fires < end:
        found.append(fires)
        moment = fires
    return found


def test_the_hour_that_spring_leaves_out_fires_once_when_it_is_over() -> None:
    # On 2027-03-28 clocks in Rīga go from 03:00 to 04:00, which is 01:00 UTC.
    days = firings("30 3 * * *", datetime(2027, 3, 27, tzinfo=UTC), datetime(2027, 3, 30, tzinfo=UTC))
    assert [f"{one:%d %H:%M}" for one in days] == ["27 01:30", "28 01:00", "29 00:30"]
    quarter = firings(
        "*/15 3,4 * * *", datetime(2027, 3, 28, tzinfo=UTC), datetime(2027, 3, 28, 3, tzinfo=UTC)
    )
    assert [f"{one:%H:%M}" for one in quarter] == ["01:00", "01:15", "01:30", "01:45"]


def test_the_hour_that_comes_twice_in_autumn_fires_once() -> None:
    # On 2027-10-31 clocks in Rīga go from 04:00 back to 03:00, which is 01:00 UTC.
    days = firings("30 3 * * *", datetime(2027, 10, 30, tzinfo=UTC), datetime(2027, 11, 2, tzinfo=UTC))
    assert [f"{one:%d %H:%M}" for one in days] == ["30 00:30", "31 00:30", "01 01:30"]
    # Asked in the middle of the second passing, it does not fire again.
    again = trigger("30 3 * * *").next_after(datetime(2027, 10, 31, 1, 10, tzinfo=UTC))
    assert again == datetime(2027, 11, 1, 1, 30, tzinfo=UTC)


@given(
    wall=st.datetimes(datetime(2027, 3, 27), datetime(2027, 11, 2)),  # noqa: DTZ001 - a wall
    zone=st.sampled_from(["Europe/Riga", "America/New_York", "Australia/Lord_Howe", "UTC"]),
)
def test_a_later_wall_is_never_an_earlier_moment(wall: datetime, zone: str) -> None:
    at = [
        moment_of(wall.replace(microsecond=0) + timedelta(minutes=step), ZoneInfo(zone))
        for step in range(0, 200, 7)
    ]
    assert all(first <= second for first, second in pairwise(at))
    shown = at[0].astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    assert shown >= wall.replace(microsecond=0)
