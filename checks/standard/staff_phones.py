"""standard.staff_phones: whether the phone numbers of the institution's people are on the site.

Three named people with a number of their own are a list; fewer cannot be told from the contacts of
one head of office, and a small institution may have no more.
"""

from __future__ import annotations

from checks.answers import cant_tell, unobserved
from checks.check import Check, JudgementSettings, Label
from checks.finding import Answer, CheckResult
from checks.presence.sections import visits
from checks.sentences import say
from checks.standard.contact_pages import contacts_failed, in_order, sureness
from checks.standard.people import Person, people
from checks.standard.places import Kind, places
from checks.standard.verdicts import looked, not_there, there
from crawler.evidence import Plan, Site

CODE = "standard.staff_phones"
CONCEPT = "staff"
_LIST = 3
_NAMES_ALONE = 4
"""Names without posts may be no people; four with a number each are."""


def plan(site: Site) -> tuple[Plan, ...]:
    """The page of the institution's people."""
    return visits(site, CONCEPT, role=CONCEPT)


def judge(site: Site, _settings: JudgementSettings) -> CheckResult:
    """Answers standard.staff_phones: 1 there is a list, 0 there is none."""
    return CheckResult(answers=unobserved(site, CODE) or (_answer(site),))


def _answer(site: Site) -> Answer:
    by_page = [people(page) for page in in_order(site)]
    best = max(by_page, key=_worth, default=())
    evidence = [one.instance for one in best]
    posts = sum(bool(one.post) for one in best)
    if len({one.phone for one in best}) >= (_LIST if posts >= _LIST else _NAMES_ALONE):
        reason = say(
            "A page names {best} people with phone numbers, {posts} of them with their post.",
            best=len(best),
            posts=posts,
        )
        return there(CODE, 0.9 if posts >= _LIST else 0.75, reason, evidence)
    if failure := contacts_failed(site):
        return cant_tell(
            CODE, say("The contacts page could not be looked at: {failure}.", failure=failure), evidence
        )
    if posts:
        reason = say(
            "Only {posts} named with post and phone number; a small institution may have no more.",
            posts=posts,
        )
        return cant_tell(CODE, reason, [one.instance for one in best if one.post])
    named = [one.instance for one in places(site, CONCEPT) if one.kind is Kind.BROKEN]
    if named:
        return cant_tell(CODE, say("A link names the institution's people, but could not be opened."), named)
    reason = say("No page that was read names people with phone numbers.")
    return not_there(CODE, sureness(site, 0.8), reason, [looked(site)])


def _worth(found: tuple[Person, ...]) -> tuple[int, int]:
    return len({one.phone for one in found}), sum(bool(one.post) for one in found)


CHECK = Check(
    id="staff_phones",
    version=1,
    codes=(CODE,),
    title="Phone numbers of the institution's people",
    basis="client service standard of the State Technical Supervision Agency (phones of all employees)",
    judge=judge,
    plan=plan,
    labels={
        CODE: Label(
            lv="Tīmekļvietnē ir darbinieku tālruņa numuri",
            en="The site gives phone numbers of named people or posts",
        )
    },
)
