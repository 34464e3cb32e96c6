"""The pages on which a site puts questions to the public: its section on participation and below."""

from __future__ import annotations

from urllib.parse import urlsplit

from checks import dom, terms
from checks.addresses import evaluable_pages, is_within, key, site_hosts
from checks.finding import Instance
from checks.participation.vendors import PORTALS, linked
from checks.presence import participation
from checks.presence.pointers import name_match
from checks.presence.sections import is_document, section_pages
from checks.sentences import say, word
from crawler.evidence import Link, Page, Place, Plan, Site, VisitPage

CONSULTATION = "consultation"
"""Role of the pages that hold or list the questions."""
MOST_VISITS = 3
_SUBPAGE = 0.3
_HEADLINE = 0.5
_ENOUGH = 0.4
_BELOW = _ENOUGH
_TEXT = frozenset({Place.MAIN, Place.BODY})
_MENUS = frozenset({Place.HEADER, Place.FOOTER, Place.SEARCH})


def visits(site: Site) -> tuple[Plan, ...]:
    """Up to three pages of the section: first those that its own page links to by name, then those that
    name themselves so anywhere on the site. Waits until the section's own page was tried.
    """
    if site.with_role(CONSULTATION) or site.home not in evaluable_pages(site) or participation.plan(site):
        return ()
    scores = _linked_from_section(site)
    fallback = section_pages(site, "consultation") if len(scores) < MOST_VISITS else ()
    ranked = sorted(scores, key=lambda address: (-round(scores[address], 3), len(address), address))
    seen = {key(page.final_url or page.url) for page in _own(site)} | {key(site.home.final_url)}
    wanted = [address for address in dict.fromkeys((*ranked, *fallback)) if address not in seen]
    return tuple(VisitPage(url=address, role=CONSULTATION) for address in wanted[:MOST_VISITS])


def _linked_from_section(site: Site) -> dict[str, float]:
    hosts = site_hosts(site)
    scores: dict[str, float] = {}
    for page in _own(site):
        for link in page.links:
            address = key(link.href)
            if is_within(link.href, hosts) and not is_document(link.href):
                score = _score(page, link)
                if score >= _ENOUGH:
                    scores[address] = max(score, scores.get(address, 0.0))
    return scores


def _score(page: Page, link: Link) -> float:
    """A link named for consultations 1, a headline that mentions one 0.5; a little more below the section.
    What the section's text links to below its own address comes last: a draft is called by what it is about.
    """
    if link.place in _MENUS:
        return 0.0
    named = name_match(link, "consultation") or terms.match_slug("consultation", link.href)
    if named:
        said = 0.5 + 0.5 * named.coverage
    else:
        said = _HEADLINE if terms.match("consultation", link.text) else 0.0
    below = urlsplit(page.final_url).path.rstrip("/") + "/"
    if len(below) > 1 and urlsplit(link.href).path.startswith(below):
        return said + _SUBPAGE if said else _BELOW if link.place in _TEXT else 0.0
    return said


def _own(site: Site) -> tuple[Page, ...]:
    return tuple(page for page in evaluable_pages(site) if participation.ROLE in page.roles)


def pages(site: Site) -> tuple[Page, ...]:
    """Captured pages that are the section's: by role, or by their own heading, title or address."""
    return tuple(page for page in evaluable_pages(site) if page is not site.home and is_of_section(page))


def is_of_section(page: Page) -> bool:
    """Whether the page was opened as one of the section, or calls itself so."""
    if {participation.ROLE, CONSULTATION} & set(page.roles):
        return True
    return any(
        terms.match(concept, text)
        for concept in ("consultation", "participation")
        for text in (*dom.headings(page.html)[:1], page.title.split(" | ")[0])
    )


def could_not_be_opened(site: Site) -> tuple[Instance, ...]:
    """Pages of the section that were asked for in vain."""
    readable = evaluable_pages(site)
    wanted = [*site.with_role(participation.ROLE), *site.with_role(CONSULTATION)]
    return tuple(
        Instance(
            url=page.url,
            message=say(
                "could not be read: {reason}",
                reason=word(page.failure.reason) if page.failure else page.status,
            ),
        )
        for page in wanted
        if not any(page is one for one in readable)
    )


def portal_links(site: Site) -> tuple[Instance, ...]:
    """Links from the front page and the section to the state's portals of participation."""
    home = (site.home,) if site.home else ()
    found: dict[str, Instance] = {}
    for page in (*pages(site), *home):
        for _, instance in linked(page, PORTALS):
            found.setdefault(instance.snippet, instance)
    return tuple(found.values())
