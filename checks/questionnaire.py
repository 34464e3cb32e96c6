"""The study's questionnaire as data: codes, Latvian wording, favourable values, points, conditions.

The table is `questionnaire.toml` beside this module (annex 7.3 of the 2017 report, letter for letter).
Our own codes, lower-case and dotted, are not in it: what they ask stands in their check
(`Check.labels`), and they have no points.
"""

from __future__ import annotations

import tomllib
from enum import StrEnum
from functools import cache
from importlib.resources import files

import msgspec

from checks.errors import InvalidQuestionnaireError, UnknownCodeError
from checks.finding import Outcome


class Kind(StrEnum):
    """What the value of an answer is."""

    CHOICE = "choice"
    ITEM = "item"
    TEXT = "text"
    DATE = "date"


class By(StrEnum):
    """Who answers: a tool, an expert (the software proposes), or only a person who asks."""

    AUTOMATIC = "automatic"
    EXPERT = "expert"
    HUMAN = "human"


class Condition(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Another code's value under which a code is asked."""

    code: str
    value: int


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One code that is answered; a several-answer question gives one entry for each of its items."""

    code: str
    kind: Kind
    by: By
    question: str
    """The annex's wording; of an item, that of the whole question."""
    item: str = ""
    """The annex's wording of the item."""
    answers: dict[int, str] = msgspec.field(default_factory=dict)
    favourable: frozenset[int] = frozenset()
    given_is_favourable: bool = True
    """Of texts and dates: whether there being one is good news."""
    points: dict[int, int] = msgspec.field(default_factory=dict)
    only_if: tuple[Condition, ...] = ()
    """Asked where any one of these holds; always, where empty."""

    def allows(self, value: int | str | None) -> bool:
        """Whether `value` (None: no answer) is of the right type and, of a choice, in the list."""
        if value is None:
            return True
        if self.kind is Kind.CHOICE:
            return type(value) is int and value in self.answers
        if self.kind is Kind.ITEM:
            return type(value) is int and value in (0, 1)
        return isinstance(value, str) and bool(value)

    def is_favourable(self, value: int | str) -> bool:
        """Whether the value counts for the institution."""
        if isinstance(value, str):
            return self.given_is_favourable
        return value in self.favourable


class _Question(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One `[[question]]` of the table."""

    code: str
    kind: str
    by: By
    question: str
    answers: dict[int, str] = msgspec.field(default_factory=dict)
    favourable: bool | tuple[int, ...] = ()
    points: dict[int, int] = msgspec.field(default_factory=dict)
    only_if: tuple[Condition, ...] = ()

    def entries(self) -> tuple[Entry, ...]:
        """The codes that the question is answered under."""
        if self.kind == "several":
            return tuple(self._item(number, wording) for number, wording in self.answers.items())
        favourable = frozenset(() if isinstance(self.favourable, bool) else self.favourable)
        return (
            Entry(
                code=self.code,
                kind=Kind(self.kind),
                by=self.by,
                question=self.question,
                answers=self.answers,
                favourable=favourable,
                given_is_favourable=self.favourable is True,
                points=self.points,
                only_if=self.only_if,
            ),
        )

    def _item(self, number: int, wording: str) -> Entry:
        return Entry(
            code=f"{self.code}_{number}",
            kind=Kind.ITEM,
            by=self.by,
            question=self.question,
            item=wording,
            favourable=frozenset({1}),
            only_if=self.only_if,
        )


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    question: tuple[_Question, ...]


def load(text: str) -> dict[str, Entry]:
    """Read a table, in its order. Raises InvalidQuestionnaireError where it contradicts itself."""
    try:
        table = msgspec.convert(tomllib.loads(text), _Table, str_keys=True)
        entries = [entry for question in table.question for entry in question.entries()]
    except ValueError as error:
        raise InvalidQuestionnaireError(str(error)) from error
    found: dict[str, Entry] = {}
    for entry in entries:
        _validate(entry, known=found)
        found[entry.code] = entry
    return found


def _validate(entry: Entry, known: dict[str, Entry]) -> None:
    """Codes are unique, values are answers, conditions look back: so that one pass can apply them."""
    if entry.code in known:
        raise InvalidQuestionnaireError(f"{entry.code} stands twice")
    if entry.kind is Kind.CHOICE and not (
        entry.favourable
        and entry.favourable <= entry.answers.keys()
        and entry.points.keys() <= entry.answers.keys()
    ):
        raise InvalidQuestionnaireError(
            f"{entry.code}: favourable values and points must be among its answers"
        )
    for condition in entry.only_if:
        if condition.code not in known or not known[condition.code].allows(condition.value):
            raise InvalidQuestionnaireError(
                f"{entry.code}: asked only if {condition.code}, which is not before it"
            )


@cache
def entries() -> dict[str, Entry]:
    """The study's codes in the annex's order. Not to be changed."""
    return load(files("checks").joinpath("questionnaire.toml").read_text(encoding="utf-8"))


CODES: tuple[str, ...] = tuple(entries())
"""Every code of the study, in the annex's order."""


def is_own(code: str) -> bool:
    """Whether a code is ours, not the study's: lower-case and dotted."""
    return "." in code and code == code.lower()


def entry(code: str) -> Entry:
    """The study's entry for a code. Raises UnknownCodeError, also for our own codes."""
    try:
        return entries()[code]
    except KeyError:
        raise UnknownCodeError(f"the questionnaire has no code {code!r}") from None


def label(code: str, value: int | str | None = None) -> str:
    """The study's Latvian wording: of a choice that was made, the answer's; of an item, the item's; else
    the question's. Empty for our own codes.
    """
    if is_own(code):
        return ""
    found = entry(code)
    if isinstance(value, int) and value in found.answers:
        return found.answers[value]
    return found.item or found.question


def outcome(code: str, value: int | str) -> Outcome:
    """`passed` where the value is favourable, else `failed`."""
    return Outcome.PASSED if entry(code).is_favourable(value) else Outcome.FAILED


def favourable(code: str, value: int | str) -> bool:
    """Whether the value counts for the institution."""
    return entry(code).is_favourable(value)


def points(code: str, value: int | str | None) -> int | None:
    """The study's points for an answer; None where the code carries none or there is no value."""
    return entry(code).points.get(value) if isinstance(value, int) and not is_own(code) else None


def position(code: str) -> tuple[int, str]:
    """Sort key: the annex's order, then our own codes by name."""
    return (CODES.index(code) if code in entries() else len(CODES), code)
