"""standard.reception_hours: whether the site says when visitors are received."""

from __future__ import annotations

from checks.answers import cant_tell, unobserved
from checks.check import Check, JudgementSettings, Label
from checks.finding import Answer, CheckResult
from checks.presence.sections import visits
from checks.sentences import say
from checks.standard.contact_pages import contacts_failed, sureness
from checks.standard.told_hours import RECEPTION, is_general, shown, told_hours
from checks.standard.verdicts import looked, not_there, there
from crawler.evidence import Plan, Site

CODE = "standard.reception_hours"


def plan(site: Site) -> tuple[Plan, ...]:
    """The page of opening hours, where they don't stand with the contacts."""
    return visits(site, RECEPTION, role=RECEPTION)


def judge(site: Site, _settings: JudgementSettings) -> CheckResult:
    """Answers standard.reception_hours: 1 they are said, 0 they are not."""
    return CheckResult(answers=unobserved(site, CODE) or (_answer(site),))


def _answer(site: Site) -> Answer:
    told = list(told_hours(site))
    if named := [one for one in told if one.is_reception]:
        reason = say(
            "“{snippet}” tells when visitors are received.", snippet=named[0].instance().snippet[:200]
        )
        return there(CODE, 0.9, reason, shown(named))
    if bare := [one for one in told if is_general(site, one)]:
        reason = say(
            "“{quote}” stands with the contacts; what it is the hours of is not said.",
            quote=bare[0].hours.quote,
        )
        return there(CODE, 0.7, reason, shown(bare))
    rejected = shown(told, say("rejected: hours of something else"))[:8]
    if failure := contacts_failed(site):
        unseen = say("The contacts page could not be looked at: {failure}.", failure=failure)
        return cant_tell(CODE, unseen, [*rejected, looked(site)])
    reason = say("No hours at which visitors are received are on the pages that were read.")
    return not_there(CODE, sureness(site, 0.8), reason, [*rejected, looked(site)])


CHECK = Check(
    id="reception_hours",
    version=2,
    codes=(CODE,),
    title="Hours at which visitors are received",
    basis="client service standard of the Data State Inspectorate, clause 22",
    judge=judge,
    plan=plan,
    labels={
        CODE: Label(
            lv="Tīmekļvietnē norādīts apmeklētāju pieņemšanas laiks",
            en="The site says when visitors are received",
        )
    },
)
