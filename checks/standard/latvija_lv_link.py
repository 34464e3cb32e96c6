"""standard.latvija_lv_link: whether the site links to the state's service portal Latvija.lv."""

from __future__ import annotations

from collections.abc import Iterator

from checks.addresses import evaluable_pages, is_within
from checks.answers import unobserved
from checks.check import Check, JudgementSettings, Label
from checks.finding import Answer, CheckResult, Instance
from checks.sentences import say
from checks.standard.blocks import blocks
from checks.standard.verdicts import looked, not_there, sureness_of_no, there
from crawler.evidence import Page, Site

CODE = "standard.latvija_lv_link"
_PORTALS = ("latvija.lv", "latvija.gov.lv")
_MOST = 5


def judge(site: Site, _settings: JudgementSettings) -> CheckResult:
    """Answers standard.latvija_lv_link: 1 there is a link, 0 there is none."""
    return CheckResult(answers=unobserved(site, CODE) or (_answer(site),))


def _answer(site: Site) -> Answer:
    shown = [one for page in evaluable_pages(site) for one in _links(page, visible=True)]
    if shown:
        return there(CODE, 0.97, say("A page links to the state's service portal."), shown)
    if seen := _linked_elsewhere(site):
        return there(CODE, 0.9, say("A page that the crawl read links to the state's service portal."), seen)
    if hidden := [one for page in evaluable_pages(site) for one in _links(page, visible=False)]:
        return there(
            CODE, 0.7, say("A link to the state's service portal is there, but does not show."), hidden
        )
    named = [one for page in evaluable_pages(site) for one in _only_named(page)][:_MOST]
    reason = say("No page links to latvija.lv or latvija.gov.lv.")
    return not_there(CODE, sureness_of_no(site, 0.9), reason, [*named, looked(site)])


def _links(page: Page, *, visible: bool) -> Iterator[Instance]:
    for link in page.links:
        if link.visible is visible and is_within(link.href, _PORTALS):
            yield Instance(
                url=page.final_url or page.url,
                selector=link.selector,
                snippet=f"{link.text or link.name} → {link.href}",
                rect=link.rect,
            )


def _linked_elsewhere(site: Site) -> list[Instance]:
    """Addresses off the site that the crawl met on pages which the browser did not open."""
    skipped = site.crawl.skipped if site.crawl else ()
    return [
        Instance(url=one.found_on, snippet=one.url)
        for one in skipped
        if one.found_on and is_within(one.url, _PORTALS)
    ]


def _only_named(page: Page) -> Iterator[Instance]:
    if "latvija." not in page.text.casefold():
        return
    for block in blocks(page):
        text = block.text.casefold()
        if any(portal in text for portal in _PORTALS):
            yield Instance(
                url=page.final_url or page.url,
                selector=block.selector,
                snippet=block.text[:300],
                message=say("rejected: it is named, but not linked"),
            )


CHECK = Check(
    id="latvija_lv_link",
    version=1,
    codes=(CODE,),
    title="Link to Latvija.lv",
    basis="client service standard of the Data State Inspectorate, clause 20",
    judge=judge,
    labels={CODE: Label(lv="Tīmekļvietnē ir saite uz Latvija.lv", en="The site links to Latvija.lv")},
)
