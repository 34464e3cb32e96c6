"""An article's page in parts: its title, what stands around it, and what belongs to something else."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

import msgspec

from checks import dom
from checks.remember import for_a_site
from checks.words import fold, without_diacritics

_HIDDEN_TAGS = frozenset({"script", "style", "noscript", "template", "svg", "select", "option"})
_LISTS = (
    r"comments?|commentlist|commentmetadata|kommentare?|respond|replies|reply|sidebar|related|recent|similar"
    r"|widget|archives?|calendar|events?|popular|latest|carousel|slider|teasers?|leserbriefe?"
)
_OTHERS = re.compile(
    rf"(?:^|\s)(?:[a-z]+[-_]+)?(?:{_LISTS})(?:[-_]+(?:list|area|wrap\w*|container|section|block|box|body|content|meta"
    rf"|info|item|entry|posts?|news|articles?|date|\d+))*(?=\s|$)",
    re.IGNORECASE,
)
_FURNITURE = re.compile(
    r"(?:^|\s)(?:[a-z]+[-_]+)?(?:footer|colophon|nav|navbar|navigation|menu|breadcrumbs?|pager|pagination"
    r"|cookies?|copyright)(?:[-_]+(?:wrap\w*|container|content|section|area|inner|column|\d+))*(?=\s|$)",
    re.IGNORECASE,
)
_NAMES_A_CLASSIFICATION = re.compile(r"(?:^|\s)(?:category|tag|type|status|format|has|cat|topic)[-_]\S+")
_FURNITURE_TAGS = frozenset({"footer", "nav", "form"})
_HIGHEST = 5
"""Levels from the title up to the block in which its date stands."""
_YEAR = re.compile(r"(?:19|20)\d\d")


class Said(msgspec.Struct, frozen=True):
    """A day that a page says, where, and in which words."""

    day: date
    source: str
    quote: str
    is_local: bool = True
    """False where it was written in universal time: a reader's day may be the one beside it."""


class Article(msgspec.Struct, frozen=True):
    """The page's parts, found once."""

    title: Any
    """The element that holds the article's title; None where there is no telling."""
    around: frozenset[Any]
    """The elements that the title is in."""


@for_a_site(8)
def article(source: str) -> Article:
    """The title is the longest heading that the page's own title holds, else the only h1: a blog's name is
    a heading, too, and in the page's title.
    """
    tree = dom.tree(source)
    page = plain(page_title(source))
    headings = [(one, plain(text_of(one))) for one in tree.iter("h1", "h2", "h3")]
    fitting = [(one, text) for one, text in headings if len(text) >= 8 and text[:80] in page]
    tops = [one for one, _ in headings if one.tag == "h1"]
    longest = max(fitting, key=lambda item: len(item[1]), default=None)
    title = longest[0] if longest else tops[0] if len(tops) == 1 else None
    return Article(title, frozenset(title.iterancestors()) if title is not None else frozenset())


def is_elsewhere(element: dom.Element, source: str, *, furniture: bool = True) -> bool:
    """Whether it stands in comments, a list of other articles, a calendar; with `furniture` also in a
    menu or a footer. What the title stands in, too, is the article's.
    """
    around = article(source).around
    up = element
    while up is not None and up not in around and up.tag not in {"body", "html"}:
        name = _NAMES_A_CLASSIFICATION.sub(" ", f"{up.get('class') or ''} {up.get('id') or ''}")
        if up.tag == "aside" or _OTHERS.search(name):
            return True
        if furniture and (up.tag in _FURNITURE_TAGS or _FURNITURE.search(name)):
            return True
        up = up.getparent()
    return False


Found = tuple[dom.Element, Said]


def nearest(source: str, found: list[Found], *, only_near: bool = False) -> Iterable[Said]:
    """Of dates that contradict each other those in the smallest block around the title that holds any."""
    if not only_near and len({said.day for _, said in found}) <= 1:
        return [said for _, said in found]
    block = article(source).title
    chains = [(said, {element, *element.iterancestors()}) for element, said in found]
    for _ in range(_HIGHEST if block is not None else 0):
        inside = [said for said, chain in chains if block in chain]
        if inside:
            return inside
        block = block.getparent()
        if block is None or block.tag in {"body", "html"}:
            break
    return [] if only_near else [said for _, said in found]


def plain(text: str) -> str:
    """Folded and without diacritics."""
    return without_diacritics(fold(text))


def text_of(element: dom.Element) -> str:
    return " ".join("".join(element.itertext()).split())


def text_before(element: dom.Element) -> str:
    """The text before an element, on its own line."""
    previous, parent = element.getprevious(), element.getparent()
    if previous is not None:
        return plain(previous.tail or text_of(previous))[-60:]
    return plain(parent.text or "")[-60:] if parent is not None else ""


def pieces(source: str) -> Iterator[tuple[dom.Element, str]]:
    """Texts of the page's elements with a year in them, in order."""
    body = dom.tree(source).find("body")
    for element in body.iter() if body is not None else ():
        is_shown = isinstance(element.tag, str) and element.tag not in _HIDDEN_TAGS
        if is_shown and element.text and _YEAR.search(element.text):
            yield element, " ".join(element.text.split())
        if element.tail and _YEAR.search(element.tail) and element.getparent() is not None:
            yield element.getparent(), " ".join(element.tail.split())


def page_title(source: str) -> str:
    return str(dom.tree(source).findtext(".//title") or "")
