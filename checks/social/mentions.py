"""Where a site names accounts of a network: links, embeds, and what its head declares."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum
from html import unescape
from itertools import chain

import msgspec

from checks import dom, terms
from checks.addresses import evaluable_pages
from checks.finding import Instance
from checks.remember import for_a_site, once_a_page
from checks.social.networks import Kind, Network, Reference, classify, classify_on
from crawler.evidence import Link, Page, Place, Site

_EMBED = re.compile(
    r"<(?:div\b[^>]*\bfb-(?:page|like-box)\b|fb:(?:page|like-box|fan)\b)[^>]*>", re.IGNORECASE
)
_EMBED_HREF = re.compile(r"\b(?:data-)?href\s*=\s*[\"']([^\"']+)", re.IGNORECASE)
_FRAME_SRC = re.compile(r"<iframe\b[^>]*\bsrc\s*=\s*[\"']([^\"']+)", re.IGNORECASE)
_REL_ME = re.compile(r"<link\b[^>]*\brel\s*=\s*[\"'][^\"']*\bme\b[^>]*>", re.IGNORECASE)


class How(StrEnum):
    """In which way an account is named."""

    LINK = "link"
    EMBED = "embed"
    DECLARED = "declared"
    """JSON-LD sameAs, rel=me, twitter:site, article:publisher."""


class Mention(msgspec.Struct, frozen=True, kw_only=True):
    """One naming of an account on one page."""

    reference: Reference
    href: str
    """As written."""
    how: How
    page_url: str
    is_home: bool
    place: Place = Place.BODY
    visible: bool = True
    text: str = ""
    selector: str = ""

    def instance(self, message: str) -> Instance:
        """The naming as evidence that a person can open."""
        snippet = f"{self.text} → {self.href}" if self.text else self.href
        return Instance(url=self.page_url, selector=self.selector, snippet=snippet, message=message)


def mentions(site: Site, network: Network) -> tuple[Mention, ...]:
    """Every naming of an account of the network on the captured pages, in the pages' order."""
    return tuple(
        mention
        for page in evaluable_pages(site)
        for mention in _of_page(page, page is site.home)
        if mention.reference.network is network and mention.reference.handle
    )


@once_a_page
def _of_page(page: Page, is_home: bool) -> tuple[Mention, ...]:
    found = (_links(page, is_home=is_home), _embeds(page, is_home=is_home), _head(page, is_home=is_home))
    return tuple(chain.from_iterable(found))


def _links(page: Page, *, is_home: bool) -> Iterator[Mention]:
    url = page.final_url or page.url
    for link in page.links:
        reference = classify_on(link.href, url, link.rel)
        if reference is None or reference.kind not in {Kind.PROFILE, Kind.POST} or _shares(link):
            continue
        is_timeline = "twitter-timeline" in link.selector or "twitter-follow" in link.selector
        yield Mention(
            reference=reference,
            href=link.href,
            how=How.DECLARED if "me" in link.rel.split() else How.EMBED if is_timeline else How.LINK,
            page_url=url,
            is_home=is_home,
            place=link.place,
            visible=link.visible,
            text=link.text or link.name,
            selector=link.selector,
        )


def _shares(link: Link) -> bool:
    return any(terms.match("share", text) for text in (link.text, link.name))


def _embeds(page: Page, *, is_home: bool) -> Iterator[Mention]:
    url = page.final_url or page.url
    for href in (*embedded(page.html), *(frame.url for frame in page.frames)):
        reference = classify(href)
        if reference and reference.kind is Kind.PROFILE:
            yield Mention(reference=reference, href=href, how=How.EMBED, page_url=url, is_home=is_home)


def _head(page: Page, *, is_home: bool) -> Iterator[Mention]:
    url = page.final_url or page.url
    for href in declared(page.html):
        reference = classify(href, "me")
        if reference and reference.kind is Kind.PROFILE:
            yield Mention(reference=reference, href=href, how=How.DECLARED, page_url=url, is_home=is_home)


@for_a_site(64)
def embedded(html: str) -> tuple[str, ...]:
    """Addresses in Facebook's page plugins that stand in the page's own HTML, loaded or not."""
    html = dom.without_comments(html)
    plugins = (_EMBED_HREF.search(element.group(0)) for element in _EMBED.finditer(html))
    found = [unescape(match.group(1)) for match in plugins if match]
    found += [unescape(frame.group(1)) for frame in _FRAME_SRC.finditer(html)]
    return tuple(f"https:{href}" if href.startswith("//") else href for href in found)


@for_a_site(64)
def declared(html: str) -> tuple[str, ...]:
    """Account addresses that the page's head or its JSON-LD declares as its own."""
    found: list[str] = []
    html = dom.without_comments(html)
    for name, content in dom.metas(html):
        if name == "twitter:site" and content.startswith("@"):
            found.append(f"https://x.com/{content[1:]}")
        elif name in {"article:publisher", "og:see_also"}:
            found.append(content)
    me = (_EMBED_HREF.search(element.group(0)) for element in _REL_ME.finditer(html))
    found += [unescape(match.group(1)) for match in me if match]
    for item in dom.json_ld(html):
        same = item.get("sameAs") if item.get("@type") != "Person" else None
        found += [same] if isinstance(same, str) else [one for one in same or () if isinstance(one, str)]
    return tuple(found)
