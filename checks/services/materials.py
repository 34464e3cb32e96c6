"""What the site offers to explain its e-services: demonstrations, films and slides, instructions.

A link, an embedded film or a document counts by its own words and by where it stands: beside words on
e-services surely, on a page of services with less confidence, anywhere else not at all: institutions show
films and keep instructions on many things.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum

import msgspec

from checks import dom, terms
from checks.addresses import evaluable_pages, key
from checks.finding import Instance
from checks.sentences import marked, say, word
from checks.services.service_pages import ROLE, SECTION
from checks.words import last_segment, words
from crawler.evidence import Link, Page, Place, Rect, Site, SkipReason

_MOST_WORDS = 12
_FILM = re.compile(
    r"^https?://(?:www\.)?(?:youtube(?:-nocookie)?\.com/(?:embed/|watch\?)|youtu\.be/|(?:player\.)?vimeo\.com/(?:video/)?\d)"
    r"|\.(?:mp4|webm|pptx?|ppsx?)(?:$|\?)",
    re.IGNORECASE,
)
_VIDEO = re.compile(r"<video\b[^>]*>", re.IGNORECASE)
_HEADING = re.compile(r"<h[1-3]\b[^>]*>(.*?)</h[1-3]\s*>", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_MOST_HEADINGS = 40


class What(StrEnum):
    """The three kinds that the study asks for; each is the name of its terms."""

    DEMONSTRATION = "demonstration"
    PRESENTATION = "presentation"
    HOW_TO = "how_to"


class Closeness(StrEnum):
    """How surely it is about an e-service."""

    NAMED = marked("its words or its page's speak of e-services")
    ON_A_SERVICE_PAGE = marked("it stands on a page of services")
    ELSEWHERE = marked("rejected: nothing tells that it is about an e-service")


_KINDS = {
    What.DEMONSTRATION: say("demonstration"),
    What.PRESENTATION: say("presentation"),
    What.HOW_TO: say("how-to"),
}


class Material(msgspec.Struct, frozen=True, kw_only=True):
    """One piece of material."""

    what: What
    closeness: Closeness
    target: str
    page_url: str
    said: str
    selector: str = ""
    rect: Rect | None = None

    def instance(self) -> Instance:
        """The link, film or document as evidence."""
        snippet = f"{self.said} → {self.target}" if self.said else self.target
        message = say("{kind}: {closeness}", kind=_KINDS[self.what], closeness=word(self.closeness))
        return Instance(
            url=self.page_url, selector=self.selector, snippet=snippet, message=message, rect=self.rect
        )


def materials(site: Site) -> tuple[Material, ...]:
    """All of the site's, each kind and target once, the surest naming of each."""
    best: dict[tuple[What, str], Material] = {}
    order = list(Closeness)
    for one in _all(site):
        at = (one.what, key(one.target) or one.target)
        if at not in best or order.index(one.closeness) < order.index(best[at].closeness):
            best[at] = one
    return tuple(sorted(best.values(), key=lambda one: order.index(one.closeness)))


def _all(site: Site) -> Iterator[Material]:
    for page in evaluable_pages(site):
        closeness = _closeness_of(page)
        yield from _links(page, closeness)
        yield from _films(page, closeness)
    yield from _documents(site)


def _closeness_of(page: Page) -> Closeness:
    """What the page lends to all that stands on it."""
    if any(terms.match("e_service_help", text) for text in (page.title, *dom.headings(page.html))):
        return Closeness.NAMED
    return Closeness.ON_A_SERVICE_PAGE if {SECTION, ROLE} & set(page.roles) else Closeness.ELSEWHERE


def _links(page: Page, closeness: Closeness) -> Iterator[Material]:
    for link in page.links:
        said = link.text or link.name
        is_named = bool(said) and said.count(" ") < _MOST_WORDS and len(words(said)) <= _MOST_WORDS
        kinds = [what for what in What if is_named and terms.match(what, said)]
        is_inside = link.place in {Place.MAIN, Place.BODY, Place.ASIDE}
        if _FILM.search(link.href) and is_inside and What.PRESENTATION not in kinds:
            kinds.append(What.PRESENTATION)
        if not kinds or not link.href.startswith("http") or not (link.visible or is_inside):
            continue
        near = closeness if is_inside else Closeness.ELSEWHERE
        yield from _of_link(page, link, kinds, Closeness.NAMED if _is_electronic(said) else near)


def _of_link(page: Page, link: Link, kinds: list[What], closeness: Closeness) -> Iterator[Material]:
    for what in kinds:
        yield Material(
            what=what,
            closeness=closeness,
            target=link.href,
            page_url=page.final_url or page.url,
            said=link.text or link.name,
            selector=link.selector,
            rect=link.rect,
        )


def _films(page: Page, closeness: Closeness) -> Iterator[Material]:
    """Films in frames and in the page's own video elements; one alone may be told by its heading."""
    url = page.final_url or page.url
    headings = " ".join(_headings(page.html)) if _VIDEO.search(page.html) or page.frames else ""
    named = closeness if closeness is not Closeness.ELSEWHERE else _by_heading(headings)
    for frame in page.frames:
        if _FILM.search(frame.url):
            near = Closeness.NAMED if _is_electronic(frame.title) else named
            yield Material(
                what=What.PRESENTATION,
                closeness=near,
                target=frame.url,
                page_url=url,
                said=frame.title,
                selector=frame.selector,
            )
    if _VIDEO.search(dom.without_comments(page.html)):
        yield Material(
            what=What.PRESENTATION, closeness=named, target=url, page_url=url, said="", selector="video"
        )


def _by_heading(headings: str) -> Closeness:
    """A heading that names both a film and an e-service."""
    both = terms.match("presentation", headings) and _is_electronic(headings)
    return Closeness.NAMED if both else Closeness.ELSEWHERE


def _headings(html: str) -> list[str]:
    found = (" ".join(_TAG.sub(" ", match.group(1)).split()) for match in _HEADING.finditer(html))
    texts = [text for text, _ in zip(found, range(_MOST_HEADINGS), strict=False)]
    return [text for text in texts if terms.match("presentation", text) and _is_electronic(text)]


def _documents(site: Site) -> Iterator[Material]:
    """Files that the crawl saw linked, by the words of their names."""
    for skipped in site.crawl.skipped if site.crawl else ():
        if skipped.reason is not SkipReason.DOCUMENT:
            continue
        said = " ".join(last_segment(skipped.url))
        for what in What:
            if terms.match(what, said):
                yield Material(
                    what=what,
                    closeness=Closeness.NAMED if _is_electronic(said) else Closeness.ELSEWHERE,
                    target=skipped.url,
                    page_url=skipped.found_on or skipped.url,
                    said=said,
                )


def _is_electronic(text: str) -> bool:
    return bool(text) and terms.match("e_service_help", text) is not None
