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
    """The page's people with a phone, each name once, in the page's order."""
    return _people(page, "")


def phones_in(text: str) -> tuple[str, ...]:
    """Phone numbers in a text: 6 to 13 digits that are no date and no hours."""
    found = (one.group(0) for one in _PHONE.finditer(text))
    numbers = (re.sub(r"[^\d+]", "", one) for one in found if not _NOT_A_PHONE.search(one))
    return tuple(number for number in numbers if 6 <= len(number.lstrip("+")) <= 13)


def names_in(text: str) -> tuple[str, ...]:
    """Names of people: two or three words in a row with a capital, of which none names a unit; a post
    before or after them is left out.
    """
    runs = groupby(_WORD.findall(text), key=_is_capital)
    named = (_without_post(list(group)) for is_capital, group in runs if is_capital)
    return tuple(
        " ".join(one) for one in named if 2 <= len(one) <= 3 and not terms.match("units", " ".join(one))
    )


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
