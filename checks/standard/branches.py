"""standard.branches: whether the institution's branches are listed with address, hours or phone.

Most institutions have one seat and no branches, and a site seldom says so. Where nothing names a
branch the answer is therefore cantTell; a "no" needs branches that are named and not listed.
"""

from __future__ import annotations

from checks.addresses import evaluable_pages, key
from checks.answers import cant_tell, unobserved
from checks.check import Check, JudgementSettings, Label
from checks.finding import Answer, CheckResult, Instance
from checks.hours import opening_hours
from checks.presence.sections import visits
from checks.sentences import say
from checks.standard.blocks import blocks
from checks.standard.people import phones_in
from checks.standard.places import Kind, Named, mentions, places
from checks.standard.postal import postal_addresses
from checks.standard.verdicts import looked, not_there, sureness_of_no, there
from crawler.evidence import Page, Plan, Site

CODE = "standard.branches"
CONCEPT = "branches"
_LIST = 2


def plan(site: Site) -> tuple[Plan, ...]:
    """The page of branches."""
    return visits(site, CONCEPT, role=CONCEPT)


def judge(site: Site, _settings: JudgementSettings) -> CheckResult:
    """Answers standard.branches: 1 they are listed, 0 they are named and not listed."""
    return CheckResult(answers=unobserved(site, CODE) or (_answer(site),))


def _answer(site: Site) -> Answer:
    found = places(site, CONCEPT)
    opened = {key(page.final_url or page.url): page for page in evaluable_pages(site)}
    for one in found:
        if (page := opened.get(key(one.target))) and (listed := _listed(page, _frame(site, page))):
            return there(
                CODE,
                0.9,
                say("{reason} The page lists {listed} of them.", reason=one.reason, listed=len(listed)),
                [one.instance, *listed],
            )
    return _not_listed(site, found, frozenset(opened))


def _frame(site: Site, page: Page) -> frozenset[str]:
    """Texts of the pieces that stand on the front page too: the footer's address is no branch."""
    home = site.home
    return frozenset(block.text for block in blocks(home)) if home and page is not home else frozenset()


def _listed(page: Page, frame: frozenset[str]) -> list[Instance]:
    """Different addresses on the page; failing these, pieces with hours or a phone number of their own."""
    selectors = {block.selector for block in blocks(page) if block.text in frame}
    addresses = {
        one.code + one.quote: one.instance
        for one in postal_addresses(page)
        if not one.instance.selector or one.instance.selector not in selectors
    }
    if len(addresses) >= _LIST:
        return list(addresses.values())
    phones: dict[str, Instance] = {}
    url = page.final_url or page.url
    for block in (one for one in blocks(page) if one.text not in frame):
        told = (*phones_in(block.text), *(hours.quote for hours in opening_hours(block.text, page.lang[:2])))
        for one in told[:1]:
            phones.setdefault(one, Instance(url=url, selector=block.selector, snippet=block.text[:300]))
    return list(phones.values()) if len(phones) >= _LIST + 1 else []


def _not_listed(site: Site, found: tuple[Named, ...], opened: frozenset[str]) -> Answer:
    evidence = [one.instance for one in found]
    unopened = [one for one in found if key(one.target) not in opened]
    if unopened and unopened[0].kind <= Kind.DOCUMENT:
        return there(
            CODE, 0.7, say("{reason} The browser did not open it.", reason=unopened[0].reason), evidence
        )
    if unopened:
        return cant_tell(CODE, say("A link names branches, but their list was not opened."), evidence)
    said = mentions(site, CONCEPT)
    if found or said:
        reason = say(
            "Branches are named, but no page that was read lists two with an address, hours or phone."
        )
        return not_there(CODE, sureness_of_no(site, 0.65), reason, [*evidence, *said, looked(site)])
    return cant_tell(CODE, say("Nothing names a branch; the institution may have none."), [looked(site)])


CHECK = Check(
    id="branches",
    version=1,
    codes=(CODE,),
    title="List of branches",
    basis="client service standard of the State Technical Supervision Agency (filiāles with hours)",
    judge=judge,
    plan=plan,
    labels={
        CODE: Label(
            lv="Tīmekļvietnē ir filiāļu saraksts ar adresi, darba laiku vai tālruni",
            en="The site lists the institution's branches with address, hours or phone",
        )
    },
)
