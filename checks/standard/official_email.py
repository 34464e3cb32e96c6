"""standard.official_email: whether the site gives the institution's own e-mail address."""

from __future__ import annotations

from checks.addresses import evaluable_pages, own_hosts, registrable
from checks.answers import cant_tell, first_of_each, unobserved
from checks.check import Check, JudgementSettings, Label
from checks.finding import Answer, CheckResult, Instance
from checks.sentences import say, word
from checks.standard.contact_pages import contacts_failed, in_order, sureness
from checks.standard.emails import Email, Mailbox, emails, mailbox
from checks.standard.verdicts import looked, not_there, there
from crawler.evidence import Site

CODE = "standard.official_email"
_ACCEPTED = (Mailbox.OFFICIAL, Mailbox.GENERAL)


def judge(site: Site, _settings: JudgementSettings) -> CheckResult:
    """Answers standard.official_email: 1 there is one, 0 there is none."""
    return CheckResult(answers=unobserved(site, CODE) or (_answer(site),))


def _answer(site: Site) -> Answer:
    own = frozenset(registrable(host) or host for host in own_hosts(site))
    found = [(one, mailbox(one, own)) for page in in_order(site) for one in emails(page)]
    for kind, confidence in zip(_ACCEPTED, (0.93, 0.8), strict=True):
        if good := [one for one, whose in found if whose is kind]:
            reason = say(
                "{address} is a mailbox of the institution, not of a person.", address=good[0].address
            )
            return there(CODE, confidence, reason, _shown(good))
    return _none(site, found)


def _none(site: Site, found: list[tuple[Email, Mailbox]]) -> Answer:
    rejected = [_because(one, whose) for one, whose in found]
    if failure := contacts_failed(site):
        unseen = say("The contacts page could not be looked at: {failure}.", failure=failure)
        return cant_tell(CODE, unseen, [*rejected, looked(site)])
    kinds = {whose for _, whose in found}
    if kinds & {Mailbox.SPECIAL, Mailbox.STRANGE}:
        reason = say("The only addresses are for one matter or at another organisation's domain.")
        return cant_tell(CODE, reason, rejected)
    reason = say(
        "No e-mail address of the institution itself is on the {evaluable_pages} pages read.",
        evaluable_pages=len(evaluable_pages(site)),
    )
    return not_there(CODE, sureness(site, 0.8), reason, [*rejected[:8], looked(site)])


def _shown(good: list[Email]) -> list[Instance]:
    return [one.instance for one in first_of_each(good, lambda one: one.address)]


def _because(one: Email, whose: Mailbox) -> Instance:
    return Instance(
        url=one.instance.url,
        selector=one.instance.selector,
        snippet=one.instance.snippet,
        message=say("rejected: {whose}", whose=word(whose)),
    )


CHECK = Check(
    id="official_email",
    version=2,
    codes=(CODE,),
    title="Official e-mail address",
    basis="client service standard of the Data State Inspectorate, clause 23; reference 3.3",
    judge=judge,
    labels={
        CODE: Label(
            lv="Tīmekļvietnē ir iestādes oficiālā e-pasta adrese",
            en="The site gives the institution's official e-mail address",
        )
    },
)
