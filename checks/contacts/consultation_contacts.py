"""M11: whether the site gives contact information for consultations: a phone or an e-mail for advice.

A postal address alone is none. A number or address that the words around it give for advice, questions or
client service answers it surely; the institution's general phone on its contact page does so with less
confidence, since nothing there says that one may ask for advice.
"""

from __future__ import annotations

from collections.abc import Sequence

from checks import terms
from checks.addresses import evaluable_pages
from checks.answers import answered, cant_tell, first_of_each, unobserved
from checks.check import Check, JudgementSettings
from checks.contacts.channels import Channel, channels, sentence
from checks.finding import Answer, CheckResult, Instance
from checks.presence.pointers import considered, name_match, pointers
from checks.presence.sections import visits
from checks.sentences import Said, say, word
from crawler.evidence import Page, Place, Plan, Site

CODE = "M11"
ROLE = "contacts"
ADVICE_ROLE = "advice"
HAS, HAS_NOT = 1, 2


def plan(site: Site) -> tuple[Plan, ...]:
    """The contact page, and a page for advice if a link names one."""
    return (*visits(site, "contacts", role=ROLE), *visits(site, "advice", role=ADVICE_ROLE))


def judge(site: Site, _settings: JudgementSettings) -> CheckResult:
    """Answers M11: 1 there is contact information for consultations, 2 there is none."""
    return CheckResult(answers=unobserved(site, CODE) or (_answer(site),))


def every_channel(site: Site) -> tuple[Channel, ...]:
    """Phones and addresses of all pages that can be read: those of the contact page first."""
    pages = sorted(evaluable_pages(site), key=lambda page: not {ROLE, ADVICE_ROLE} & set(page.roles))
    return tuple(channel for page in pages for channel in channels(page))


def is_for_advice(channel: Channel) -> bool:
    """Whether the words around it say that one may ask for advice there."""
    return terms.match("advice", channel.context) is not None


def _answer(site: Site) -> Answer:
    every = every_channel(site)
    if named := sorted(
        (one for one in every if is_for_advice(one)), key=lambda one: not _is_said_at_once(one)
    ):
        reason = say(
            "For advice the site gives this {means}: {value}.",
            means=word(named[0].means),
            value=named[0].value,
        )
        return answered(CODE, HAS, 0.92, reason, _evidence(named))
    contact_pages = [page for page in evaluable_pages(site) if ROLE in page.roles]
    if every:
        return _general(every, contact_pages)
    return _none(site, contact_pages)


def _is_said_at_once(channel: Channel) -> bool:
    """Whether it stands in the very sentence that speaks of advice."""
    return terms.match("advice", sentence(channel.text, channel.at)) is not None


def _general(every: Sequence[Channel], contact_pages: Sequence[Page]) -> Answer:
    stands = any(one.page is page for one in every for page in contact_pages)
    where = say("on the contact page") if stands else say("not on a contact page")
    reason = say(
        "Only general contacts are given, with nothing on advice beside them ({where}).", where=where
    )
    return answered(CODE, HAS, 0.75 if stands else 0.65, reason, _evidence(every))


def _evidence(found: Sequence[Channel]) -> list[Instance]:
    once = first_of_each(found, lambda channel: (channel.means, channel.value))
    return [channel.instance(_named(channel)) for channel in once]


def _named(channel: Channel) -> Said:
    return say("{means} {value}", means=word(channel.means), value=channel.value)


def _none(site: Site, contact_pages: Sequence[Page]) -> Answer:
    if (named := _named_links(site)) and not contact_pages:
        return cant_tell(CODE, say("The contact page that a link names could not be looked at."), named)
    looked = [
        Instance(
            url=page.final_url or page.url,
            message=say("no phone number or e-mail address in its text or links"),
        )
        for page in (*contact_pages, *evaluable_pages(site))
    ]
    reason = say("No phone number or e-mail address on the pages looked at.")
    sure = 0.85 if contact_pages else 0.75
    return answered(CODE, HAS_NOT, sure, reason, [*looked[:8], *considered(site, "contacts")])


def _named_links(site: Site) -> list[Instance]:
    """Links to contacts, those too that lead nowhere: a script may open what they name."""
    links = site.home.links if site.home else ()
    dead = [
        Instance(
            url=site.institution.url,
            selector=link.selector,
            snippet=f"{link.text or link.name} → {link.href}",
        )
        for link in links
        if link.place is not Place.MAIN and name_match(link, "contacts")
    ]
    return [pointer.instance() for pointer in pointers(site, "contacts")] or dead


CHECK = Check(
    id="consultation_contacts",
    version=2,
    codes=(CODE,),
    title="Contact information for consultations",
    basis="e-index 2017, M11; reference social-and-presence 3.3",
    judge=judge,
    plan=plan,
)
