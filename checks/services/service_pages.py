"""The pages that describe one service each: which they are, and which to visit.

They are told by the section of services: what its own text links to, or what lies below its address. Menus
that the front page has too, news, documents and other hosts are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from checks import terms
from checks.addresses import evaluable_pages, is_within, key, site_hosts
from checks.presence.pointers import targets
from checks.presence.sections import is_document
from checks.words import path_segments, words
from crawler.evidence import Link, Page, Place, Plan, Site, VisitPage

SECTION = "services"
"""Role of the section's pages, which `services_links` asks for."""
ROLE = "service"
MOST = 10
_ENOUGH = 0.5
_SURE = 0.7
"""Below the section's address, or named a service: beside such links, others of the text lead elsewhere."""
_FIGURES = re.compile(r"^[\d\W]*$")
_PAGING = re.compile(r"[?&](?:page|lapa|p|start|offset|sort|order|lang)=", re.IGNORECASE)
_OTHER_CONCEPTS = ("news", "contacts", "participation", "accessibility_statement", "search", "login", "share")
_ABOUT_ALL_SERVICES = ("price_list", "service_standard", "complaints")
_NAMES = 0.6
"""Share of a name's words from which it is the price list's, not that of a service that mentions its fee."""
_WEIGHT = {Place.MAIN: 0.4, Place.BODY: 0.3, Place.ASIDE: 0.1}


def sections(site: Site) -> tuple[Page, ...]:
    """The captured pages of the section of services."""
    return tuple(page for page in evaluable_pages(site) if SECTION in page.roles)


def service_pages(site: Site) -> tuple[Page, ...]:
    """The captured pages that describe a service, at most ten."""
    return tuple(page for page in evaluable_pages(site) if ROLE in page.roles)[:MOST]


def visits_of_services(site: Site) -> tuple[Plan, ...]:
    """Plans for the ten best service pages; none before the section was seen or once they were visited."""
    if site.with_role(ROLE) or not sections(site):
        return ()
    return tuple(VisitPage(url=url, role=ROLE) for url in candidates(site)[:MOST])


def candidates(site: Site) -> tuple[str, ...]:
    """Addresses that may describe a service, best first; the same for the same evidence."""
    lost = _lost(site)
    return tuple(address for address in _ranked(site) if address not in lost)


def gone(site: Site) -> tuple[str, ...]:
    """Addresses that the section names as services and that are known to be gone, best first."""
    lost = _lost(site)
    return tuple(address for address in _ranked(site) if address in lost)


def _lost(site: Site) -> set[str]:
    return {address for address, target in targets(site).items() if not target.is_reached}


def _ranked(site: Site) -> list[str]:
    scores: dict[str, float] = {}
    for address, score in _scored(site):
        scores[address] = max(score, scores.get(address, 0.0))
    known = {key(page.final_url or page.url) for page in sections(site)} | {_home(site)}
    order = {address: at for at, address in enumerate(scores)}
    best = max(scores.values(), default=0.0)
    least = _SURE if best >= _SURE else _ENOUGH
    good = [address for address, score in scores.items() if score >= least - 1e-9 and address not in known]
    return sorted(good, key=lambda address: (-round(scores[address], 2), order[address]))


def _scored(site: Site) -> Iterator[tuple[str, float]]:
    hosts = site_hosts(site)
    menus = {key(link.href) for link in site.home.links} if site.home else set()
    for page in sections(site):
        under = _folder(page)
        for link in page.links:
            address = key(link.href)
            if is_within(address, hosts) and not is_document(address) and not _PAGING.search(address):
                yield address, _score(link, address, under=under, is_in_menu=address in menus)
        for crawled in site.crawl.urls if site.crawl else ():
            address = key(crawled.final_url)
            if under and crawled.is_page and address.startswith(under) and not _PAGING.search(address):
                said = crawled.heading or crawled.title.split(" | ")[0]
                yield address, 0.0 if _is_about_all_services(said) else _SURE


def _score(link: Link, address: str, *, under: str, is_in_menu: bool) -> float:
    """By place in the page, by address and by name; links of the site's menus and to its other sections
    hardly count.
    """
    said = link.text or link.name
    if len(words(said)) < 1 or _FIGURES.match(said) or link.place not in _WEIGHT:
        return 0.0
    if any(terms.match(concept, said) for concept in _OTHER_CONCEPTS) or _is_about_all_services(said):
        return 0.0
    score = _WEIGHT[link.place] + (0.5 if under and address.startswith(under) else 0.0)
    score += 0.2 if _is_named_as_service(link) else 0.0
    score += 0.1 if not is_in_menu else -0.2
    return score - (0.0 if link.visible else 0.2)


def _is_about_all_services(said: str) -> bool:
    """Whether it names the price list, the service standard or the like."""
    found = (terms.match(concept, said) for concept in _ABOUT_ALL_SERVICES)
    return any(match is not None and match.coverage >= _NAMES for match in found)


def _is_named_as_service(link: Link) -> bool:
    return bool(terms.mentions("services", link.text) or terms.path_mentions("services", link.href))


def _folder(page: Page) -> str:
    """The address below which a section keeps its pages; empty for one without a name of its own."""
    address = key(page.final_url or page.url).partition("?")[0]
    if not path_segments(address):
        return ""
    return re.sub(r"(?:/index)?\.[a-z]{3,5}$|/$", "", address) + "/"


def _home(site: Site) -> str:
    return key(site.home.final_url or site.home.url) if site.home else ""
