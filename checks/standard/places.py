"""Where on a site something has its place: a link that names it, a heading, a page or document of its own.

The common pattern of most checks here. A section need not stand in a menu, so a link counts wherever it is;
its place only weighs. What the target says of itself decides more (`checks.presence.pointers`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import IntEnum
from itertools import chain, pairwise

import msgspec

from checks import terms
from checks.addresses import evaluable_pages, key
from checks.answers import cant_tell
from checks.finding import Answer, Instance
from checks.presence.pointers import Pointer, considered, pointers
from checks.presence.sections import is_document
from checks.remember import once_a_page
from checks.sentences import say
from checks.standard.blocks import Block, Found, blocks
from checks.standard.verdicts import looked, not_there, sureness_of_no, there
from checks.standard.wordings import sentence
from crawler.evidence import CrawledUrl, Page, Site, SkipReason

_NAMES = 0.3
"""Share of a link's words that must be the term's; below, a headline mentions it."""
_HEADS = 0.33
"""The same for headings and titles, which are sentences more often."""
_ALONE = 0.5
"""From here on a name stands alone, or nearly so."""
_MOST_MENTIONS = 4
_ONLY_MENTIONED = say("rejected: mentioned, but by no heading and no link that leads anywhere")


class Kind(IntEnum):
    """How well a place is known, best first."""

    CONFIRMED = 0
    """A link whose target repeats the name."""
    PAGE = 1
    """A page of the site with the name in its heading or title."""
    HEADING = 2
    """A heading on a page that was captured."""
    DOCUMENT = 3
    """A link to a file."""
    LINK = 4
    """A link whose target was not opened."""
    UNCONFIRMED = 5
    """A link whose target was opened and names it nowhere."""
    BROKEN = 6
    """A link whose target is gone."""


_SURE = {
    Kind.CONFIRMED: 0.93,
    Kind.PAGE: 0.9,
    Kind.HEADING: 0.85,
    Kind.DOCUMENT: 0.85,
    Kind.LINK: 0.75,
    Kind.UNCONFIRMED: 0.65,
}
_SAYS = {
    Kind.CONFIRMED: say("is a link whose target repeats it"),
    Kind.PAGE: say("is what a page of the site is called"),
    Kind.HEADING: say("is a heading of the site"),
    Kind.DOCUMENT: say("is a link to a document"),
    Kind.LINK: say("is a link; its target was not opened"),
    Kind.UNCONFIRMED: say("is a link; its target's title and heading do not repeat it"),
    Kind.BROKEN: say("is a link; its target could not be opened"),
}


class Named(msgspec.Struct, frozen=True, kw_only=True):
    """A place with its evidence."""

    kind: Kind
    said: str
    """The words that name it."""
    match: terms.Match
    target: str
    """Address of the place, for a heading that of its page."""
    instance: Instance

    @property
    def confidence(self) -> float:
        """Less where the words say more than the name."""
        return round(_SURE.get(self.kind, 0.0) - (0.1 if self.match.coverage < _ALONE else 0.0), 2)

    @property
    def reason(self) -> str:
        """In a sentence."""
        return say(
            "“{said}” {says} ({language}: {term}).",
            said=self.said,
            says=_SAYS[self.kind],
            language=self.match.language,
            term=self.match.term,
        )


def places(site: Site, concept: str, *, accept: Callable[[str], bool] | None = None) -> tuple[Named, ...]:
    """All places that bear a name of the concept, best known first, one for each address; broken links last.

    `accept` says which addresses of other hosts count; without it only those of the institution's hosts do.
    """
    best: dict[str, Named] = {}
    found = (_linked(site, concept, accept), _titled(site, concept), _filed(site, concept))
    for one in chain(*found, _headed(site, concept)):
        at = key(one.target)
        if at not in best or _rank(one) < _rank(best[at]):
            best[at] = one
    return tuple(sorted(best.values(), key=_rank))


def answer_by_place(
    site: Site,
    code: str,
    concept: str,
    what: str,
    *,
    most: float = 0.75,
) -> Answer:
    """1 where a place bears the name, 0 with what only mentions it, cantTell where its link is broken.

    `what` is what was sought, in words for the reason of a "no": `price list`; `most` how sure that is.
    """
    found = places(site, concept)
    if good := [one for one in found if one.kind is not Kind.BROKEN]:
        return there(code, good[0].confidence, good[0].reason, [one.instance for one in good])
    if found:
        evidence = [one.instance for one in found]
        return cant_tell(
            code, say("A link names this ({what}), but its target could not be opened.", what=what), evidence
        )
    return no_place(site, code, concept, what, most)


def no_place(site: Site, code: str, concept: str, what: str, most: float = 0.75) -> Answer:
    """The "no" of a place: links and sentences that mention it stand as rejected."""
    reason = say("No link, heading or title on the site is a name of this: {what}.", what=what)
    evidence = [*considered(site, concept)[:-1][:5], *mentions(site, concept), looked(site)]
    return not_there(code, sureness_of_no(site, most), reason, evidence)


def mentions(site: Site, concept: str) -> list[Instance]:
    """Sentences of the site that mention the concept, as rejected candidates."""
    found: dict[str, Instance] = {}
    for one in sentences(site, concept):
        if len(found) == _MOST_MENTIONS:
            break
        quote = sentence(concept, one.block.text)
        found.setdefault(quote, one.instance(quote, message=_ONLY_MENTIONED))
    return list(found.values())


def sentences(site: Site, concept: str) -> Iterator[Found]:
    """Pieces of text that hold a term of the concept, page by page."""
    for page in evaluable_pages(site):
        for block in _speaking(page, concept):
            yield Found(page, block)


@once_a_page
def _speaking(page: Page, concept: str) -> tuple[Block, ...]:
    if terms.match_long(concept, page.text) is None:
        return ()
    return tuple(block for block in blocks(page) if terms.match_long(concept, block.text))


def _rank(one: Named) -> tuple[int, float, int, str]:
    return (int(one.kind), -one.match.coverage, len(one.target), one.target)


def _linked(site: Site, concept: str, accept: Callable[[str], bool] | None) -> Iterator[Named]:
    for pointer in pointers(site, concept, accept=accept):
        if pointer.match.coverage >= _NAMES:
            said = pointer.link.text or pointer.link.name
            yield Named(
                kind=_kind(pointer),
                said=said,
                match=pointer.match,
                target=pointer.link.href,
                instance=pointer.instance(),
            )


def _kind(pointer: Pointer) -> Kind:
    if pointer.is_broken:
        return Kind.BROKEN
    if pointer.confirmed is None:
        return Kind.DOCUMENT if is_document(pointer.link.href) else Kind.LINK
    return Kind.CONFIRMED if pointer.confirmed else Kind.UNCONFIRMED


def _titled(site: Site, concept: str) -> Iterator[Named]:
    for crawled in site.crawl.urls if site.crawl else ():
        if crawled.is_page and (named := _title(crawled, concept)):
            said, match = named
            yield Named(
                kind=Kind.PAGE,
                said=said,
                match=match,
                target=crawled.final_url,
                instance=Instance(url=crawled.final_url, snippet=said, message=say("the page's own name")),
            )


def _title(crawled: CrawledUrl, concept: str) -> tuple[str, terms.Match] | None:
    for said in (crawled.heading, crawled.title.split(" | ")[0].split(" – ")[0]):
        match = terms.match(concept, said)
        if match and match.coverage >= _HEADS:
            return said, match
    return None


def _filed(site: Site, concept: str) -> Iterator[Named]:
    for skipped in site.crawl.skipped if site.crawl else ():
        match = terms.match_slug(concept, skipped.url) if skipped.reason is SkipReason.DOCUMENT else None
        if match:
            said = skipped.url.rpartition("/")[2]
            instance = Instance(
                url=skipped.found_on, snippet=skipped.url, message=say("a document's address")
            )
            yield Named(kind=Kind.DOCUMENT, said=said, match=match, target=skipped.url, instance=instance)


def _headed(site: Site, concept: str) -> Iterator[Named]:
    for page in evaluable_pages(site):
        for one in headings(page):
            match = terms.match(concept, one.block.text)
            if match and match.coverage >= _HEADS:
                yield Named(
                    kind=Kind.HEADING,
                    said=one.block.text,
                    match=match,
                    target=page.final_url or page.url,
                    instance=one.instance(message=say("a heading")),
                )


def headings(page: Page) -> Iterator[Found]:
    """Headings that have text of their own under them."""
    every = blocks(page)
    for block, after in pairwise(every):
        if block.level and not after.level:
            yield Found(page, block)
