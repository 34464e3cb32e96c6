"""E-mail addresses on a page, also those written so that robots can't read them, and whose they are."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from enum import StrEnum
from functools import cache
from importlib.resources import files
from itertools import pairwise
from urllib.parse import unquote

import msgspec

from checks.addresses import host, registrable
from checks.finding import Instance
from checks.remember import once_a_page
from checks.sentences import marked, say
from checks.standard.blocks import Block, Found, blocks
from checks.words import fold, without_diacritics, words
from crawler.evidence import Page

_ADDRESS = re.compile(r"(?<![\w.+@-])[^\W_][\w.+-]*@[\w-]+(?:\.[\w-]+)+")
_WRITTEN = re.compile(
    r"(?<![\w.+@-])([^\W_][\w.+-]*)\s*[\[({]\s*(?:at|a|et|ät|@|pie)\s*[\])}]\s*"
    r"([\w-]+(?:\s*(?:\.|[\[({]\s*(?:dot|punkts|punkt|taškas|\.)\s*[\])}])\s*[\w-]+)+)",
    re.IGNORECASE,
)
_MAY_HOLD = re.compile(r"[@\[({]")
_DOT = re.compile(r"\s*(?:\.|[\[({]\s*(?:dot|punkts|punkt|taškas|\.)\s*[\])}])\s*", re.IGNORECASE)
_CLOUDFLARE = re.compile(r"(?:data-cfemail=[\"']?|/cdn-cgi/l/email-protection#)([0-9a-f]{8,})", re.IGNORECASE)
_ENDS = re.compile(r"\.[a-z]{2,}$", re.IGNORECASE)
_NO_DOMAIN = re.compile(r"\.(?:png|jpe?g|gif|svg|webp|css|js)$", re.IGNORECASE)
_TWO_WORDS = re.compile(r"[a-z]{2,}(?:-[a-z]+)?[._][a-z]{2,}(?:[._-][a-z]+)?")
_NAMES = 4
"""Letters from which a word of a title says whose the page is."""
_PARTS = re.compile(r"[._+-]")


class Mailbox(StrEnum):
    """Whose an address is."""

    OFFICIAL = marked("official")
    """A mailbox of the institution's own, or of a public body's domain."""
    GENERAL = marked("general")
    """Named like one (`info@`), at a domain that is not known to be the institution's."""
    SPECIAL = marked("a mailbox for one matter")
    PERSONAL = marked("a person's address")
    FREE = marked("a mailbox that anybody can get")
    STRANGE = marked("at another organisation's domain")


class Email(msgspec.Struct, frozen=True, kw_only=True):
    """An address with where it stands."""

    address: str
    """Lower case."""
    instance: Instance
    context: str = ""
    """Words around it, to tell a person's."""
    site_words: frozenset[str] = frozenset()
    """Words of the page's title and host: an address that has one is the institution's."""


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    general: frozenset[str]
    special: frozenset[str]
    state: frozenset[str]
    free: frozenset[str]


@cache
def _table() -> _Table:
    text = files("checks.standard").joinpath("mailboxes.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text), _Table)


def emails(page: Page) -> tuple[Email, ...]:
    """The page's addresses, each once: in text, in links, and hidden from robots by usual means."""
    return _emails(page, "")


def addresses_in(text: str) -> tuple[str, ...]:
    """Addresses in a piece of text, also those with `[at]`; lower case."""
    return tuple(address for address, _ in placed_in(text))


def placed_in(text: str) -> Iterator[tuple[str, re.Match[str]]]:
    """Addresses in a piece of text, lower case, each with the text that says it: first those that are written
    plainly, then those with `[at]`.
    """
    if not _MAY_HOLD.search(text):
        return
    plain = ((found[0], found) for found in _ADDRESS.finditer(text))
    written = ((f"{found[1]}@{_DOT.sub('.', found[2])}", found) for found in _WRITTEN.finditer(text))
    for address, found in (*plain, *written):
        if _is_address(address):
            yield address.lower().strip(".-"), found


def mailbox(email: Email, own: frozenset[str]) -> Mailbox:
    """Whose mailbox it is; `own` are the institution's registrable domains or hosts."""
    local, _, domain = email.address.partition("@")
    table, parts = _table(), set(_PARTS.split(without_diacritics(local)))
    if domain in table.free:
        return Mailbox.FREE
    if table.special & (parts | {local}):
        return Mailbox.SPECIAL
    labels = set(domain.split(".")[:-1])
    is_general = bool((table.general | labels | email.site_words) & (parts | {local}))
    if not is_general and _is_personal(local, email.context):
        return Mailbox.PERSONAL
    if (registrable(domain) or domain) in own or table.state & set(domain.split(".")):
        return Mailbox.OFFICIAL
    return Mailbox.GENERAL if is_general else Mailbox.STRANGE


def _is_personal(local: str, context: str) -> bool:
    """Two words as in `anna.ozola`, or a name beside it that the address holds (`aozola`)."""
    if _TWO_WORDS.fullmatch(without_diacritics(local)):
        return True
    named = [
        one for pair in pairwise(context.split()) if all(_is_name(word) for word in pair) for one in pair
    ]
    return any(without_diacritics(fold(word)).strip(",.") in without_diacritics(local) for word in named)


def _is_name(word: str) -> bool:
    bare = word.strip(",.;:()")
    return len(bare) >= 3 and bare.isalpha() and bare.istitle()


@once_a_page
def _emails(page: Page, _nothing: str) -> tuple[Email, ...]:
    found: dict[str, Email] = {}
    for one in (*_written(page), *_linked(page), *_encoded(page)):
        found.setdefault(one.address, one)
    own = _site_words(page)
    return tuple(msgspec.structs.replace(one, site_words=own) for one in found.values())


def _site_words(page: Page) -> frozenset[str]:
    labels = host(page.final_url or page.url).partition(":")[0].split(".")[:-1]
    named = [word.plain for word in words(page.title)]
    return frozenset(one for one in (*labels, *named) if len(one) >= _NAMES)


def _written(page: Page) -> Iterator[Email]:
    every = blocks(page)
    for at, block in enumerate(every):
        for address in addresses_in(block.text):
            instance = Found(page, block).instance(address)
            yield Email(address=address, instance=instance, context=_around(every, at))


def _around(every: tuple[Block, ...], at: int) -> str:
    """The piece and the two before it: a name stands over the address."""
    return " ".join(one.text for one in every[max(0, at - 2) : at + 1] if len(one.text) < 300)


def _linked(page: Page) -> Iterator[Email]:
    for link in page.links:
        if link.href.lower().startswith("mailto:") and link.visible:
            for address in addresses_in(unquote(link.href[len("mailto:") :].partition("?")[0])):
                instance = Instance(
                    url=page.final_url or page.url,
                    selector=link.selector,
                    snippet=f"{link.text or link.name} → {link.href}",
                    rect=link.rect,
                )
                yield Email(address=address, instance=instance, context=f"{link.text} {link.name}")


def _encoded(page: Page) -> Iterator[Email]:
    """Cloudflare's Email Address Obfuscation: bytes in hexadecimal, the first is the key of an XOR."""
    for code in _CLOUDFLARE.findall(page.html):
        data = bytes.fromhex(code[: len(code) // 2 * 2])
        text = bytes(one ^ data[0] for one in data[1:]).decode("utf-8", "replace")
        for address in addresses_in(text):
            url = page.final_url or page.url
            yield Email(address=address, instance=Instance(url=url, snippet=address, message=say("encoded")))


def _is_address(text: str) -> bool:
    return bool(_ENDS.search(text)) and not _NO_DOMAIN.search(text)
