"""People named with a phone number on a page: rows of a table, cards, lines of a list."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby

import msgspec

from checks import terms
from checks.finding import Instance
from checks.remember import once_a_page
from checks.standard.blocks import Block, Found, blocks
from crawler.evidence import Page

_PHONE = re.compile(r"(?<![\w.,/+-])(?:\+|00)?\(?\d[\d\s()./–-]{4,17}\d(?![\w/-])")
_NOT_A_PHONE = re.compile(
    r"\d{1,2}[./-]\d{1,2}[./-]\d{4}|\d{4}[./-]\d{1,2}[./-]\d{1,2}|\d{1,2}[.:]\d{2}\s*[-–]"
    r"|(?:19|20)\d\d\D+(?:19|20)\d\d$"
)
_OTHER_NUMBER = re.compile(
    r"(?<!\w)(?:nip|regon|krs|reg(?:istr\w*)?\.?\s*(?:nr|no)?|iban|konts|konta\s+nr|kods|code|pvn|id|vat|\d{4})\W*$",
    re.IGNORECASE,
)
_STREET_BEFORE = re.compile(r"(?<!\w)(?:ul|al|pl|os|im|via|str|ул|g)\.?\s*$", re.IGNORECASE)
_ROW = 80
"""Characters up to which a piece is a row of a list and no sentence."""
_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*|[^\s\w]|\d+|\n")
_FARTHEST = 4
"""Pieces of text between a name and its phone number, as cards have them."""
_LONGEST = 400


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """A name with a phone number."""

    name: str
    post: str
    """The term by which a post is named beside it; empty where none is."""
    phone: str
    """Digits, and a plus in front."""
    instance: Instance


def people(page: Page) -> tuple[Person, ...]:
    """The page's people with a phone, each name once, in the page's order: rows of a list, or named with a
    post; a name in a sentence may be anything's.
    """
    return _people(page, "")


def phones_in(text: str) -> tuple[str, ...]:
    """Phone numbers in a text: 7 to 13 digits that are no date, no hours, no account or registry number."""
    found = (one for one in _PHONE.finditer(text) if not _NOT_A_PHONE.search(one.group(0)))
    said = (one.group(0) for one in found if not _OTHER_NUMBER.search(text[: one.start()][-20:]))
    numbers = (re.sub(r"[^\d+]", "", one) for one in said)
    return tuple(number for number in numbers if 7 <= len(number.lstrip("+")) <= 13)


def names_in(text: str) -> tuple[str, ...]:
    """Names of people: two or three words in a row with a capital, of which none names a unit; a post
    before or after them is left out.
    """
    named = (_without_post(run) for run in _capitals(text))
    return tuple(
        " ".join(one) for one in named if 2 <= len(one) <= 3 and not terms.match("units", " ".join(one))
    )


def _capitals(text: str) -> Iterator[list[str]]:
    """Runs of words with a capital, but for the names of streets behind their abbreviation."""
    end = 0
    for is_capital, group in groupby(_WORD.finditer(text), key=lambda word: _is_capital(word.group(0))):
        found = list(group)
        if is_capital and not _STREET_BEFORE.search(text[max(0, end - 8) : found[0].start()]):
            yield [word.group(0) for word in found]
        end = found[-1].end()


def _without_post(name: list[str]) -> list[str]:
    return [word for word in name if not terms.match("posts", word)]


@once_a_page
def _people(page: Page, _nothing: str) -> tuple[Person, ...]:
    every = blocks(page)
    found: dict[str, Person] = {}
    used: set[str] = set()
    for at, block in enumerate(every):
        new = (
            [phone for phone in phones_in(block.text) if phone not in used]
            if len(block.text) < _LONGEST
            else []
        )
        if not new:
            continue
        for name, beside in _named(every, at):
            if name not in found:
                used.update(new)
                post = terms.match_long("posts", beside)
                instance = Found(page, block).instance(" ".join(beside.split())[:300])
                if post or len(beside) <= _ROW:
                    found[name] = Person(
                        name=name, post=post.term if post else "", phone=new[0], instance=instance
                    )
                break
    return tuple(found.values())


def _named(every: tuple[Block, ...], at: int) -> Iterator[tuple[str, str]]:
    """Names in the piece or in the nearest before it, each with the text from there on."""
    for start in range(at, max(-1, at - _FARTHEST - 1), -1):
        beside = " | ".join(one.text for one in every[start : at + 1])
        if len(beside) > _LONGEST or (start < at and phones_in(every[start].text)):
            return
        for name in names_in(every[start].text):
            yield name, beside


def _is_capital(word: str) -> bool:
    parts = re.split(r"[-'’]", word)
    return len(word) > 1 and all(
        part[:1].isupper() and (part[1:].islower() or len(part) == 1) for part in parts
    )
