"""Services that stand under a name which is itself no link: a menu that opens, a heading with links below.

`<a href="#">Pakalpojumi</a><ul>…</ul>`, `<button>Services</button>`, `<h2>E-pakalpojumi</h2>`: below the name
stand the links to services, though none of them says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urljoin

import msgspec

from checks import dom, terms
from checks.addresses import is_within, key
from checks.finding import Instance
from checks.presence.pointers import name_match
from checks.sentences import say
from crawler.evidence import Link, Page

_HEADINGS = ("h2", "h3", "h4", "h5", "h6")
_BOXES = frozenset({"li", "details"})
_LONGEST = 60
"""Characters of a name; a longer text is a sentence."""
_LEAST_COVERAGE = 0.5
_FARTHEST = 40
"""Elements with links after a heading that are looked at."""
_FEWEST = 2
"""Links under a heading: one alone is "read more"."""


class ServiceMenu(msgspec.Struct, frozen=True, kw_only=True):
    """A name for services with the links that stand below it."""

    name: str
    match: terms.Match
    is_menu: bool
    """Opened by a control; else it is a heading."""
    links: tuple[str, ...]
    """Resolved addresses, each once, with their texts: `text → address`."""
    page_url: str

    @property
    def targets(self) -> tuple[str, ...]:
        """The addresses alone, as `checks.addresses.key` writes them."""
        return tuple(link.rpartition(" → ")[2] for link in self.links)

    def instance(self) -> Instance:
        """The name with its links as evidence."""
        return Instance(
            url=self.page_url,
            snippet=f"{self.name}: {'; '.join(self.links[:5])}",
            message=say(
                "{said} with {links} links under it",
                said=say("a menu") if self.is_menu else say("a heading"),
                links=len(self.links),
            ),
        )


def dead_links(page: Page) -> tuple[Link, ...]:
    """Links named for services that have no address of their own: `#`, `javascript:`, `file:`."""
    here = key(page.final_url or page.url)
    return tuple(
        link
        for link in page.links
        if key(link.href) in {"", here} and name_match(link, "services") is not None
    )


def service_menus(page: Page, hosts: frozenset[str]) -> tuple[ServiceMenu, ...]:
    """Menus and headings of the page that name services, those that hold links to one of `hosts`."""
    found = {one.links: one for one in (*_headed(page, hosts), *_menus(page, hosts))}
    return tuple(sorted(found.values(), key=lambda one: (not one.is_menu, -len(one.links))))


def _menus(page: Page, hosts: frozenset[str]) -> Iterator[ServiceMenu]:
    names = {link.text or link.name for link in dead_links(page)}
    names |= {one.name for one in page.controls if _match(one.name)}
    if not names:
        return
    for element in dom.tree(page.html).iter("a", "button", "summary", "span"):
        name = _text(element)
        match = _match(name) if name in names else None
        box = _box(element) if match else None
        if match and box is not None:
            links = _links(page, box.iter("a"), hosts)
            if links:
                yield _menu(page, name, match, links, is_menu=True)


def _headed(page: Page, hosts: frozenset[str]) -> Iterator[ServiceMenu]:
    if not any(f"<{level}" in page.html for level in _HEADINGS):
        return
    every = list(dom.tree(page.html).iter("a", *_HEADINGS))
    for at, element in enumerate(every):
        match = _match(_text(element)) if element.tag in _HEADINGS else None
        if match:
            below = []
            for one in every[at + 1 : at + 1 + _FARTHEST]:
                if one.tag in _HEADINGS and one.tag <= element.tag:
                    break
                below.append(one)
            links = _links(page, (one for one in below if one.tag == "a"), hosts)
            if len(links) >= _FEWEST:
                yield _menu(page, _text(element), match, links, is_menu=False)


def _menu(page: Page, name: str, match: terms.Match, links: tuple[str, ...], *, is_menu: bool) -> ServiceMenu:
    url = page.final_url or page.url
    return ServiceMenu(name=name, match=match, is_menu=is_menu, links=links, page_url=url)


def _match(name: str) -> terms.Match | None:
    """The term, where the text is a name and hardly anything else."""
    found = terms.match("services", name) if name and len(name) <= _LONGEST else None
    return found if found and found.coverage >= _LEAST_COVERAGE else None


def _text(element: dom.Element) -> str:
    return " ".join("".join(element.itertext()).split()) if len(element) <= 4 else ""


def _box(element: dom.Element) -> dom.Element | None:
    """What the name opens: its list item, its `details`, or the list beside it."""
    for one in (element, *element.iterancestors()):
        following = one.getnext()
        if one.tag in _BOXES:
            return one
        if following is not None and following.tag in {"ul", "ol", "div"}:
            return following
        if one.tag in {"ul", "ol", "nav", "body"}:
            return None
    return None


def _links(page: Page, anchors: Iterator[dom.Element], hosts: frozenset[str]) -> tuple[str, ...]:
    base = page.final_url or page.url
    found: dict[str, str] = {}
    for anchor in anchors:
        try:
            address = key(urljoin(base, anchor.get("href") or ""))
        except ValueError:
            continue
        if address and address != key(base) and is_within(address, hosts):
            found.setdefault(address, f"{_text(anchor) or anchor.get('aria-label') or ''} → {address}")
    return tuple(found.values())
