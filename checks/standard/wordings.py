"""Where in a text a term stands, and whether its words stand together: `e-pasta adrese` is no `e-adrese`."""

from __future__ import annotations

import re
from functools import lru_cache

from checks import terms
from checks.words import fold, split, without_diacritics

_SHORT = 2
"""Letters up to which a word is not inflected."""


def sentence(concept: str, text: str) -> str:
    """The first line or sentence of a text that holds a term of the concept; the whole text where a term
    goes over several. At most 400 characters.
    """
    parts = (part.strip() for part in _PARTS.split(text))
    found = next((part for part in parts if terms.match_long(concept, part)), text)
    return " ".join(found.split())[:_MOST]


def stand_together(match: terms.Match, text: str) -> bool:
    """Whether the term's words follow each other in the text with nothing but signs between them."""
    return _pattern(match.term, match.language).search(without_diacritics(fold(text))) is not None


_PARTS = re.compile(r"\n|(?<=[^\W\d_]{3}[.!?])\s+")
_MOST = 400


@lru_cache(maxsize=256)
def _pattern(term: str, language: str) -> re.Pattern[str]:
    parts = [_word(word.stem if language == "lv" else word.plain) for word in split(term)]
    return re.compile(rf"(?<!\w){'[^a-z0-9]{0,3}'.join(parts)}")


def _word(beginning: str) -> str:
    return re.escape(beginning) + (r"\b" if len(beginning) <= _SHORT else r"\w*")
