"""Hours on a site's pages with what they are of: receiving visitors, answering the phone, or nothing said."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from checks import terms
from checks.answers import first_of_each
from checks.finding import Instance
from checks.hours import Hours, opening_hours
from checks.remember import once_a_page
from checks.standard.blocks import Block, Found, blocks
from checks.standard.contact_pages import CONTACTS, in_order
from crawler.evidence import Page, Site

RECEPTION = "reception_hours"
PHONE = "phone_hours"
_DAYS = 2
"""Days of the week beside the times, from which they are no single event's."""
_NEAR = 120
"""Characters of the same piece around hours that say what they are of."""


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """Hours, their place, and what the words around say they are of."""

    hours: Hours
    page: Page
    block: Block
    is_reception: bool
    is_phone: bool
    """A phone is named beside the hours, not only somewhere on the page."""

    def instance(self, message: str = "") -> Instance:
        """The words around the hours, which tell of what they are."""
        text = self.block.text
        begin = max(0, self.hours.start - _NEAR)
        quote = " ".join(text[begin : self.hours.end + _NEAR // 2].split())
        label = (
            f"{self.block.heading.rstrip(' :')}: "
            if self.block.heading and self.block.heading not in quote
            else ""
        )
        return Found(self.page, self.block).instance(label + quote, message)


def told_hours(site: Site) -> Iterator[Told]:
    """All hours that are opening hours, each once, the contacts page's first. Bare times without days and
    without a word that makes them hours are of events, and left out.
    """
    known: set[tuple[str, str]] = set()
    for page in in_order(site):
        for one in _of_page(page, ""):
            said = (one.block.heading, one.hours.quote)
            if said not in known:
                known.add(said)
                yield one


def is_general(site: Site, one: Told) -> bool:
    """Hours on several days, on the contacts or front page, that are not the phone's."""
    is_contacts = CONTACTS in one.page.roles or one.page is site.home
    return is_contacts and not one.is_phone and len(one.hours.days) >= _DAYS


def shown(told: Iterable[Told], message: str = "") -> list[Instance]:
    """The hours as evidence, each piece of text once."""
    pieces = first_of_each(told, lambda one: (one.page.url, one.block.selector))
    return [one.instance(message) for one in pieces]


@once_a_page
def _of_page(page: Page, _nothing: str) -> tuple[Told, ...]:
    return tuple(
        told
        for block in blocks(page)
        if any(character.isdigit() for character in block.text)
        for hours in opening_hours(block.text, page.lang[:2].lower())
        if (told := _told(page, block, hours)) is not None
    )


def _told(page: Page, block: Block, hours: Hours) -> Told | None:
    label = f"{block.heading}. {block.before}"
    near = block.text[max(0, hours.start - _NEAR) : hours.end + _NEAR // 2]
    is_reception = bool(terms.match_long(RECEPTION, near) or terms.match_long(RECEPTION, label))
    is_phone = bool(terms.match_long(PHONE, near) or terms.match_long(PHONE, block.before))
    if not hours.days and not hours.round_the_clock and not is_reception and not is_phone:
        return None
    return Told(hours=hours, page=page, block=block, is_reception=is_reception, is_phone=is_phone)
