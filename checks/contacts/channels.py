"""Phone numbers and e-mail addresses on a page, each with the words around it.

A number is taken for a phone where it is a `tel:` link, has a country code, stands behind a word such as
"tālr.", or has the form of a Latvian number; register numbers and accounts are longer or stand behind
"reģ. Nr.". Addresses written `name[at]host` and Cloudflare's protected ones are e-mail too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from enum import StrEnum
from urllib.parse import unquote

import msgspec

from checks.finding import Instance
from checks.remember import once_a_page
from checks.sentences import marked
from checks.standard.blocks import Block, blocks
from checks.standard.emails import placed_in
from crawler.evidence import Link, Page

_AROUND = 160
"""Characters on each side that tell what a number is for."""
_FOLLOWING, _BEFORE = 3, 2
_UNDER_HEADING = 8
"""Pieces of text that a heading speaks for; further down it is another part of the page."""
_NUMBER = re.compile(
    r"(?<![\d/.,-])(?<!\d[\s-])(\+\d{1,3}[\s(-]*)?\(?\d{1,5}\)?(?:[\s-]?\d{1,5}){1,4}(?![\d/]|[.,-]\d)"
)
_LATVIAN = re.compile(r"^[268]\d{7}$")
_LONE_DIGIT = re.compile(r"(?<!\d)\d(?!\d)")
_DATE = re.compile(r"^(?:19|20)\d\d[\s-]+(?:[01]\d-[0-3]\d|(?:(?:19|20)\d\d[\s-]*)+)$")
"""`2019-10-28`, and years: `2014-2020`."""
_SAID_BEFORE = re.compile(
    r"(?<!\w)(?:(?:tālr|talr|tel|phone|call|zvan|hotline|helpline|тел|звон|helista|skamb|puh|soita|dzwo|fon"
    r"|mob|infolin)\w*|[tm])\W{0,3}(?:(?:nr|no|numurs|number)\W{0,3})?$",
    re.IGNORECASE,
)
_NOT_A_PHONE = re.compile(
    r"(?:reģ|reg|nr|konts|account|iban|kods|code|fax|faks|факс|№)\w*\W{0,3}(?:nr\W{0,3})?$", re.IGNORECASE
)
_CLOUDFLARE = "/cdn-cgi/l/email-protection"
_SENTENCE_END = re.compile(r"\n|(?:[^\W\d_]{3,}|\))[.!?]\s(?=[^\W\d_a-zāčēģīķļņšūž])")
_FOOTER = re.compile(r"(?:^|[\s>#.-])footer", re.IGNORECASE)


class Means(StrEnum):
    """By what one gets in touch."""

    PHONE = marked("phone")
    EMAIL = marked("e-mail")


_Value = tuple[Means, str, int]
"""By what, as written, and where in the text it begins."""


class Channel(msgspec.Struct, frozen=True, kw_only=True):
    """A phone number or an e-mail address in its place."""

    means: Means
    value: str
    """As written."""
    page: Page
    text: str
    """The piece of text, at least its part around the value."""
    context: str
    """What it is for: the words around it, with the heading that stands over it."""
    at: int = 0
    """Where the value begins in `text`."""
    beside: tuple[str, ...] = ()
    """Up to three pieces of text that follow and two that stand before, under the same heading, as far as no
    other number stands between.
    """
    selector: str = ""

    def instance(self, message: str = "") -> Instance:
        """The number with its words, as evidence."""
        return Instance(
            url=self.page.final_url or self.page.url,
            selector=self.selector,
            snippet=around(self.text, self.at),
            message=message,
        )


def channels(page: Page) -> tuple[Channel, ...]:
    """Every phone number and e-mail address of the page: those in the text, then those only in links."""
    return _channels(page, _AROUND)


def around(text: str, at: int) -> str:
    """The words around a place of a text, whole words only."""
    start, end = max(0, at - _AROUND), min(len(text), at + _AROUND)
    start = text.find(" ", start) + 1 if start else 0
    end = text.rfind(" ", 0, end) if end < len(text) else end
    return text[start : max(end, at)].replace("\n", " ").strip()


def sentence(text: str, at: int) -> str:
    """The sentence in which a place of a text lies."""
    ends = [found.end() for found in _SENTENCE_END.finditer(text)]
    start = max((end for end in ends if end <= at), default=0)
    return text[start : min((end for end in ends if end > at), default=len(text))]


@once_a_page
def _channels(page: Page, _reach: int) -> tuple[Channel, ...]:
    found = list(_in_text(page))
    known = {_plain(one.value) for one in found}
    for link in page.links:
        one = _in_link(page, link)
        if one and _plain(one.value) not in known:
            known.add(_plain(one.value))
            found.append(one)
    return tuple(found)


def _in_text(page: Page) -> Iterator[Channel]:
    every = blocks(page)
    values = [tuple(_values(block.text)) for block in every]
    since = 0
    for number, block in enumerate(every):
        since = 0 if block.level else since + 1
        is_under = since <= _UNDER_HEADING and not _FOOTER.search(block.selector)
        for means, value, at in values[number]:
            over = (block.heading, block.before) if is_under else (block.before,)
            yield Channel(
                means=means,
                value=value,
                page=page,
                text=block.text,
                context=" – ".join(part for part in (*over, around(block.text, at)) if part),
                at=at,
                beside=tuple(_beside(every, values, number)),
                selector=block.selector,
            )


def _beside(every: Sequence[Block], values: Sequence[Sequence[_Value]], number: int) -> Iterator[str]:
    following = range(number + 1, min(number + 1 + _FOLLOWING, len(every)))
    before = range(number - 1, max(-1, number - 1 - _BEFORE), -1)
    for side in (following, before):
        for one in side:
            has_phone = any(means is Means.PHONE for means, _, _ in values[one])
            if every[one].level or every[one].heading != every[number].heading or has_phone:
                break
            yield every[one].text


def _values(text: str) -> Iterator[_Value]:
    for _, found in placed_in(text):
        yield Means.EMAIL, found.group(0).strip(".-"), found.start()
    for found in _NUMBER.finditer(text):
        if _is_phone(text, found):
            yield Means.PHONE, found.group(0).strip(), found.start()


def _is_phone(text: str, found: re.Match[str]) -> bool:
    digits = _plain(found.group(0))
    before = text[max(0, found.start() - 24) : found.start()]
    if not 6 <= len(digits) <= 13 or _DATE.match(found.group(0).strip()):
        return False
    if _SAID_BEFORE.search(before):
        return True
    is_latvian = _LATVIAN.match(digits) and not _LONE_DIGIT.search(found.group(0))
    return not _NOT_A_PHONE.search(before) and bool(found[1] or is_latvian)


def _in_link(page: Page, link: Link) -> Channel | None:
    scheme, _, rest = link.href.partition(":")
    said = link.text or link.name
    if scheme.lower() == "tel" and sum(map(str.isdigit, rest)) >= 3:
        means, value = Means.PHONE, unquote(rest)
    elif scheme.lower() == "mailto" and "@" in rest:
        means, value = Means.EMAIL, rest.partition("?")[0]
    elif _CLOUDFLARE in link.href:
        means, value = Means.EMAIL, said
    else:
        return None
    text = f"{said} → {link.href}"
    return Channel(means=means, value=value, page=page, text=text, context=said, selector=link.selector)


def _plain(value: str) -> str:
    """Digits of a number; of an address the address itself."""
    return value.casefold() if "@" in value else re.sub(r"\D", "", value)
