from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.hours import opening_hours, working_hours_words
from checks.weekdays import ALL_DAYS, WORKING_DAYS, tables

OFFICE = (("08:30", "17:00"),)


@pytest.mark.parametrize(
    ("text", "days", "times"),
    [
        ("P.–Pk. 8.30–17.00", WORKING_DAYS, OFFICE),
        ("darba dienās no plkst. 8.30 līdz 17.00", WORKING_DAYS, OFFICE),
        ("no pirmdienas līdz piektdienai 9.00–16.00", WORKING_DAYS, (("09:00", "16:00"),)),
        ("Pirmdienās un ceturtdienās 14.00-17.00", (1, 4), (("14:00", "17:00"),)),
        ("P., O., T., C. 8.30-17.00", (1, 2, 3, 4), OFFICE),
        ("Mon–Fri 9am-5pm", WORKING_DAYS, (("09:00", "17:00"),)),
        ("9am to 5pm, Monday to Friday", WORKING_DAYS, (("09:00", "17:00"),)),
        ("Monday, Wednesday and Friday from 1-5 p.m.", (1, 3, 5), (("13:00", "17:00"),)),
        ("Пн–Пт с 9:00 до 18:00", WORKING_DAYS, (("09:00", "18:00"),)),
        ("E–R 9–17", WORKING_DAYS, (("09:00", "17:00"),)),
        ("Esmaspäevast reedeni kell 9.00–17.00", WORKING_DAYS, (("09:00", "17:00"),)),
        ("I–V 8.00–17.00", WORKING_DAYS, (("08:00", "17:00"),)),
        ("Pirmadienis – ketvirtadienis 8.00–17.00 val.", (1, 2, 3, 4), (("08:00", "17:00"),)),
        ("Mo-Fr 8-12 Uhr", WORKING_DAYS, (("08:00", "12:00"),)),
        ("maanantaista perjantaihin klo 9–15", WORKING_DAYS, (("09:00", "15:00"),)),
        ("katru dienu 9:00–21:00", ALL_DAYS, (("09:00", "21:00"),)),
        ("Pirmdiena: 8.30–12.30, 13.00–17.00", (1,), (("08:30", "12:30"), ("13:00", "17:00"))),
        ("tālr. 67012345, 8.30-17.00", (), OFFICE),
        ("P.-Pk. 8.30-17.00 (pārtraukums 12.00-12.45)", WORKING_DAYS, OFFICE),
    ],
)
def test_days_and_times_are_read_as_a_person_reads_them(
    text: str, days: tuple[int, ...], times: tuple[tuple[str, str], ...]
) -> None:
    (found,) = opening_hours(text)
    assert (found.days, found.times, found.round_the_clock) == (days, times, False)


@pytest.mark.parametrize(
    "text",
    [
        "no 12.05.2024. - 15.06.2024.",
        "01.10.-15.10.",
        "cena 10.00 - 12.00 EUR",
        "lpp. 9-17",
        "2023-2024",
        "67 222 333-444",
        "10.00–10.15",
        "MK noteikumi Nr. 12-15",
        "no 17.00 līdz 9.00 %",
        "",
    ],
)
def test_dates_prices_and_numbers_are_no_hours(text: str) -> None:
    assert opening_hours(text) == ()


@pytest.mark.parametrize(
    "text", ["24/7", "visu diennakti", "round the clock", "круглосуточно", "ööpäevaringselt", "visą parą"]
)
def test_round_the_clock_is_said_in_words(text: str) -> None:
    (found,) = opening_hours(f"Zvaniet {text}.")
    assert found.round_the_clock
    assert found.quote == text


def test_midnight_to_midnight_is_round_the_clock_only_without_days_off() -> None:
    assert opening_hours("katru dienu 0.00–24.00")[0].round_the_clock
    assert not opening_hours("darba dienās 0.00–24.00")[0].round_the_clock


def test_each_day_of_a_table_keeps_its_own_hours() -> None:
    text = "Pirmdiena 8.30–18.00 Otrdiena 8.30–17.00 Trešdiena slēgts Piektdiena 8.30–15.00"
    found = [(one.days, one.times[0][1]) for one in opening_hours(text)]
    assert found == [((1,), "18:00"), ((2,), "17:00"), ((5,), "15:00")]


def test_another_kind_of_day_is_not_counted_to_the_working_days() -> None:
    usual, before_feasts = opening_hours("Darba dienās: 8.30 - 17.00 Pirmssvētku dienās: 8.30-16.00")
    assert (usual.times, before_feasts.days) == (OFFICE, ())


def test_one_letter_means_another_day_in_each_language() -> None:
    assert opening_hours("T 9.00–12.00", "lv")[0].days == (3,)
    assert opening_hours("T 9.00–12.00", "et")[0].days == (2,)


def test_the_quote_is_the_text_itself() -> None:
    text = "Tālrunis 67000000 (darba dienās\n 9.00–17.00), e-pasts"
    (found,) = opening_hours(text)
    assert text[found.start : found.end].split() == found.quote.split()
    assert found.quote == "darba dienās 9.00–17.00"


@pytest.mark.parametrize(
    "text", ["zvaniet darba laikā", "during working hours", "в рабочее время", "darbo metu"]
)
def test_working_hours_without_times_are_told_apart(text: str) -> None:
    assert working_hours_words(text)
    assert opening_hours(text) == ()


def test_every_language_names_seven_days_twice() -> None:
    for table in tables().values():
        assert (len(table.names), len(table.short)) == (7, 7)


@given(
    st.integers(0, 6),
    st.integers(0, 6),
    st.integers(0, 22),
    st.sampled_from(["00", "05", "30", "55"]),
    st.sampled_from(["–", " - ", "-"]),
    st.sampled_from(sorted(tables())),
)
def test_full_names_and_times_are_read_in_every_language(
    first: int, last: int, hour: int, minute: str, dash: str, language: str
) -> None:
    names = tables()[language].names
    days = f"{names[first]}{dash}{names[last]}" if first < last else names[first]
    (found,) = opening_hours(f"{days} {hour}:{minute}{dash}{hour + 1}:{minute}", language)
    assert found.times == ((f"{hour:02}:{minute}", f"{hour + 1:02}:{minute}"),)
    assert found.days == (tuple(range(first + 1, last + 2)) if first < last else (first + 1,))


@given(st.text(max_size=200))
def test_any_text_can_be_read(text: str) -> None:
    for found in opening_hours(text):
        assert 0 <= found.start < found.end <= len(text)
        assert found.times or found.round_the_clock
