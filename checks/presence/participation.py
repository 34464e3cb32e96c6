"""M06_1: whether the front page has an easily found pointer to the section on public participation.

The name may differ, the meaning must not: contact forms, fault reports, newsletters and agendas of
meetings are not participation.
"""

from __future__ import annotations

from collections.abc import Sequence

from checks.answers import answered, cant_tell, unobserved
from checks.check import Check, JudgementSettings
from checks.finding import Answer, CheckResult
from checks.presence.pointers import Pointer, considered, pointers
from checks.presence.sections import visits
from checks.sentences import say, word
from crawler.evidence import Place, Plan, Site

CODE = "M06_1"
ROLE = "participation"
CONCEPT = "participation"
_EASILY_FOUND = 0.45


def plan(site: Site) -> tuple[Plan, ...]:
    """The section's page."""
    return visits(site, CONCEPT, role=ROLE)


def judge(site: Site, _settings: JudgementSettings) -> CheckResult:
    """Answers M06_1: 1 there is an easily found pointer, 0 there is none."""
    return CheckResult(answers=unobserved(site, CODE) or (_answer(site),))


def _answer(site: Site) -> Answer:
    home = site.home
    found = [
        item for item in pointers(site, CONCEPT) if home and item.page_url == (home.final_url or home.url)
    ]
    good = [item for item in found if item.weight >= _EASILY_FOUND and not item.is_broken]
    if good:
        evidence = [item.instance() for item in good]
        return answered(CODE, 1, _confidence(good[0]), _reason(good[0]), evidence)
    return _none(site, found)


def _confidence(best: Pointer) -> float:
    sure = {True: 0.93, None: 0.8, False: 0.65}[best.confirmed]
    return sure - (0.12 if best.link.place is Place.FOOTER else 0.0)


def _reason(pointer: Pointer) -> str:
    known = {
        True: say("its target repeats it"),
        None: say("its target was not opened"),
        False: say("its target's title and heading do not repeat it"),
    }[pointer.confirmed]
    said = pointer.link.text or pointer.link.name
    return say(
        "“{said}” in the {place} points to participation; {known}.",
        said=said,
        place=word(pointer.link.place),
        known=known,
    )


def _none(site: Site, found: Sequence[Pointer]) -> Answer:
    if broken := [item for item in found if item.is_broken]:
        evidence = [item.instance(say("its target could not be opened")) for item in broken]
        return cant_tell(CODE, say("The pointer's target could not be opened."), evidence)
    if found:
        evidence = [item.instance() for item in found]
        return answered(
            CODE, 0, 0.7, say("Participation is only mentioned in passing, not pointed to."), evidence
        )
    reason = say("Nothing on the front page points to public participation.")
    return answered(CODE, 0, 0.88, reason, considered(site, CONCEPT))


CHECK = Check(
    id="participation",
    version=1,
    codes=(CODE,),
    title="Pointer to public participation",
    basis="e-index 2017, M06 item 1; reference social-and-presence 3.7, 3.9",
    judge=judge,
    plan=plan,
)
