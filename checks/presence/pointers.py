"""Links that may point to a section of the site: found by name, place and address, weighed, confirmed.

Weights by place follow reference 3.9: navigation and header 1.0, block of the front page 0.9, footer
0.6, running text 0.3. A closed menu is normal, so a link that doesn't show keeps its weight there and
loses most of it elsewhere. Sites without landmarks show their menus by repeating them on every page.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from itertools import islice

import msgspec

from checks import dom, terms
from checks.addresses import evaluable_pages, is_within, key, own_hosts
from checks.finding import Instance
from checks.sentences import say, word
from checks.words import words
from crawler.evidence import Failure, FailureReason, Link, Page, Place, Site, http_failure

_WEIGHT = {
    Place.NAV: 1.0,
    Place.HEADER: 1.0,
    Place.MAIN: 0.3,
    Place.BODY: 0.3,
    Place.ASIDE: 0.6,
    Place.FOOTER: 0.6,
    Place.SEARCH: 0.3,
}
_BLOCK = 0.9
_MENU_BY_REPEATING = 0.9
_HIDDEN = 0.25
_MOST_WORDS_OF_A_NAME = 8
"""A longer text is a headline or a teaser, not a section's name."""


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a page that a link leads to."""

    title: str = ""
    headings: tuple[str, ...] = ()
    is_reached: bool = True
    """False where it was asked for and failed."""


class Pointer(msgspec.Struct, frozen=True, kw_only=True):
    """A link that may lead to a section, with what speaks for it."""

    link: Link
    page_url: str
    match: terms.Match
    weight: float
    """Place, visibility and how much of the link's text the term is; 0 to 1."""
    is_own: bool
    """Leads to a page of the institution's own hosts."""
    confirmed: bool | None = None
    """Whether the target's title or heading repeats the concept; None where the target is unknown."""
    is_broken: bool = False
    """The target was asked for and failed."""

    def instance(self, message: str = "") -> Instance:
        """The link as evidence that a person can open."""
        said = self.link.text or self.link.name
        note = message or say(
            "names “{term}”; place {place}, weight {weight:.2f}",
            term=self.match.term,
            place=word(self.link.place),
            weight=self.weight,
        )
        return Instance(
            url=self.page_url,
            selector=self.link.selector,
            snippet=f"{said} → {self.link.href}",
            message=note,
            rect=self.link.rect,
        )


def pointers(site: Site, concept: str, *, accept: Callable[[str], bool] | None = None) -> tuple[Pointer, ...]:
    """Links that name the concept, best first, one for each target.

    Looks at the home page, and at other captured pages for menus that the home page lacks (half the
    weight). `accept` says which addresses outside the institution's hosts count.
    """
    hosts = own_hosts(site)
    known = targets(site)
    best: dict[str, Pointer] = {}
    for pointer in _all(site, concept, hosts):
        address = key(pointer.link.href)
        if not pointer.is_own and not (accept and accept(pointer.link.href)):
            continue
        if address not in best or pointer.weight > best[address].weight:
            best[address] = _confirmed(pointer, known.get(address))
    return tuple(sorted(best.values(), key=_rank))


def _all(site: Site, concept: str, hosts: frozenset[str]) -> Iterator[Pointer]:
    repeated = _repeated(site)
    for page in evaluable_pages(site):
        is_home = page is site.home
        for link in page.links:
            named = name_match(link, concept)
            if named is None or not _leads_elsewhere(page, link):
                continue
            place = place_weight(link, is_home=is_home, is_repeated=(key(link.href), link.text) in repeated)
            yield Pointer(
                link=link,
                page_url=page.final_url or page.url,
                match=named,
                weight=place * (0.4 + 0.6 * named.coverage) * (1.0 if is_home else 0.5),
                is_own=is_within(link.href, hosts),
            )


def considered(site: Site, concept: str) -> list[Instance]:
    """What a `no` stands on: links of the front page that mention the concept without naming it (in a
    headline, with a word that gives it another meaning), and how many links were read.
    """
    home = site.home
    if home is None:
        return []
    url = home.final_url or home.url
    mentions = islice((link for link in home.links if _only_mentions(link, concept)), 9)
    rejected = [
        Instance(
            url=url,
            selector=link.selector,
            snippet=f"{link.text or link.name} → {link.href}",
            message=say("rejected: it only mentions it, or means something else"),
            rect=link.rect,
        )
        for link in mentions
    ]
    return [
        *rejected,
        Instance(url=url, message=say("{links} links of the front page were read", links=len(home.links))),
    ]


