"""Text as words that can be compared: folded, without diacritics, Latvian nouns by their stem."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from LatvianStemmer import stem as latvian_stem

from checks.remember import for_a_site

_INVISIBLE = re.compile("[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_SPACE = re.compile(r"\s+")
_WORD = re.compile(r"[^\W_]+")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_EXTENSION = re.compile(r"\.[a-z]{2,5}$")
_INDEX_NAMES = frozenset({"index", "default", "home", "start", ""})
_NO_DECOMPOSITION = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "æ": "ae", "œ": "oe", "ı": "i", "ß": "ss"})


class Word(NamedTuple):
    """A word, casefolded: as it stands, and without diacritics."""

    folded: str
    plain: str

    @property
    def stem(self) -> str:
        """Its Latvian stem, without diacritics. Worked out when asked for: it costs more than all else that
        is done with a word, and most words of a page begin like no term.
        """
        return _stem(self.folded)


def fold(text: str) -> str:
    """NFC, casefold, soft hyphens and zero-width characters removed, white space folded."""
    if text.isascii():
        return _SPACE.sub(" ", text.lower()).strip()
    return _SPACE.sub(" ", _without_invisible(text).casefold()).strip()


def _without_invisible(text: str) -> str:
    return _INVISIBLE.sub("", unicodedata.normalize("NFC", text))


def without_diacritics(text: str) -> str:
    """Base letters: old sites and slugs write `lidzdaliba` for `līdzdalība`."""
    if text.isascii():
        return text
    decomposed = unicodedata.normalize("NFD", text)
    return "".join(c for c in decomposed if not unicodedata.combining(c)).translate(_NO_DECOMPOSITION)


@lru_cache(maxsize=16384)
def _word(folded: str) -> Word:
    return Word(folded, without_diacritics(folded))


@lru_cache(maxsize=16384)
def _stem(folded: str) -> str:
    return without_diacritics(latvian_stem(folded))


def split(text: str) -> tuple[Word, ...]:
    """The words of a long text; see `words` for short ones."""
    folded = text.lower() if text.isascii() else _without_invisible(text).casefold()
    return tuple(map(_word, _WORD.findall(folded)))


@for_a_site(16384)
def words(text: str) -> tuple[Word, ...]:
    """The words of a link's text, a label or a title; remembered, since pages repeat them."""
    return split(text)


@for_a_site(16384)
def last_segment(url: str) -> tuple[str, ...]:
    """Words of the path's last segment that names something (`/lv/pakalpojumi/index.html` →
    `pakalpojumi`), without diacritics; empty for the root and for an address that can't be read.
    """
    return _slug_words(next(iter(reversed(path_segments(url))), ""))


def path_segments(url: str) -> tuple[str, ...]:
    """The path's segments, percent-decoded, without file extension and without index pages."""
    try:
        path = unquote(urlsplit(url).path)
    except ValueError:
        return ()
    segments = [_EXTENSION.sub("", _CAMEL.sub("-", part).lower()) for part in path.split("/")]
    return tuple(part for part in segments if part not in _INDEX_NAMES)


def _slug_words(segment: str) -> tuple[str, ...]:
    return tuple(word.plain for word in split(segment))


def slug_words(slug: str) -> tuple[str, ...]:
    """A slug as `last_segment` would give it."""
    return _slug_words(slug)
