"""M07_3: a discussion forum on the site; an event that is called a forum is none."""

from __future__ import annotations

import re

from checks import dom, terms
from checks.addresses import evaluable_pages, key
from checks.answers import unobserved
from checks.check import Check, JudgementSettings
from checks.finding import Answer, CheckResult, Instance
from checks.participation.verdict import Verdict, looked_at, of_none
from checks.presence.pointers import Pointer, considered, pointers
from checks.sentences import say
from crawler.evidence import Page, Site

CODE = "M07_3"
CONCEPT = "forum"
_ENOUGH = 0.35
_FEWEST = 3
"""Addresses of threads; one or two may be links to somebody else's forum."""
_SOFTWARE = re.compile(
    r"phpbb|discourse|vbulletin|simple machines|\bsmf\b|mybb|xenforo|flarum|vanilla forums|invision community"
    r"|bbpress|kunena|nodebb|fluxbb|punbb",
    re.IGNORECASE,
)
_ADDRESS = re.compile(
    r"(?:viewforum|viewtopic|showthread|forumdisplay|showforum|showtopic)\.php|[?&/](?:topic|thread)s?[=/]\d",
    re.IGNORECASE,
)


def judge(site: Site, _settings: JudgementSettings) -> CheckResult:
    """Answers M07_3: 1 there is a forum, 0 there is none."""
    return CheckResult(answers=unobserved(site, CODE) or (_answer(site),))


def _answer(site: Site) -> Answer:
    if software := _software(site):
        reason = say("A forum's software is there: {message}.", message=software[0].sentence)
        return Verdict(value=1, confidence=0.88, reason=reason, evidence=software).answer(CODE)
    found = [one for one in pointers(site, CONCEPT, accept=lambda _: True) if one.weight >= _ENOUGH]
    if good := [one for one in found if _says_discussion(one)]:
        return _named(good).answer(CODE)
    if found:
        reason = say("A link is called a forum; whether it is one for discussion or an event can't be told.")
        evidence = tuple(one.instance() for one in found)
        return Verdict(value=None, reason=reason, evidence=evidence).answer(CODE)
    return _none(site).answer(CODE)


def _named(good: list[Pointer]) -> Verdict:
    if all(one.is_broken for one in good):
        evidence = tuple(one.instance(say("its target could not be opened")) for one in good)
        reason = say("A link names a discussion forum, but it could not be opened.")
        return Verdict(value=None, reason=reason, evidence=evidence)
    confidence = 0.82 if good[0].confirmed else 0.7
    reason = say("“{said}” names a discussion forum.", said=good[0].link.text or good[0].link.name)
    evidence = tuple(one.instance() for one in good)
    return Verdict(value=1, confidence=confidence, reason=reason, evidence=evidence)


def _says_discussion(pointer: Pointer) -> bool:
    """Named by a phrase that can't be an event; a bare "Forums" can."""
    return pointer.match.how in {terms.How.PHRASE, terms.How.STEM}


def _software(site: Site) -> tuple[Instance, ...]:
    """Generators and addresses that only a forum's software leaves; no page is opened for them."""
    for page in evaluable_pages(site):
        for name, content in dom.metas(page.html):
            if name == "generator" and _SOFTWARE.search(content):
                return (
                    Instance(
                        url=_url(page),
                        snippet=content,
                        message=say("generator {content}", content=content[:60]),
                    ),
                )
    linked = {key(link.href): _url(page) for page in evaluable_pages(site) for link in page.links}
    crawled = {one.url: one.found_on for one in (site.crawl.urls if site.crawl else ())}
    found = [(url, on) for url, on in (linked | crawled).items() if _ADDRESS.search(url)]
    if len(found) < _FEWEST:
        return ()
    message = say("{found} addresses like those of a forum", found=len(found))
    return tuple(Instance(url=on, snippet=url, message=message) for url, on in found[:_FEWEST])


def _url(page: Page) -> str:
    return page.final_url or page.url


def _none(site: Site) -> Verdict:
    pages = evaluable_pages(site)
    evidence = (*considered(site, CONCEPT), looked_at(_url(pages[0]), len(pages)))
    return Verdict(
        value=0,
        confidence=of_none(site, 0.88),
        reason=say("No discussion forum was found."),
        evidence=evidence,
    )


CHECK = Check(
    id="forum",
    version=1,
    codes=(CODE,),
    title="Discussion forum",
    basis="e-index 2017, M07 item 3; reference social-and-presence 3.7",
    judge=judge,
)
