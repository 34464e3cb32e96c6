"""Dates and numbers as people write them."""

from __future__ import annotations

from datetime import UTC, datetime

from results.language import Language, speaking
from results.written import day, minute, number, weekday_minute

MOMENT = datetime(2026, 11, 1, 5, 4, tzinfo=UTC)


def test_english_keeps_iso_dates_and_latvian_has_its_own() -> None:
    assert (day(MOMENT), minute(MOMENT)) == ("2026-11-01", "2026-11-01 05:04")
    assert weekday_minute(MOMENT) == "Sun 2026-11-01 05:04"
    with speaking(Language.LV):
        assert (day(MOMENT), minute(MOMENT)) == ("1.11.2026.", "1.11.2026. 05:04")
        assert weekday_minute(MOMENT) == "svētd. 1.11.2026. 05:04"


def test_numbers_have_the_marks_of_the_language_and_at_most_one_decimal() -> None:
    assert [number(one) for one in (20_000, 12.5, 10.0, 0.04)] == ["20,000", "12.5", "10", "0"]
    with speaking(Language.LV):
        assert [number(one) for one in (20_000, 12.5)] == ["20\N{NO-BREAK SPACE}000", "12,5"]
