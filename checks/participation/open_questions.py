"""M06_2 and M06_3: whether the site points to questions that are open to the public now, and whether one
learns there what to do, from which documents, where, how and until when.

Both read the same pages: the section on participation and up to three pages that it leads to.
"""

from __future__ import annotations

from checks.answers import unobserved
from checks.check import Check, JudgementSettings
from checks.finding import CheckResult, Instance
from checks.participation import section
from checks.participation.current import Question, State, questions
from checks.participation.taking_part import taking_part
from checks.participation.verdict import Verdict, of_none
from checks.presence.pointers import considered
from checks.sentences import say, word
from crawler.evidence import Plan, Site

OPEN, HOW = "M06_2", "M06_3"


def plan(site: Site) -> tuple[Plan, ...]:
    """Up to three pages of the section."""
    return section.visits(site)


def judge(site: Site, _settings: JudgementSettings) -> CheckResult:
    """Answers M06_2 and M06_3, each 1 or 0."""
    missing = unobserved(site, OPEN, HOW)
    if missing:
        return CheckResult(answers=missing)
    found = questions(site)
    return CheckResult(answers=(_open(site, found).answer(OPEN), taking_part(site, found).answer(HOW)))


def _open(site: Site, found: tuple[Question, ...]) -> Verdict:
    good = [one for one in found if one.is_open]
    if good:
        evidence = tuple(one.instance() for one in good)
        return Verdict(
            value=1, confidence=_confidence(good[0]), reason=_reason(good[0], len(good)), evidence=evidence
        )
    dated = tuple(one.instance() for one in found)
    if elsewhere := section.portal_links(site):
        reason = say("The site hands over to a portal of participation; what is open there was not read.")
        return Verdict(value=None, reason=reason, evidence=(*elsewhere, *dated))
    if lost := section.could_not_be_opened(site):
        return Verdict(
            value=None, reason=say("A page of the section could not be read."), evidence=(*lost, *dated)
        )
    return _none_open(site, found, dated)


def _confidence(best: Question) -> float:
    if best.state is State.OPEN:
        return 0.85 if best.is_form_near else 0.7
    return 0.65


def _reason(best: Question, count: int) -> str:
    more = say(" ({count} in all)", count=count) if count > 1 else ""
    return say(
        "A question is {state}{more}: {day}, “{form}”.",
        state=word(best.state),
        more=more,
        day=best.day.isoformat(),
        form=best.form,
    )


def _none_open(site: Site, found: tuple[Question, ...], dated: tuple[Instance, ...]) -> Verdict:
    looked = tuple(
        Instance(url=page.final_url or page.url, snippet=page.title, message=say("read"))
        for page in section.pages(site)
    )
    if unnamed := [one for one in found if one.state is State.OPEN]:
        reason = say(
            "There is a date that holds the day of the run, but no form of taking part is named by it."
        )
        return Verdict(value=None, reason=reason, evidence=tuple(one.instance() for one in unnamed))
    if found:
        last = max(one.day for one in found)
        reason = say(
            "No question is open: of {found} dates the latest is {last}.",
            found=len(found),
            last=last.isoformat(),
        )
        confidence = 0.75 if any(one.state is not State.OLD for one in found) else 0.65
        evidence = (*dated, *looked)
        return Verdict(value=0, confidence=of_none(site, confidence), reason=reason, evidence=evidence)
    if looked:
        reason = say("The section's pages give no dates, so what is open now can't be told.")
        return Verdict(value=None, reason=reason, evidence=looked)
    reason = say("Nothing on the site leads to questions on which the public may have its say.")
    evidence = (*considered(site, "consultation"), *considered(site, "participation"))
    return Verdict(value=0, confidence=of_none(site, 0.8), reason=reason, evidence=evidence)


CHECK = Check(
    id="open_questions",
    version=1,
    codes=(OPEN, HOW),
    title="Questions open to the public, and how to take part",
    basis="e-index 2017, M06 items 2 and 3; reference social-and-presence 3.7",
    judge=judge,
    plan=plan,
)
