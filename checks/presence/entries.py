"""Entries of the front page that name a concept, and which of them stand side by side.

Side by side are entries that each begin a part of one block: items of one menu, cards in one row. Two
links in two different submenus are not.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from checks import dom, terms
from checks.finding import Instance
from checks.publication_layout import text_of
from checks.sentences import say, word
from crawler.evidence import Link, Page, Place

_LONGEST = 60
_HIGHEST = 5
"""Levels from an entry up to the block that it shares with the others."""
_TAGS = ("a", "button", "summary", "h2", "h3", "h4")
_LEAST_COVERAGE = 0.5
_FOOTER_ROLES = frozenset({"contentinfo"})


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """A link, button or heading of the front page whose text names the concept."""

    text: str
    term: str
    link: Link | None
    in_footer: bool
    page_url: str

    def instance(self, message: str = "") -> Instance:
        """As evidence."""
        target = f" → {self.link.href}" if self.link else ""
        place = (
            say("in the {place}", place=word(self.link.place)) if self.link else say("a heading or button")
        )
        return Instance(
            url=self.page_url,
            selector=self.link.selector if self.link else "",
            snippet=f"{self.text}{target}",
            message=message or say("names “{term}”, {place}", term=self.term, place=place),
            rect=self.link.rect if self.link else None,
        )


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """Entries that stand side by side."""

    entries: tuple[Entry, ...]
    size: int
    """Parts of the block that begin with a link, button or heading, these among them."""
    is_submenu: bool
    """The block stands inside an item of another list that has a name of its own."""
    parent: str = ""
    """That name."""

    @property
    def terms(self) -> frozenset[str]:
        """The different terms named."""
        return frozenset(entry.term for entry in self.entries)


def entries(page: Page, concept: str) -> tuple[Entry, ...]:
    """Every entry of the page that names the concept, in the page's order."""
    return tuple(entry for _, entry in _named(page, concept))


def rows(page: Page, concept: str) -> tuple[Row, ...]:
    """Blocks with at least two different entries side by side, most entries first."""
    begun: dict[dom.Element, list[Entry]] = {}
    for element, entry in _named(page, concept):
        if entry.in_footer:
            continue
        child = element
        for _ in range(_HIGHEST):
            block = child.getparent()
            if block is None or block.tag in {"body", "html"} or _first(child) is not element:
                break
            begun.setdefault(block, []).append(entry)
            child = block
    found = [_row(block, several) for block, several in begun.items()]
    several = [row for row in found if len(row.terms) >= 2]
    return tuple(sorted(several, key=lambda row: (row.is_submenu, -len(row.terms), row.size)))


def _row(block: dom.Element, entries: list[Entry]) -> Row:
    parent = next((up for up in block.iterancestors("li")), None)
    first = _first(parent) if parent is not None else None
    is_submenu = first is not None and block not in first.iterancestors()
    size = sum(1 for child in block if isinstance(child.tag, str) and _first(child) is not None)
    name = text_of(first)[:60] if is_submenu and first is not None else ""
    return Row(entries=tuple(entries), size=size, is_submenu=is_submenu, parent=name)


def _first(element: dom.Element) -> dom.Element | None:
    """The first link, button or heading with words that an element is or holds; a linked heading is its
    link.
    """
    return next((one for one in element.iter(*_TAGS) if text_of(one) and not _holds_link(one)), None)


def _holds_link(element: dom.Element) -> bool:
    return element.tag != "a" and next(element.iter("a"), None) is not None


def _named(page: Page, concept: str) -> Iterator[tuple[dom.Element, Entry]]:
    by_text: dict[str, Link] = {}
    for link in page.links:
        by_text.setdefault(link.text, link)
    for element in dom.tree(page.html).iter(*_TAGS):
        text = text_of(element)
        if not 2 < len(text) < _LONGEST or _holds_link(element):
            continue
        found = terms.match(concept, text)
        if found is None or found.coverage < _LEAST_COVERAGE:
            continue
        own = by_text.get(text) if element.tag == "a" else None
        in_footer = _is_in_footer(element) or (own is not None and own.place is Place.FOOTER)
        yield (
            element,
            Entry(
                text=text,
                term=found.term,
                link=own,
                in_footer=in_footer,
                page_url=page.final_url or page.url,
            ),
        )


def _is_in_footer(element: dom.Element) -> bool:
    return any(up.tag == "footer" or up.get("role") in _FOOTER_ROLES for up in element.iterancestors())
