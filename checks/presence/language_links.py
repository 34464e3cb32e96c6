"""Where a site says that it has a version in another language: its language switch, `hreflang`, and
pages that the crawl found in that language. Reference social-and-presence 3.2.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from urllib.parse import parse_qsl, urljoin, urlsplit

import msgspec

from checks import dom, terms
from checks.addresses import host, key
from checks.finding import Instance
from checks.presence.machine_translation import is_widget_address
from checks.remember import once_a_page
from checks.sentences import say, word
from checks.words import path_segments, slug_words
from crawler.evidence import Crawl, Link, Page, Place, Rect, Site

CONCEPT = "language_names"
_TAG = re.compile(r"([a-z]{2,3})(?:[-_][A-Za-z0-9]+)*$", re.IGNORECASE)
_SHORT = 3
"""An abbreviation of this many letters may be a word of its own (`it`, `de`, `est`)."""
_NO_WORDS = frozenset({"lv", "lat", "en", "eng", "ru", "rus"})
"""Abbreviations that are nothing else on a website."""
_BY_PLACE = {Place.HEADER: 1.0, Place.NAV: 1.0, Place.FOOTER: 0.8, Place.ASIDE: 0.8}


class LanguageLink(msgspec.Struct, frozen=True, kw_only=True):
    """A place that promises a version in another language."""

    code: str
    """ISO 639-1."""
    url: str
    """Empty where the switch has no address of its own (a script does it)."""
    how: str
    """In words: `named in the header`, `link rel=alternate`, …"""
    weight: float
    page_url: str
    said: str = ""
    selector: str = ""
    rect: Rect | None = None

    def instance(self, message: str = "") -> Instance:
        """The place as evidence."""
        return Instance(
            url=self.page_url,
            selector=self.selector,
            snippet=f"{self.said} → {self.url}",
            message=message or say("promises {code}: {how}", code=self.code, how=self.how),
            rect=self.rect,
        )


def language_links(site: Site) -> tuple[LanguageLink, ...]:
    """What the front page offers, and the topmost page that the crawl found in a language, best first."""
    home = site.home
    if home is None:
        return ()
    found = [*_on_page(home, home.final_url or home.url), *_crawled(site.crawl)]
    return tuple(sorted(found, key=lambda one: (not one.url, -one.weight, len(one.url), one.url)))


def named_language(address: str) -> str:
    """The language that an address names in a segment of its path, its query or its host; empty where
    none: `/en/news`, `?lang=en`, `en.example`.
    """
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    segments = [*path_segments(address)[:2], *path_segments(address)[-1:]]
    values = [value for name, value in parse_qsl(parts.query) if name.lower() in _QUERY_NAMES]
    labels = host(address).split(".")[:-2]
    said = (_slugs().get(slug_words(text), "") for text in (*segments, *values, *labels))
    return next((code for code in said if code), "")


_QUERY_NAMES = frozenset({"lang", "language", "l", "lng", "locale", "hl", "valoda", "langcode"})


@cache
def _slugs() -> dict[tuple[str, ...], str]:
    tables = terms.tables(CONCEPT).items()
    return {slug_words(slug): code for code, table in tables for slug in table.slugs}


@once_a_page
def _on_page(page: Page, address: str) -> tuple[LanguageLink, ...]:
    named = list(_named(page, address))
    kept = [one for one in named if _is_sure(one, named)]
    return (*kept, *_in_head(page, address), *_in_options(page, address), *_controls(page, address))


def _named(page: Page, address: str) -> Iterator[LanguageLink]:
    for link in page.links:
        code = _language(link)
        if not code or is_widget_address(link.href):
            continue
        # Whoever switches by script has no address of his own to go to.
        own = key(link.href) if key(link.href) != key(address) or "#" not in link.href else ""
        how = _named_in(link)
        place = _BY_PLACE.get(link.place, 0.7)
        yield LanguageLink(
            code=code,
            url=own,
            how=how,
            weight=(place + (0.2 if link.hreflang else 0.0)) * (1.0 if link.visible else 0.8),
            page_url=address,
            said=link.text or link.name,
            selector=link.selector,
            rect=link.rect,
        )


def _named_in(link: Link) -> str:
    named = say("named in the {place}", place=word(link.place))
    return say("{named} by hreflang", named=named) if link.hreflang else named


def _language(link: Link) -> str:
    """The language that a link's text or name is the name of; by hreflang alone only in menus, for an
    article may be linked in another language.
    """
    for text in (link.text, link.name):
        if text and len(text) < 40 and (found := terms.match(CONCEPT, text)):
            return found.language
    is_menu = link.place in {Place.HEADER, Place.NAV, Place.FOOTER}
    return _code(link.hreflang) if link.hreflang and is_menu else ""


def _is_sure(one: LanguageLink, named: Iterable[LanguageLink]) -> bool:
    """A short abbreviation needs company: another language beside it, or an address that says the same."""
    letters = re.sub(r"[\W\d_]+", "", one.said).lower()
    if (
        len(letters) > _SHORT
        or letters in _NO_WORDS
        or "hreflang" in one.how
        or named_language(one.url) == one.code
    ):
        return True
    return any(other.code != one.code for other in named)


def _code(tag: str) -> str:
    """`en` of `en-GB`; empty for `x-default` and for what is no tag."""
    found = _TAG.fullmatch(tag.strip())
    return found[1].lower() if found and found[1].lower() != "x" else ""


def _in_head(page: Page, address: str) -> Iterator[LanguageLink]:
    for element in dom.tree(page.html).iterfind(".//link[@hreflang]"):
        code, url = _code(element.get("hreflang", "")), _resolved(address, element.get("href", ""))
        if code and url and "alternate" in (element.get("rel") or "").lower():
            yield LanguageLink(
                code=code,
                url=url,
                how=say("link rel=alternate hreflang"),
                weight=0.9,
                page_url=address,
                said=f'hreflang="{element.get("hreflang", "")}"',
                selector=f'link[hreflang="{element.get("hreflang", "")}"]',
            )


def _in_options(page: Page, address: str) -> Iterator[LanguageLink]:
    for option in dom.tree(page.html).iterfind(".//select//option"):
        said = " ".join("".join(option.itertext()).split())
        found = terms.match(CONCEPT, said) if said and len(said) < 40 else None
        value = (option.get("value") or "").strip()
        if found is None:
            continue
        is_address = value.startswith(("/", "http:", "https:", "?"))
        yield LanguageLink(
            code=found.language,
            url=_resolved(address, value) if is_address else "",
            how=say("an option of a list"),
            weight=0.8,
            page_url=address,
            said=said,
            selector="select option",
        )


def _controls(page: Page, address: str) -> Iterator[LanguageLink]:
    for control in page.controls:
        found = terms.match(CONCEPT, control.name) if 0 < len(control.name) < 40 else None
        if found:
            yield LanguageLink(
                code=found.language,
                url="",
                how=say("a button without an address"),
                weight=0.5,
                page_url=address,
                said=control.name,
                selector=control.selector,
            )


def _crawled(crawl: Crawl | None) -> Iterator[LanguageLink]:
    """The page with the shortest address in each language that address and `html lang` both name; the
    address alone may mean something else (`/it/` of a university).
    """
    best: dict[str, str] = {}
    for one in crawl.urls if crawl else ():
        code = named_language(one.final_url) if one.is_page else ""
        if code != _code(one.lang):
            continue
        shortest = best.get(code)
        if code and (shortest is None or len(one.final_url) < len(shortest)):
            best[code] = one.final_url
    for code, url in best.items():
        how = say("the topmost page whose address names the language")
        yield LanguageLink(code=code, url=url, how=how, weight=0.4, page_url=url)


def _resolved(address: str, href: str) -> str:
    try:
        return key(urljoin(address, href.strip()))
    except ValueError:
        return ""
