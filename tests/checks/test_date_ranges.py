from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.date_ranges import periods

NEAR = date(2026, 11, 1)
MARCH = (date(2026, 3, 3), date(2026, 3, 17))
UNTIL = (None, date(2026, 3, 3))
MONTHS = [
    "janvāra",
    "februāra",
    "marta",
    "aprīļa",
    "maija",
    "jūnija",
    "jūlija",
    "augusta",
    "septembra",
    "oktobra",
    "novembra",
    "decembra",
]
GENITIVE_RU = [
    "января",
    "февраля",
    "марта",
    "апреля",
    "мая",
    "июня",
    "июля",
    "августа",
    "сентября",
    "октября",
    "ноября",
    "декабря",
]


def spans(text: str, near: date | None = None) -> list[tuple[date | None, date]]:
    return [(one.start, one.end) for one in periods(text, near)]


@pytest.mark.parametrize(
    "text",
    [
        "no 3. līdz 17. martam 2026",
        "no 2026. gada 3. līdz 17. martam",
        "No 2026. gada 3. marta līdz 17. martam",
        "3.–17. martā 2026",
        "03.–17.03.2026",
        "03.03.–17.03.2026",
        "Norises laiks 03.03.2026. - 17.03.2026.",
        "no 2026. gada 3. marta plkst. 9.00 līdz 2026. gada 17. martam",
        "from 3 to 17 March 2026",
        "3 March – 17 March 2026",
        "from March 3, 2026 to March 17, 2026",
        "с 3 по 17 марта 2026 года",
        "3.–17. märts 2026",
        "3. märtsist kuni 17. märtsini 2026",
        "nuo 2026 m. kovo 3 d. iki 2026 m. kovo 17 d.",
        "nuo 2026 m. kovo 3 d. iki kovo 17 d.",
        "2026-03-03 – 2026-03-17",
    ],
)
def test_periods_are_read_in_every_form(text: str) -> None:
    assert spans(text) == [MARCH]


@pytest.mark.parametrize(
    "text",
    [
        "Priekšlikumus līdz 2026. gada 3. martam",
        "līdz 2026.gada 3.martam",
        "Termiņš: 03.03.2026.",
        "līdz 2026. gada 3. martam plkst. 17.00",
        "until 3 March 2026",
        "by March 3, 2026",
        "Deadline: 3 March 2026",
        "до 3 марта 2026 г.",
        "kuni 3. märtsini 2026",
        "iki 2026 m. kovo 3 d.",
        "iki 2026-03-03",
    ],
)
def test_deadlines_are_periods_without_a_beginning(text: str) -> None:
    assert spans(text) == [UNTIL]


@pytest.mark.parametrize(
    "text",
    [
        "2026. gada 3. martā",
        "plkst. 9.00 līdz 17.00",
        "Darba laiks 8:30-17:00",
        "no 2021. līdz 2027. gadam",
        "tālr. 67 082 924",
        "līdz 5. novembrim",
        "no 31. februāra līdz 35. martam 2026",
        "17.03.2026. - 03.03.2026.",
        "",
    ],
)
def test_what_is_no_whole_period_is_none(text: str) -> None:
    assert spans(text) == []


def test_a_day_without_a_year_takes_it_from_the_day_of_publication() -> None:
    assert spans("līdz 5. novembrim", NEAR) == [(None, date(2026, 11, 5))]
    assert spans("no 18. oktobra līdz 5. novembrim", NEAR) == [(date(2026, 10, 18), date(2026, 11, 5))]
    assert spans("no 15. decembra līdz 10. janvārim", NEAR) == [(date(2026, 12, 15), date(2027, 1, 10))]
    assert spans("Līdz š.g. 14. jūnijam", date(2026, 6, 2)) == [(None, date(2026, 6, 14))]


def test_both_ends_belong_to_a_period_and_the_quote_is_the_page_s_own() -> None:
    (found,) = periods("Publiskā apspriešana notiek no 2026. gada 3. marta līdz 17. martam.")
    held = [day for day in range(1, 31) if found.holds(date(2026, 3, day))]
    assert (held[0], held[-1]) == (3, 17)
    assert found.quote == "Publiskā apspriešana notiek no 2026. gada 3. marta līdz 17. martam."


@given(
    start=st.dates(date(2000, 1, 1), date(2050, 1, 1)),
    days=st.integers(0, 300),
    form=st.sampled_from(
        [
            lambda day: f"{day:%d.%m.%Y}.",
            lambda day: f"{day.isoformat()}",
            lambda day: f"{day.year}. gada {day.day}. {MONTHS[day.month - 1]}",
            lambda day: f"{day.day} {GENITIVE_RU[day.month - 1]} {day.year} г.",
        ]
    ),
)
def test_two_whole_dates_with_a_dash_are_that_period(
    start: date, days: int, form: Callable[[date], str]
) -> None:
    end = start + timedelta(days=days)
    assert spans(f"Laiks: {form(start)} – {form(end)}") == [(start, end)]


@given(st.text(alphabet="0123456789. -–līdzmartano", max_size=80))
def test_no_text_breaks_it(text: str) -> None:
    for one in periods(text, NEAR):
        assert one.start is None or one.start <= one.end
