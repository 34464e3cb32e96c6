"""standard.disruption_notices: whether the site tells of planned changes and disruptions of its e-services.

There may have been none to tell of. A "no" is given only where the crawl saw the whole site and the
institution links to e-services; else it is cantTell.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from checks import terms
from checks.addresses import evaluable_pages
from checks.answers import cant_tell, unobserved
from checks.check import Check, JudgementSettings, Label
from checks.finding import Answer, CheckResult, Instance
from checks.presence.pointers import pointers
from checks.presence.sections import visits
from checks.sentences import say
from checks.standard.places import Kind, mentions, places, sentences
from checks.standard.verdicts import looked, not_there, there
from crawler.evidence import Plan, Site

CODE = "standard.disruption_notices"
CONCEPT = "disruption"
_MOST = 6
_HEADLINE = 16
"""Words of a headline."""


def plan(site: Site) -> tuple[Plan, ...]:
    """The page of notices."""
    return visits(site, CONCEPT, role=CONCEPT)


def judge(site: Site, _settings: JudgementSettings) -> CheckResult:
    """Answers standard.disruption_notices: 1 there are notices or a place for them, 0 there are none."""
    return CheckResult(answers=unobserved(site, CODE) or (_answer(site),))


def _answer(site: Site) -> Answer:
    found = [one for one in places(site, CONCEPT) if one.kind is not Kind.BROKEN]
    if found:
        return there(CODE, found[0].confidence, found[0].reason, [one.instance for one in found])
    if told := list(islice(_headlines(site), _MOST)):
        return there(CODE, 0.8, say("“{snippet}” is such a notice.", snippet=told[0].snippet), told)
    if said := list(islice(_banners(site), _MOST)):
        return there(CODE, 0.7, say("“{snippet}” is such a notice.", snippet=said[0].snippet[:200]), said)
    return _none(site)


def _headlines(site: Site) -> Iterator[Instance]:
    """Titles of pages and texts of links that say it among other words."""
    for crawled in site.crawl.urls if site.crawl else ():
        said = crawled.heading or crawled.title
        if crawled.is_page and terms.match(CONCEPT, said):
            yield Instance(url=crawled.final_url, snippet=said, message=say("the page's own name"))
    for page in evaluable_pages(site):
        for link in page.links:
            if link.visible and link.text.count(" ") < _HEADLINE and terms.match(CONCEPT, link.text):
                url = page.final_url or page.url
                yield Instance(url=url, selector=link.selector, snippet=f"{link.text} → {link.href}")


def _banners(site: Site) -> Iterator[Instance]:
    """Pieces of text that name an e-service or system together with the disruption."""
    for one in sentences(site, CONCEPT):
        if terms.match(CONCEPT, one.block.text) and terms.match_long("services", one.block.text):
            yield one.instance()


def _none(site: Site) -> Answer:
    rejected = [*mentions(site, CONCEPT), looked(site)]
    is_whole = site.crawl is not None and not site.crawl.truncated
    if is_whole and pointers(site, "services"):
        reason = say(
            "The institution has services on its site, and no page of it tells of changes or disruptions."
        )
        return not_there(CODE, 0.6, reason, rejected)
    return cant_tell(CODE, say("No notice was seen; there may have been no disruption to tell of."), rejected)


CHECK = Check(
    id="disruption_notices",
    version=1,
    codes=(CODE,),
    title="Notices of changes and disruptions",
    basis="client service standard of the Information Centre of the Ministry of the Interior",
    judge=judge,
    plan=plan,
    labels={
        CODE: Label(
            lv="Tīmekļvietnē paziņo par pakalpojumu plānotām izmaiņām un traucējumiem",
            en="The site tells of planned changes and disruptions of services",
        )
    },
)
