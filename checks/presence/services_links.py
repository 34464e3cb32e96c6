"""M05: whether the site has links to the services that the institution provides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from checks.addresses import host, is_within, own_hosts
from checks.answers import answered, cant_tell, unobserved
from checks.check import Check, JudgementSettings
from checks.finding import Answer, CheckResult, Instance
from checks.presence.pointers import Pointer, Target, considered, pointers, targets
from checks.presence.sections import visits
from checks.presence.service_menus import ServiceMenu, dead_links, service_menus
from checks.sentences import say
from crawler.evidence import Link, Plan, Site

CODE = "M05"
ROLE = "services"
CONCEPT = "services"
HAS, HAS_NOT = 1, 2
_PORTALS = ("latvija.lv", "latvija.gov.lv")
_ENOUGH = 0.35
_PROMINENT = 0.8
_NONE = 0.6
"""Confidence of "none": services go by many names, and of the labelled sites about half of the "none" had
services under another name (docs/accuracy.md).
"""
_DOUBTFUL_NONE = 0.5
"""The same where a name for services stands there without an address."""


def plan(site: Site) -> tuple[Plan, ...]:
    """The section of services and at most one more page of it."""
    return visits(site, CONCEPT, role=ROLE, limit=2)


def judge(site: Site, _settings: JudgementSettings) -> CheckResult:
    """Answers M05: 1 there are links, 2 there are none."""
    return CheckResult(answers=unobserved(site, CODE) or (_answer(site),))


def is_service_portal(url: str) -> bool:
    """Whether the address is on the state's service portal or on a host named for e-services."""
    return is_within(url, _PORTALS) or host(url).startswith("epakalpojumi.")


def _answer(site: Site) -> Answer:
    found = pointers(site, CONCEPT, accept=is_service_portal)
    good = [pointer for pointer in found if pointer.weight >= _ENOUGH and not pointer.is_broken]
    if good:
        evidence = [pointer.instance() for pointer in good]
        return answered(CODE, HAS, _confidence(good), _reason(good[0]), evidence)
    if portal := _portal_links(site):
        reason = say("The front page links to services on the state's portal.")
        return answered(CODE, HAS, 0.8, reason, portal)
    if menus := _menus(site):
        return _by_menu(menus)
    return _none(site, found)


def _menus(site: Site) -> tuple[ServiceMenu, ...]:
    """Names with links below, of which at least one is not known to be gone."""
    known = targets(site)
    found = service_menus(site.home, own_hosts(site) | frozenset(_PORTALS)) if site.home else ()
    return tuple(menu for menu in found if any(_may_be_there(known, address) for address in menu.targets))


def _may_be_there(known: Mapping[str, Target], address: str) -> bool:
    return address not in known or known[address].is_reached


def _by_menu(menus: Sequence[ServiceMenu]) -> Answer:
    """The name leads nowhere itself, but links stand below it."""
    best = menus[0]
    what = say("a menu") if best.is_menu else say("a heading")
    reason = say(
        "“{name}” names services ({language}: {term}): {what} with links below.",
        name=best.name,
        language=best.match.language,
        term=best.match.term,
        what=what,
    )
    return answered(CODE, HAS, 0.85 if best.is_menu else 0.75, reason, [one.instance() for one in menus])


def _confidence(good: Sequence[Pointer]) -> float:
    best = good[0]
    if best.confirmed:
        return 0.95
    if len(good) >= 3 or (best.confirmed is None and best.weight >= _PROMINENT):
        return 0.85
    return 0.75


def _reason(pointer: Pointer) -> str:
    said = pointer.link.text or pointer.link.name
    repeats = {True: say("and its target repeats it"), False: say("but its target does not repeat it")}
    known = repeats[pointer.confirmed] if pointer.confirmed is not None else say("its target was not opened")
    return say(
        "“{said}” names services ({language}: {term}), {known}.",
        said=said,
        language=pointer.match.language,
        term=pointer.match.term,
        known=known,
    )


def _portal_links(site: Site) -> list[Instance]:
    links = site.home.links if site.home else ()
    return [
        Instance(
            url=site.home.final_url or site.home.url,
            selector=link.selector,
            snippet=f"{link.text or link.name} → {link.href}",
            message=say("a service on the state's portal"),
            rect=link.rect,
        )
        for link in links
        if site.home and is_service_portal(link.href) and len(urlsplit(link.href).path.strip("/")) > 3
    ]


def _none(site: Site, found: Sequence[Pointer]) -> Answer:
    if broken := [pointer for pointer in found if pointer.is_broken]:
        evidence = [pointer.instance(say("its target could not be opened")) for pointer in broken]
        return cant_tell(CODE, say("Links name services, but their targets could not be opened."), evidence)
    if found:
        evidence = [pointer.instance() for pointer in found]
        return cant_tell(CODE, say("Services are only mentioned in passing, away from menus."), evidence)
    dead = dead_links(site.home) if site.home else ()
    evidence = [*(_nowhere(site, link) for link in dead[:5]), *considered(site, CONCEPT)]
    if any(urlsplit(link.href).scheme not in {"http", "https"} for link in dead):
        reason = say(
            "A link names services, but it only runs a script or names a file of somebody's computer."
        )
        return cant_tell(CODE, reason, evidence)
    reason = say("No link in menus or on the front page names services.")
    return answered(CODE, HAS_NOT, _DOUBTFUL_NONE if dead else _NONE, reason, evidence)


def _nowhere(site: Site, link: Link) -> Instance:
    return Instance(
        url=site.institution.url,
        selector=link.selector,
        snippet=f"{link.text or link.name} → {link.href}",
        message=say("rejected: it names services, but has no address of its own and nothing below it"),
        rect=link.rect,
    )


CHECK = Check(
    id="services_links",
    version=2,
    codes=(CODE,),
    title="Links to the services provided",
    basis="e-index 2017, M05; reference social-and-presence 3.6, 3.9",
    judge=judge,
    plan=plan,
)
