"""The codebook: every code that is answered, in the annex's order, then ours, with its legal answers."""

from __future__ import annotations

from datetime import date
from functools import cache

import msgspec

from checks import questionnaire
from checks.check import own_labels
from checks.questionnaire import By, Entry, Kind
from results.exports.glosses import ENGLISH

_YES_NO = {1: "jā", 0: "nē"}


class Code(msgspec.Struct, frozen=True, kw_only=True):
    """One code, as every export names it."""

    code: str
    kind: Kind
    by: By
    question: str
    """Latvian; the study's codes: the annex's wording."""
    item: str = ""
    question_en: str = ""
    """Of the study's codes, of items the item: a gloss."""
    legal: dict[int, str]
    """Legal values with their wording; empty for text and dates."""

    @property
    def wording(self) -> str:
        """The question, with the item where it has one."""
        return f"{self.question} {self.item}" if self.item else self.question

    @property
    def is_number(self) -> bool:
        """Whether the value is one of `legal`."""
        return bool(self.legal)

    def allows(self, value: int | str | None) -> bool:
        """Whether an expert may give the value."""
        if isinstance(value, int):
            return value in self.legal
        if value is None:
            return True
        if self.kind is Kind.DATE:
            return _is_date(value)
        return not self.legal and bool(value.strip())


@cache
def codes() -> tuple[Code, ...]:
    """Every code, those that only people answer too. Not to be changed."""
    study = (_of_study(entry) for entry in questionnaire.entries().values())
    ours = (_ours(code) for code in sorted(own_labels()))
    return (*study, *ours)


@cache
def by_code() -> dict[str, Code]:
    """The codebook by code. Not to be changed."""
    return {code.code: code for code in codes()}


def _is_date(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _of_study(entry: Entry) -> Code:
    legal = _YES_NO if entry.kind is Kind.ITEM else entry.answers
    return Code(
        code=entry.code,
        kind=entry.kind,
        by=entry.by,
        question=entry.question,
        item=entry.item,
        question_en=ENGLISH.get(entry.code, ""),
        legal=legal,
    )


def _ours(code: str) -> Code:
    label = own_labels()[code]
    kind = Kind.TEXT if label.is_text else Kind.ITEM
    legal = {} if label.is_text else _YES_NO
    return Code(code=code, kind=kind, by=By.EXPERT, question=label.lv, question_en=label.en, legal=legal)
