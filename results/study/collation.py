"""The Latvian alphabet's order, for lists of names: every letter with a mark stands after its plain one.

Order of the alphabet: Latvian orthography (33 letters), with ō and ŗ of the older one and q, w, x, y of
foreign names beside the letters that they are nearest to. Annex 7.4 of the 2017 report is in this order.
"""

from __future__ import annotations

import unicodedata

from results.terminal import plain

ALPHABET = "aābcčdeēfgģhiīyjkķlļmnņoōpqrŗsštuūvwxzž"
_PLACE = {letter: place for place, letter in enumerate(ALPHABET)}
_SPACE, _DIGIT, _LETTER, _OTHER = range(4)

Key = tuple[tuple[tuple[int, int], ...], str]


def latvian(name: str) -> Key:
    """Sort key: words before letters, digits before letters; case and punctuation only break ties."""
    text = unicodedata.normalize("NFC", plain(name)).casefold()
    weights = tuple(weight for character in text if (weight := _weight(character)))
    return weights, name


def _weight(character: str) -> tuple[int, int] | None:
    if character == " ":
        return _SPACE, 0
    if character.isdecimal():
        return _DIGIT, unicodedata.decimal(character)
    if not character.isalpha():
        return None
    base = character if character in _PLACE else unicodedata.normalize("NFD", character)[0]
    return (_LETTER, _PLACE[base]) if base in _PLACE else (_OTHER, ord(character))