def _only_mentions(link: Link, concept: str) -> bool:
    text = link.text or link.name
    is_mentioned = terms.mentions(concept, text) or bool(terms.match_slug(concept, link.href))
    return is_mentioned and name_match(link, concept) is None


def targets(site: Site) -> Mapping[str, Target]:
    """Titles and headings of the addresses that the crawl or the browser opened, by address key; what
    failed for another reason than that it isn't there is not known.
    """
    known: dict[str, Target] = {}
    for crawled in site.crawl.urls if site.crawl else ():
        if crawled.is_page or _is_gone(crawled.failure):
            heading = (crawled.heading,) if crawled.heading else ()
            target = Target(title=crawled.title, headings=heading, is_reached=crawled.is_page)
            known |= dict.fromkeys((key(crawled.url), key(crawled.final_url)), target)
    readable = evaluable_pages(site)
    for page in site.pages:
        if any(page is one for one in readable) or _is_gone(page.failure or http_failure(page.status or 0)):
            target = Target(
                title=page.title,
                headings=dom.headings(page.html),
                is_reached=any(page is one for one in readable),
            )
            known |= dict.fromkeys((key(page.url), key(page.final_url or page.url)), target)
    known.pop("", None)
    return known


def _is_gone(failure: Failure | None) -> bool:
    return failure is not None and failure.reason is FailureReason.HTTP_404


def _leads_elsewhere(page: Page, link: Link) -> bool:
    """Whether the link has a target of its own: `#` and the page itself are none."""
    return key(link.href) not in {"", key(page.final_url or page.url)}


def name_match(link: Link, concept: str) -> terms.Match | None:
    """The concept in the link's text or name; for a link without words, in its address."""
    for text in (link.text, link.name):
        # Counting spaces first spares taking a headline apart.
        if text and text.count(" ") < _MOST_WORDS_OF_A_NAME and len(words(text)) <= _MOST_WORDS_OF_A_NAME:
            found = terms.match(concept, text)
            if found:
                return found
    return None if link.text or link.name else terms.match_slug(concept, link.href)


def place_weight(link: Link, *, is_home: bool, is_repeated: bool) -> float:
    """What the link's place is worth, 0 to 1."""
    weight = _WEIGHT[link.place]
    if is_home and link.place in {Place.MAIN, Place.BODY, Place.SEARCH}:
        weight = _BLOCK
    if is_repeated and link.place is not Place.FOOTER:
        weight = max(weight, _MENU_BY_REPEATING)
    is_in_menu = link.place in {Place.NAV, Place.HEADER} or is_repeated
    return weight if link.visible or is_in_menu else weight * _HIDDEN


def _repeated(site: Site) -> frozenset[tuple[str, str]]:
    """(address key, text) of links that stand on at least four of five captured pages, of three or more."""
    pages = evaluable_pages(site)
    if len(pages) < 3:
        return frozenset()
    counts = Counter(pair for page in pages for pair in {(key(link.href), link.text) for link in page.links})
    return frozenset(pair for pair, count in counts.items() if count >= 0.8 * len(pages))


def _confirmed(pointer: Pointer, target: Target | None) -> Pointer:
    if target is None:
        return pointer
    if not target.is_reached:
        return msgspec.structs.replace(pointer, confirmed=False, is_broken=True)
    concept = pointer.match.concept
    repeats = any(terms.match(concept, text) for text in (target.title, *target.headings))
    return msgspec.structs.replace(pointer, confirmed=repeats)


def _rank(pointer: Pointer) -> tuple[bool, float, bool, int, str]:
    """Reachable first, then weight, confirmed, short addresses, and the address itself for a fixed order."""
    is_confirmed = bool(pointer.confirmed)
    weight = pointer.weight + (0.3 if is_confirmed else 0.0)
    return (
        pointer.is_broken,
        -round(weight, 3),
        not pointer.is_own,
        len(pointer.link.href),
        pointer.link.href,
    )
