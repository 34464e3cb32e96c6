"""standard.e_address: whether the site says that the institution can be written to at its e-address.

In Latvia the official electronic address (`eAdrese`) is a mailbox of the state's, with an account
such as `_DEFAULT@40900000000`; it is not an e-mail address.
"""

from __future__ import annotations

from collections.abc import Iterator

from checks import terms
from checks.addresses import evaluable_pages
from checks.answers import cant_tell, unobserved
from checks.check import Check, JudgementSettings, Label
from checks.finding import Answer, CheckResult, Instance
from checks.sentences import say
from checks.standard.contact_pages import contacts_failed, in_order, sureness
from checks.standard.emails import addresses_in
from checks.standard.places import sentences
from checks.standard.verdicts import looked, not_there, there
from checks.standard.wordings import sentence, stand_together
from crawler.evidence import Page, Site

CODE = "standard.e_address"
CONCEPT = "e_address"
_LABEL = 60
"""Characters of a piece in which an e-mail address is what the label names."""


def judge(site: Site, _settings: JudgementSettings) -> CheckResult:
    """Answers standard.e_address: 1 it is named, 0 it is not."""
    return CheckResult(answers=unobserved(site, CODE) or (_answer(site),))


def _answer(site: Site) -> Answer:
    said, mistaken = _said(site)
    linked = [one for page in in_order(site) for one in _linked(page)]
    if linked or said:
        reason = say("“{snippet}” names the e-address.", snippet=(linked or said)[0].snippet)
        return there(CODE, 0.93 if linked else 0.88, reason, [*linked, *said])
    if failure := contacts_failed(site):
        unseen = say("The contacts page could not be looked at: {failure}.", failure=failure)
        return cant_tell(CODE, unseen, [*mistaken, looked(site)])
    reason = say(
        "None of the {evaluable_pages} pages read names the official electronic address.",
        evaluable_pages=len(evaluable_pages(site)),
    )
    return not_there(CODE, sureness(site, 0.85), reason, [*mistaken, looked(site)])


def _said(site: Site) -> tuple[list[Instance], list[Instance]]:
    """Pieces of text that name it, and those where the word stands for an e-mail address."""
    said, mistaken = [], []
    for one in sentences(site, CONCEPT):
        match = terms.match_long(CONCEPT, one.block.text)
        if match is None or not stand_together(match, one.block.text):
            continue
        if addresses_in(one.block.text) and len(one.block.text) <= _LABEL:
            mistaken.append(one.instance(message=say("rejected: it is an e-mail address")))
        else:
            said.append(one.instance(sentence(CONCEPT, one.block.text)))
    return said, mistaken


def _linked(page: Page) -> Iterator[Instance]:
    for link in page.links:
        text = link.text or link.name
        match = terms.match(CONCEPT, text)
        is_named = match is not None and stand_together(match, text) and not addresses_in(link.href)
        if link.visible and (is_named or terms.path_mentions(CONCEPT, link.href)):
            yield Instance(
                url=page.final_url or page.url,
                selector=link.selector,
                snippet=f"{text} → {link.href}",
                rect=link.rect,
            )


CHECK = Check(
    id="e_address",
    version=2,
    codes=(CODE,),
    title="Official electronic address",
    basis="client service standard of the State Technical Supervision Agency (e-adrese)",
    judge=judge,
    labels={
        CODE: Label(
            lv="Tīmekļvietnē norādīts, ka iestādei var rakstīt uz e-adresi",
            en="The site names the institution's official electronic address",
        )
    },
)
