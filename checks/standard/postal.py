"""Postal addresses in a page's text: a postcode and a street beside it.

Postcodes that look like nothing else (`LV-1010`, `LT-01103`, `SW1A 1AA`, `CA 95814`) need only the number
of a house; bare digits (`252 25 Helsingborg`, `50009 Zaragoza`) need a street's word too.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files

import msgspec

from checks import dom
from checks.finding import Instance
from checks.remember import once_a_page
from checks.sentences import say
from checks.standard.blocks import Block, Found, blocks
from crawler.evidence import Page

_STRONG = re.compile(
    r"(?<![\w-])(?:LV[-–\s]?\d{4}|LT[-–\s]?\d{5}|(?:EE|PL|FI|SE|EST)[-–\s]\d{5}"
    r"|[A-Z]{1,2}\d[A-Z\d]?\s\d[A-Z]{2}|[ABCEGHJ-NPRSTVXY]\d[A-Z]\s?\d[A-Z]\d"
    r"|(?:A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|PA|RI|S[CD]|T[NX]|UT"
    r"|V[AT]|W[AIVY]),?\s+\d{5}(?:-\d{4})?)(?![\w-])"
)
_WEAK = re.compile(
    r"(?<![\w.,/+-])(?:\d{2}-\d{3}|\d{3}\s\d{2}|(?:[A-Z]{1,2}[-–])?\d{4,6})\s+[^\W\d_a-z][^\W\d_]{2,}"
    r"|[^\W\d_a-z][^\W\d_]{2,},?\s+\d{5}(?:-\d{4})?(?![\w.,/%-])"
)
_HOUSE = re.compile(r"(?<![\w.,:/-])\d{1,5}(?:[-/]?\d{0,4}\s?[A-Za-z]?)?(?![\w:])")
_STREET_NAME = re.compile(r"(?:[^\W\d_a-z][\w.]*\s+){1,3}$")
_NEAR = 90
"""Characters between street and postcode."""
_SHORT = 160
"""Characters of a piece that may be one line of an address."""


class Postal(msgspec.Struct, frozen=True, kw_only=True):
    """An address with how sure it is one."""

    code: str
    """The postcode as found, without white space: two offices have two."""
    quote: str
    instance: Instance
    confidence: float


class _Streets(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    beginnings: tuple[str, ...]
    words: tuple[str, ...]
    ends: tuple[str, ...]


def postal_addresses(page: Page) -> tuple[Postal, ...]:
    """The page's addresses, each postcode with its street once, in the page's order."""
    return _postal(page, "")


def has_street(text: str) -> str:
    """The words of a street with its number, or an empty string."""
    found = _street().search(text)
    return found.group(0).strip() if found else ""


@once_a_page
def _postal(page: Page, _nothing: str) -> tuple[Postal, ...]:
    found: dict[str, Postal] = {}
    every = blocks(page)
    for at, block in enumerate(every):
        if any(character.isdigit() for character in block.text):
            for one in _in(page, block, _window(every, at)):
                found.setdefault(one.quote, one)
    return (*found.values(), *(() if found else _declared(page)))


def _window(every: tuple[Block, ...], at: int) -> tuple[str, int]:
    """The piece with the short ones around it, and where it begins there: addresses take several lines."""
    before = [one.text.rstrip(" ,;") for one in every[max(0, at - 3) : at] if len(one.text) <= _SHORT]
    lead = ", ".join(before)
    lead += ", " if lead else ""
    return lead + every[at].text, len(lead)


def _in(page: Page, block: Block, window: tuple[str, int]) -> list[Postal]:
    text, start = window
    found = []
    for pattern, sure in ((_STRONG, 0.95), (_WEAK, 0.85)):
        for code in pattern.finditer(text, start):
            begin = max(0, code.start() - _NEAR)
            near = text[begin : code.end() + (_NEAR if pattern is _STRONG else 0)]
            if has_street(near) or (pattern is _STRONG and _HOUSE.search(text, begin, code.start())):
                quote = " ".join(text[_begins(text, begin, code.start()) : code.end()].split())
                instance = Found(page, block).instance(quote)
                key = "".join(code.group(0).split())
                found.append(Postal(code=key, quote=quote, instance=instance, confidence=sure))
        if found:
            break
    return found


def _begins(text: str, begin: int, end: int) -> int:
    """Where the quote begins: at the street with its name, else at a word."""
    if street := _street().search(text, begin, end):
        name = _STREET_NAME.search(text[: street.start()], begin)
        return name.start() if name else street.start()
    cut = text.find(" ", begin, end)
    return cut + 1 if begin and cut >= 0 else begin


def _declared(page: Page) -> list[Postal]:
    """Addresses that the page declares to machines (schema.org PostalAddress)."""
    found = []
    for thing in dom.json_ld(page.html) if "streetAddress" in page.html else ():
        street, code = thing.get("streetAddress"), thing.get("postalCode")
        if isinstance(street, str) and isinstance(code, str) and street and code:
            quote = f"{street}, {code}"
            instance = Instance(
                url=page.final_url or page.url, snippet=quote, message=say("schema.org PostalAddress")
            )
            found.append(Postal(code="".join(code.split()), quote=quote, instance=instance, confidence=0.6))
    return found


@cache
def _street() -> re.Pattern[str]:
    text = files("checks.standard").joinpath("postal.toml").read_text(encoding="utf-8")
    table = msgspec.convert(tomllib.loads(text), _Streets)
    number = r"\d{1,5}(?!\d)[A-Za-z]?"
    begins, words, ends = (
        "|".join(map(re.escape, part)) for part in (table.beginnings, table.words, table.ends)
    )
    name = rf"(?:(?:{begins})\w*|(?:{words})\b\.?|\w+(?:{ends}))"
    return re.compile(
        rf"(?<!\w){name},?\s+(?:n[r°º]?\.?\s*)?{number}"
        rf"|(?<!\w){name}\s+(?:[^\W\d_][\w.]*\s+){{1,4}}{number}"
        rf"|(?<![\w.])\d{{1,5}}[A-Za-z]?,?\s+(?:[^\W\d_][\w.]*\s+){{0,4}}{name}(?!\w)"
        rf"|\bP\.?\s?O\.?\s?Box\s+\d+",
        re.IGNORECASE,
    )
