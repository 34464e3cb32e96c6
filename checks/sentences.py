"""Sentences that can be told in any language: a template with named gaps, and the values that fill them.

A check says `say("{count} links lead to {place}", count=3, place=say("the menu"))`. That is a `str`, its
English, and it knows its parts, which are stored beside it. What is quoted (text of the site, addresses,
numbers, codes) is a value and is told as it stands; a value that is a sentence itself is told in the reader's
language. `results` looks templates up in its catalogue, which this module knows nothing of.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from enum import Enum
from typing import Any, TypeAlias

import msgspec

_ONE = 1
_COUNT = "n"
"""The gap whose number decides between one and many."""


class Sentence(msgspec.Struct, frozen=True, omit_defaults=True):
    """A sentence's parts, as they are stored."""

    text: str
    """The English template, gaps as in `str.format`; without values it has none and is taken as it stands."""
    values: dict[str, int | float | str | Sentence] = {}
    many: str = ""
    """The template where the gap `n` holds anything but 1; empty where no number decides."""

    def __hash__(self) -> int:
        """By the templates: what holds values can't be hashed by them."""
        return hash((self.text, self.many))


Parts: TypeAlias = Sentence | msgspec.UnsetType
"""The parts of a text; unset where it has none: it was stored before there were any, or is not ours."""


class Said(str):
    """A sentence in English that knows its parts."""

    __slots__ = ("many", "text", "values")
    text: str
    values: Mapping[str, object]
    many: str

    def parts(self) -> Sentence:
        """What it was made of, as it is stored; sentences within it as such."""
        return Sentence(self.text, {name: _part(value) for name, value in self.values.items()}, self.many)

    def __add__(self, other: str) -> Said:
        """Both, one after the other; neither loses its parts."""
        return say("{one}{other}", one=self, other=other)

    def __radd__(self, other: str) -> Said:
        """Text before the sentence; the sentence keeps its parts."""
        return say("{other}{one}", other=other, one=self)


def say(text: str, /, **values: object) -> Said:
    """A sentence with its gaps filled; the template is for the catalogue, so it is written out at the call.

    Values: numbers, sentences (told in the language of the whole), and anything else as its `str`.
    """
    return _said(text.format(**values) if values else text, text, values, "")


def say_counted(one: str, many: str, n: int, /, **values: object) -> Said:
    """A sentence that is another one for 1 than for other numbers; the number fills the gap `n`."""
    filled = {_COUNT: n, **values}
    return _said((one if n == _ONE else many).format(**filled), one, filled, many)


def word(text: str, /) -> Said:
    """A word of ours that was marked where it is defined (`marked`), such as the value of an enumeration."""
    return _said(str.__str__(text), text.value if isinstance(text, Enum) else str(text), {}, "")


def marked(text: str, /) -> str:
    """The word as it is, marked for the catalogue: `word` says it later."""
    return text


def quoted(text: str, /) -> Said:
    """Text of somebody else's, which is told as it stands in every language."""
    return say("{text}", text=text)


def joined(separator: str, texts: Iterable[str]) -> str:
    """Texts one after the other; those that are sentences keep their parts. Empty where there are none."""
    every = tuple(texts)
    if len(every) <= 1:
        return every[0] if every else ""
    values = {f"part{at}": text for at, text in enumerate(every)}
    text = separator.replace("{", "{{").replace("}", "}}").join(f"{{{name}}}" for name in values)
    return _said(separator.join(every), text, values, "")


def again(text: str, parts: Parts) -> str:
    """A text that was stored with its parts, to be put into another sentence; parts of another are left."""
    if not isinstance(parts, Sentence) or in_english(parts) != text:
        return text
    return _said(text, parts.text, _values(parts), parts.many)


def keep_parts(of: msgspec.Struct, field: str) -> None:
    """Of a struct that is being made: store the parts of a sentence in `said`, beside its English in `field`.
    Plain text has none.
    """
    text = getattr(of, field)
    if type(text) is Said:
        msgspec.structs.force_setattr(of, "said", text.parts())
        msgspec.structs.force_setattr(of, field, str(text))


def in_english(parts: Sentence) -> str:
    """What the sentence says in English."""
    return worded(parts, lambda text, _many, _n: text if not _many or _n == _ONE else _many)


def worded(
    parts: Sentence,
    phrase: Callable[[str, str, int], str],
    number: Callable[[int | float], object] = lambda value: value,
) -> str:
    """The sentence with its templates chosen by `phrase(template, template of many or empty, number)`.

    `number` may wrap numbers, so that they are written with the language's decimal mark.
    """
    n = parts.values.get(_COUNT, 0)
    text = phrase(parts.text, parts.many, n if isinstance(n, int) else 0)
    if not parts.values:
        return text
    values = {name: _worded(value, phrase, number) for name, value in parts.values.items()}
    return text.format(**values)


def _worded(
    value: int | float | str | Sentence,
    phrase: Callable[[str, str, int], str],
    number: Callable[[int | float], object],
) -> object:
    if isinstance(value, Sentence):
        return worded(value, phrase, number)
    return value if isinstance(value, str) else number(value)


def _said(english: str, text: str, values: Mapping[str, object], many: str) -> Said:
    made = Said(english)
    made.text, made.values, made.many = text, values, many
    return made


def _part(value: object) -> int | float | str | Sentence:
    if isinstance(value, Said):
        return value.parts()
    if isinstance(value, bool | Enum):
        return str(value)
    if isinstance(value, int):
        return value
    return float(value) if isinstance(value, float | Decimal) else str(value)


def _values(parts: Sentence) -> dict[str, Any]:
    return {
        name: again(in_english(value), value) if isinstance(value, Sentence) else value
        for name, value in parts.values.items()
    }
