"""Dates and numbers as people of the language spoken write them; what machines read stays ISO 8601."""

from __future__ import annotations

from datetime import date, datetime

from results.language import Language, language

_NUMBERS = {Language.EN: "en", Language.LV: "lv"}
_DATES = {Language.EN: "en_SE", Language.LV: "lv"}
"""CLDR's English of Sweden has ISO dates: nobody takes their day for the month."""


def day(moment: date) -> str:
    """`2026-11-21`, `21.11.2026.`"""
    from babel.dates import format_skeleton  # slow to import, and few commands tell a date

    return format_skeleton("yMd", moment, locale=_DATES[language()])


def minute(moment: datetime) -> str:
    """`2026-11-21 15:45`, by the moment's own clock."""
    return f"{day(moment)} {moment:%H:%M}"


def weekday_minute(moment: datetime) -> str:
    """`Sat 2026-11-21 15:45`, by the moment's own clock."""
    from babel.dates import format_date

    return f"{format_date(moment, 'EEE', locale=_DATES[language()])} {minute(moment)}"


def number(value: float) -> str:
    """`20,000` and `12.5`; at most one decimal."""
    from babel.numbers import format_decimal

    return format_decimal(value, "#,##0.#", locale=_NUMBERS[language()])
