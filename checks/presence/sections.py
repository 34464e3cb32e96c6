"""The page that best stands for a section of the site: found by links, titles and addresses."""

from __future__ import annotations

import re

from checks import terms
from checks.addresses import evaluable_pages, is_within, key, site_hosts
from checks.presence.pointers import pointers
from crawler.evidence import CrawledUrl, Plan, Site, VisitPage

_ENOUGH = 0.35
_DOCUMENT = re.compile(r"\.(pdf|docx?|xlsx?|pptx?|zip|odt|ods|rtf|jpe?g|png|mp4|xml|ics)$", re.IGNORECASE)


def visits(site: Site, concept: str, role: str, limit: int = 1) -> tuple[Plan, ...]:
    """Plans for the best `limit` pages of a section; none once a page has the role or without a front
    page that can be read. Best first, the same for the same evidence.
    """
    if site.with_role(role) or site.home not in evaluable_pages(site):
        return ()
    return tuple(VisitPage(url=url, role=role) for url in section_pages(site, concept)[:limit])


def section_pages(site: Site, concept: str) -> tuple[str, ...]:
    """Addresses of the site's pages that may be the section, best first.

    A link's weight is by name and place; the target's own title and its address add to it.
    """
    hosts = site_hosts(site)
    scores: dict[str, float] = {}
    for pointer in pointers(site, concept):
        if not pointer.is_broken:
            slug = 0.2 if terms.match_slug(concept, pointer.link.href) else 0.0
            scores[key(pointer.link.href)] = pointer.weight + slug + (0.3 if pointer.confirmed else 0.0)
    for crawled in site.crawl.urls if site.crawl else ():
        address = key(crawled.final_url)
        if crawled.is_page and address not in scores:
            scores[address] = _own_score(crawled, concept)
    home = site.home
    not_home = {key(home.url), key(home.final_url)} if home else set()
    ranked = sorted(scores.items(), key=lambda item: (-round(item[1], 3), len(item[0]), item[0]))
    return tuple(
        address
        for address, score in ranked
        if score >= _ENOUGH
        and address not in not_home
        and is_within(address, hosts)
        and not is_document(address)
    )


def is_document(url: str) -> bool:
    """Whether the address ends like a file that is no page."""
    return _DOCUMENT.search(url.partition("?")[0]) is not None


def _own_score(crawled: CrawledUrl, concept: str) -> float:
    """What the page says of itself: heading, title and address; deeper pages a little less."""
    found = [terms.match(concept, text) for text in (crawled.heading, crawled.title.split(" | ")[0])]
    said = max((0.5 * match.coverage for match in found if match), default=0.0)
    slug = 0.3 if terms.match_slug(concept, crawled.final_url) else 0.0
    return max(0.0, said + slug - 0.02 * crawled.depth)
