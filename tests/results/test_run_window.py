"""Windows over midnight, and when the clocks change."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from results.run_window import Window, WindowError, is_open

RIGA = "Europe/Riga"
NIGHT = Window.parse("20:00-06:00", RIGA)


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ("2026-11-21T19:59:59+02:00", False),
        ("2026-11-21T20:00:00+02:00", True),
        ("2026-11-22T00:30:00+02:00", True),
        ("2026-11-22T05:59:59+02:00", True),
        ("2026-11-22T06:00:00+02:00", False),
        # The same wall time in summer is another moment in UTC.
        ("2026-06-21T17:00:00+00:00", True),
        ("2026-11-21T17:00:00+00:00", False),
    ],
)
def test_the_clock_on_the_wall_decides(when: str, expected: bool) -> None:
    assert NIGHT.is_open(moment(when)) is expected


def test_a_window_within_a_day() -> None:
    day = Window.parse("9:00-17:00", RIGA)
    assert [day.is_open(moment(f"2026-11-21T{hour:02}:00:00+02:00")) for hour in (8, 9, 16, 17)] == [
        False, True, True, False,
    ]  # fmt: skip


def test_no_window_is_always_open() -> None:
    assert is_open("", RIGA, moment("2026-11-21T12:00:00+02:00"))


@pytest.mark.parametrize(
    ("window", "from_", "opens"),
    [
        ("20:00-06:00", "2026-11-21T12:00:00+02:00", "2026-11-21T18:00:00+00:00"),
        ("20:00-06:00", "2026-11-21T23:00:00+02:00", "2026-11-21T21:00:00+00:00"),
        # On 29 March 2026 the clocks go from 03:00 to 04:00; on 25 October from 04:00 to 03:00.
        ("03:30-05:00", "2026-03-29T00:00:00+02:00", "2026-03-29T01:00:00+00:00"),
        ("03:30-05:00", "2026-10-25T00:00:00+03:00", "2026-10-25T00:30:00+00:00"),
        ("03:10-03:50", "2026-03-29T00:00:00+02:00", "2026-03-30T00:10:00+00:00"),
        ("03:10-03:50", "2026-10-25T03:55:00+03:00", "2026-10-25T01:10:00+00:00"),
    ],
)
def test_the_next_opening(window: str, from_: str, opens: str) -> None:
    assert Window.parse(window, RIGA).opens(moment(from_)) == moment(opens)


@pytest.mark.parametrize("text", ["", "at night", "24:00-06:00", "20:00-20:00", "20:00", "20:60-06:00"])
def test_what_is_no_window_is_refused(text: str) -> None:
    with pytest.raises(WindowError):
        Window.parse(text, RIGA)


_MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1)).map(lambda one: one.replace(tzinfo=UTC))  # noqa: DTZ001 - made aware in the same line
_WALLS = st.times().map(lambda one: f"{one:%H:%M}")


@given(_MOMENTS, _WALLS, _WALLS, st.sampled_from([RIGA, "UTC", "America/St_Johns", "Australia/Lord_Howe"]))
def test_it_opens_at_the_moment_told_and_within_two_days(
    now: datetime, start: str, end: str, zone: str
) -> None:
    if start == end:
        return
    window = Window.parse(f"{start}-{end}", zone)
    opens = window.opens(now)
    assert now <= opens <= now + timedelta(hours=49)
    assert window.is_open(opens)
    assert (opens == now) is window.is_open(now)
