"""standard.postal_address: whether the site gives the institution's postal address."""

from __future__ import annotations

from checks.answers import cant_tell, unobserved
from checks.check import Check, JudgementSettings, Label
from checks.finding import Answer, CheckResult, Instance
from checks.sentences import say
from checks.standard.blocks import Found, blocks
from checks.standard.contact_pages import contacts_failed, in_order, sureness
from checks.standard.postal import has_street, postal_addresses
from checks.standard.verdicts import looked, not_there, there
from crawler.evidence import Site

CODE = "standard.postal_address"
_MOST = 5
_LONGEST = 200


def judge(site: Site, _settings: JudgementSettings) -> CheckResult:
    """Answers standard.postal_address: 1 there is one, 0 there is none."""
    return CheckResult(answers=unobserved(site, CODE) or (_answer(site),))


def _answer(site: Site) -> Answer:
    found = [one for page in in_order(site)[:2] for one in postal_addresses(page)]
    found = found or [one for page in in_order(site)[2:] for one in postal_addresses(page)]
    if found:
        best = max(found, key=lambda one: one.confidence)
        reason = say("“{quote}” has a postcode and a street.", quote=best.quote)
        shown = {one.quote: one.instance for one in (best, *found)}
        return there(CODE, best.confidence, reason, list(shown.values())[:_MOST])
    streets = _streets(site)
    if failure := contacts_failed(site):
        unseen = say("The contacts page could not be looked at: {failure}.", failure=failure)
        return cant_tell(CODE, unseen, [*streets, looked(site)])
    if streets:
        return cant_tell(CODE, say("There is a street with a number, but no postcode beside it."), streets)
    reason = say("No postcode with a street is on the pages that were read.")
    return not_there(CODE, sureness(site, 0.8), reason, [looked(site)])


def _streets(site: Site) -> list[Instance]:
    """Short pieces of the contacts and front page that hold a street with a number."""
    return [
        Found(page, block).instance(message=say("a street without a postcode"))
        for page in in_order(site)[:2]
        for block in blocks(page)
        if len(block.text) <= _LONGEST and has_street(block.text)
    ]


CHECK = Check(
    id="postal_address",
    version=2,
    codes=(CODE,),
    title="Postal address",
    basis="client service standards of the Data State Inspectorate, clause 21, and of the State Technical "
    "Supervision Agency",
    judge=judge,
    labels={CODE: Label(lv="Tīmekļvietnē ir iestādes pasta adrese", en="The site gives the postal address")},
)
