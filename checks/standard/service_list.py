"""standard.service_list: whether the services are listed on the site, not only named.

M05's planner visits the section.
"""

from __future__ import annotations

from checks.addresses import evaluable_pages, is_within, key, own_hosts
from checks.answers import cant_tell, unobserved
from checks.check import Check, JudgementSettings, Label
from checks.finding import Answer, CheckResult, Instance
from checks.presence.services_links import is_service_portal
from checks.sentences import say
from checks.standard.places import Kind, Named, headings, no_place, places
from checks.standard.verdicts import looked, not_there, sureness_of_no, there
from crawler.evidence import Link, Page, Place, Site

CODE = "standard.service_list"
CONCEPT = "services"
_LIST = 3
_CONTENT = frozenset({Place.MAIN, Place.BODY})


def judge(site: Site, _settings: JudgementSettings) -> CheckResult:
    """Answers standard.service_list: 1 there is a list, 0 there is none."""
    return CheckResult(answers=unobserved(site, CODE) or (_answer(site),))


def _answer(site: Site) -> Answer:
    found = places(site, CONCEPT)
    # The front page links to everything, so under a heading there a list can't be told from the rest.
    opened = {
        key(page.final_url or page.url): page for page in evaluable_pages(site) if page is not site.home
    }
    for one in found:
        page = opened.get(key(one.target))
        items = _items(site, page) if page and one.kind <= Kind.HEADING else []
        if len(items) >= _LIST:
            reason = say("{reason} The page has {items} entries.", reason=one.reason, items=len(items))
            return there(CODE, 0.85, reason, [one.instance, *items])
    return _no_list(site, found, frozenset(opened))


def _items(site: Site, page: Page) -> list[Instance]:
    """Links in the page's content that no other page repeats: its menu is no list of services."""
    menu = _menu(site, page)
    hosts = own_hosts(site)
    url = page.final_url or page.url
    found: dict[str, Instance] = {}
    for link in page.links:
        is_entry = (
            link.place in _CONTENT and link.visible and len(link.text) > 3 and key(link.href) not in menu
        )
        if is_entry and (is_within(link.href, hosts) or is_service_portal(link.href)):
            snippet = f"{link.text} → {link.href}"
            found.setdefault(
                key(link.href), Instance(url=url, selector=link.selector, snippet=snippet, rect=link.rect)
            )
    found.pop("", None)
    return list(found.values()) or _cards(page)


def _cards(page: Page) -> list[Instance]:
    """Headings of the level that the page has most of, where it has no links of its own."""
    every = [one for one in headings(page) if one.block.level > 1]
    level = max((one.block.level for one in every), key=[one.block.level for one in every].count, default=0)
    cards = [one.instance(message=say("an entry")) for one in every if one.block.level == level]
    return cards if len(cards) > _LIST else []


def _menu(site: Site, page: Page) -> set[str]:
    """Addresses in menus, and those that another page links to outside of its content as well."""
    here = key(page.final_url or page.url)
    others = [
        one for one in evaluable_pages(site) if key(one.final_url or one.url) != here and one is not site.home
    ]
    repeated: set[str] = (
        set.intersection(*(_addresses(one.links) for one in others)) if len(others) > 1 else set()
    )
    chrome = {key(link.href) for link in page.links if link.place not in _CONTENT}
    return repeated | chrome | {here}


def _addresses(links: tuple[Link, ...]) -> set[str]:
    return {key(link.href) for link in links}


def _no_list(site: Site, found: tuple[Named, ...], opened: frozenset[str]) -> Answer:
    evidence = [one.instance for one in found]
    if any(key(one.target) not in opened for one in found):
        return cant_tell(
            CODE, say("Links name services, but the pages opened list fewer than three."), evidence
        )
    if found:
        reason = say("A page names services, but lists fewer than three.")
        return not_there(CODE, sureness_of_no(site, 0.65), reason, [*evidence, looked(site)])
    return no_place(site, CODE, CONCEPT, say("list of services"))


CHECK = Check(
    id="service_list",
    version=1,
    codes=(CODE,),
    title="List of services",
    basis="client service standard of the Data State Inspectorate, clause 20",
    judge=judge,
    labels={CODE: Label(lv="Tīmekļvietnē ir pakalpojumu saraksts", en="The site lists the services")},
)
