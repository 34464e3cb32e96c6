from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.dates import all_dates, is_older, local_day, parse_date, parse_instant, relative_date


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024. gada 5. martā", date(2024, 3, 5)),
        ("2024.gada 5.martā", date(2024, 3, 5)),
        ("2024. gada 5. marts", date(2024, 3, 5)),
        ("Publicēts: 15.10.2025.", date(2025, 10, 15)),
        ("2025. gada 30. septembrī", date(2025, 9, 30)),
        ("2025.\u00a0gada\u00a03.\u00a0augustā", date(2025, 8, 3)),
        ("5. marts, 2024", date(2024, 3, 5)),
        ("3. aug. 2025", date(2025, 8, 3)),
        ("12. jūnijā 2025", date(2025, 6, 12)),
        ("05.03.2024.", date(2024, 3, 5)),
        ("2024-03-05T10:00:00Z", date(2024, 3, 5)),
        ("5 March 2024", date(2024, 3, 5)),
        ("March 5, 2024", date(2024, 3, 5)),
        ("5 марта 2024 г.", date(2024, 3, 5)),
        ("12 мая 2025", date(2025, 5, 12)),
        ("5. märtsil 2024", date(2024, 3, 5)),
        ("1. jaanuar 2025", date(2025, 1, 1)),
        ("2024 m. kovo 5 d.", date(2024, 3, 5)),
        ("2024 m. gegužės 15 d.", date(2024, 5, 15)),
        ("2024.03.05", date(2024, 3, 5)),
        ("5.marts 2024", date(2024, 3, 5)),
        ("29. März 2014", date(2014, 3, 29)),
        ("12 września 2023", date(2023, 9, 12)),
        ("3. elokuuta 2024", date(2024, 8, 3)),
        ("14 maj 2024", date(2024, 5, 14)),
        ("1 giugno 2024", date(2024, 6, 1)),
        ("5 de marzo de 2024", date(2024, 3, 5)),
        ("5 décembre 2020", date(2020, 12, 5)),
        ("15 травня 2024", date(2024, 5, 15)),
        ("April 2nd, 2016", date(2016, 4, 2)),
        ("Sat, 02 Apr 2016 10:00:00 +0000", date(2016, 4, 2)),
    ],
)
def test_dates_are_read_as_the_region_writes_them(text: str, expected: date) -> None:
    assert parse_date(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "31.02.2024.",
        "12. janvāris",
        "tālrunis 67 013 013",
        "2024",
        "1.2.3.2024",
        "13.13.2024",
        "©2024 Iestāde",
        "3 decisions 2020",
        "2 market 2020",
        "10 maybe 2020",
        "",
    ],
)
def test_what_is_no_whole_date_is_not_guessed(text: str) -> None:
    assert parse_date(text) is None


def test_dates_come_in_the_texts_order() -> None:
    text = "No 2024. gada 5. marta līdz 15.04.2024."
    assert all_dates(text) == (date(2024, 3, 5), date(2024, 4, 15))


@given(st.dates(min_value=date(1000, 1, 1)))
def test_every_day_is_read_back_in_three_ways(day: date) -> None:
    months = "janvārī februārī martā aprīlī maijā jūnijā jūlijā augustā septembrī oktobrī novembrī decembrī"
    latvian = f"{day.year}. gada {day.day}. {months.split()[day.month - 1]}"
    assert parse_date(day.isoformat()) == day
    assert parse_date(f"{day.day:02}.{day.month:02}.{day.year}.") == day
    assert parse_date(latvian) == day


def test_an_instant_needs_its_zone() -> None:
    assert parse_instant("2024-03-05T10:00:00+0000") == datetime(2024, 3, 5, 10, tzinfo=UTC)
    assert parse_instant("2024-03-05T10:00:00.000Z") == datetime(2024, 3, 5, 10, tzinfo=UTC)
    assert parse_instant("2024-03-05T10:00:00") is None
    assert parse_instant("vakar") is None


def test_the_day_is_rigas() -> None:
    assert local_day(datetime(2025, 11, 19, 22, 30, tzinfo=UTC), "Europe/Riga") == date(2025, 11, 20)


def test_a_post_is_two_weeks_old_until_the_fourteenth_day_ends_in_riga() -> None:
    day = date(2025, 11, 6)
    last_minute = datetime(2025, 11, 20, 21, 59, tzinfo=UTC)
    assert not is_older(day, last_minute, 14, "Europe/Riga")
    assert is_older(day, last_minute + timedelta(minutes=1), 14, "Europe/Riga")


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("Vakar, 10:15", 1),
        ("šodien plkst. 9.30", 0),
        ("pirms 2 dienām", 2),
        ("pirms nedēļas", 7),
        ("pirms 3 stundām", 0),
        ("3 days ago", 3),
        ("2 недели назад", 14),
        ("wczoraj", 1),
    ],
)
def test_a_day_named_by_its_distance_is_counted_back(text: str, days: int) -> None:
    assert relative_date(text, date(2025, 11, 20)) == date(2025, 11, 20) - timedelta(days=days)


@pytest.mark.parametrize(
    "text", ["pirms mēneša", "5 dienas", "vakar notika sanāksme", "pirms 400 dienām", ""]
)
def test_what_names_no_day_by_distance_is_not_counted_back(text: str) -> None:
    assert relative_date(text, date(2025, 11, 20)) is None
