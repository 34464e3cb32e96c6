"""service.*: how complete the descriptions of services are, by the five elements that clients rated.

Up to ten service pages are visited and read. The site's answer to an element is 1 where at least half of
the pages looked at have it. Without a service page that could be looked at, nothing can be told.
"""

from __future__ import annotations

from collections.abc import Sequence

from checks.answers import cant_tell, unobserved
from checks.check import Check, JudgementSettings, Label
from checks.finding import Answer, CheckResult, Instance
from checks.sentences import say
from checks.services.service_elements import (
    CONTACTS,
    DOCUMENTS,
    ELEMENTS,
    LEGAL,
    NAME,
    STEPS,
    Element,
    elements,
)
from checks.services.service_pages import MOST, candidates, gone, sections, service_pages, visits_of_services
from checks.standard.verdicts import looked, not_there, there
from crawler.evidence import Page, Plan, Site

CODES = {name: f"service.{name}" for name in ELEMENTS}
_SAID = {
    NAME: say("name and description"),
    CONTACTS: say("provider and contacts"),
    DOCUMENTS: say("documents and forms"),
    STEPS: say("steps and conditions"),
    LEGAL: say("legal basis and how to dispute"),
}
_ELEMENTS_OF_A_DESCRIPTION = 3
"""A section that is itself the description of a service has so many of the elements."""
_FEW = 3


def plan(site: Site) -> tuple[Plan, ...]:
    """At most ten service pages, best first, once the section of services was seen."""
    return () if unobserved(site, *CODES.values()) else visits_of_services(site)


def judge(site: Site, _settings: JudgementSettings) -> CheckResult:
    """Answers each element: 1 at least half of the pages looked at have it, 0 fewer have."""
    if missing := unobserved(site, *CODES.values()):
        return CheckResult(answers=missing)
    read = _read(site)
    if not read:
        return CheckResult(answers=_none(site))
    return CheckResult(answers=tuple(_answer(name, [given[at] for given in read]) for at, name in _NUMBERED))


_NUMBERED = tuple(enumerate(ELEMENTS))


def _read(site: Site) -> list[tuple[Element, ...]]:
    """The elements of every service page; without one, of a section that is a description itself."""
    pages: Sequence[Page] = service_pages(site)
    if pages:
        return [elements(page, site.home) for page in pages]
    of_sections = [elements(page, site.home) for page in sections(site)[:1]]
    return [one for one in of_sections if sum(part.is_there for part in one) >= _ELEMENTS_OF_A_DESCRIPTION]


def _answer(name: str, given: Sequence[Element]) -> Answer:
    having = [one for one in given if one.is_there]
    reason = say(
        "{having} of {given} service pages looked at have {said}.",
        having=len(having),
        given=len(given),
        said=_SAID[name],
    )
    evidence = [one.instance for one in sorted(given, key=lambda one: not one.is_there)]
    if 2 * len(having) >= len(given):
        return there(CODES[name], _confidence(len(having), len(given)), reason, evidence)
    return not_there(CODES[name], _confidence(len(having), len(given)), reason, evidence)


def _confidence(having: int, of: int) -> float:
    """Lower near the half, where one page misread turns the answer, and where few pages were looked at."""
    clear = abs(having / of - 0.5)
    return round(0.6 + (0.3 * clear) + (0.05 if of >= _FEW else -0.05), 2)


def _none(site: Site) -> tuple[Answer, ...]:
    seen = sections(site)
    tried = [
        Instance(
            url=page.final_url or page.url,
            message=say("section of services: {links} links read", links=len(page.links)),
        )
        for page in seen
    ]
    failed = [
        Instance(
            url=page.url,
            message=say("a service page that could not be looked at: HTTP {status}", status=page.status),
        )
        for page in site.with_role("service")
    ]
    lost = [Instance(url=url, message=say("named as a service; its page is gone")) for url in gone(site)]
    why = say("No section of services was found, so no service page could be looked at.")
    if seen:
        found = len(candidates(site)[:MOST])
        why = say("The section of services leads to no page of a service that could be looked at.")
        if found:
            why = say(
                "The section of services leads to {found} pages of services; none could be looked at.",
                found=found,
            )
    shown = [*tried, *failed, *lost] or [looked(site)]
    return tuple(cant_tell(code, why, shown) for code in CODES.values())


CHECK = Check(
    id="service_descriptions",
    version=3,
    codes=tuple(CODES.values()),
    title="Completeness of service descriptions",
    basis="Ministry of Foreign Affairs' client survey, five elements (questionnaire.md, last section)",
    judge=judge,
    plan=plan,
    labels={
        CODES[NAME]: Label(
            lv="Pakalpojumu aprakstos ir nosaukums un īss apraksts",
            en="Service descriptions give the name and a short description",
        ),
        CODES[CONTACTS]: Label(
            lv="Pakalpojumu aprakstos ir sniedzējs un kontaktinformācija",
            en="Service descriptions give the provider and contact information",
        ),
        CODES[DOCUMENTS]: Label(
            lv="Pakalpojumu aprakstos ir nepieciešamie dokumenti un veidlapas",
            en="Service descriptions give the documents and forms needed",
        ),
        CODES[STEPS]: Label(
            lv="Pakalpojumu aprakstos ir pieprasīšanas un saņemšanas soļi un nosacījumi",
            en="Service descriptions give the steps and conditions to request and receive the service",
        ),
        CODES[LEGAL]: Label(
            lv="Pakalpojumu aprakstos ir tiesiskais pamats un apstrīdēšanas kārtība",
            en="Service descriptions give the legal basis and how to dispute a decision",
        ),
    },
)
