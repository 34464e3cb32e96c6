"""M13_1, M13_2, M13_3 and F32: whether the site shows how to use its e-services.

A demonstration, a film or presentation, instructions for use; F32 holds the addresses of the first two.
"""

from __future__ import annotations

from collections.abc import Sequence

from checks.addresses import evaluable_pages
from checks.answers import answered, cant_tell, counted_pages, unobserved
from checks.check import Check, JudgementSettings
from checks.finding import Answer, CheckResult, Instance, Outcome
from checks.presence.pointers import pointers
from checks.presence.sections import visits
from checks.sentences import say, word
from checks.services.materials import Closeness, Material, What, materials
from checks.services.service_pages import sections, service_pages
from checks.standard.verdicts import sureness_of_no
from crawler.evidence import Plan, Site

CODES = {What.DEMONSTRATION: "M13_1", What.PRESENTATION: "M13_2", What.HOW_TO: "M13_3"}
LINKS = "F32"
GUIDE_ROLE = "how_to"
_SAID = {
    What.DEMONSTRATION: say("demonstration of an e-service"),
    What.PRESENTATION: say("film or presentation on an e-service"),
    What.HOW_TO: say("instructions for an e-service"),
}
_THERE = {
    What.DEMONSTRATION: say("There is a demonstration of an e-service"),
    What.PRESENTATION: say("There is a film or presentation on an e-service"),
    What.HOW_TO: say("There are instructions for an e-service"),
}
_SURE = {Closeness.NAMED: 0.88, Closeness.ON_A_SERVICE_PAGE: 0.7}
_LINKED_ENOUGH = 0.35


def plan(site: Site) -> tuple[Plan, ...]:
    """One page of instructions, if the site has such a page."""
    return visits(site, "how_to", role=GUIDE_ROLE)


def judge(site: Site, _settings: JudgementSettings) -> CheckResult:
    """Answers each of the three: 1 there is such material, 0 none; and F32, the links to the first two."""
    if missing := unobserved(site, *CODES.values(), LINKS):
        return CheckResult(answers=missing)
    found = materials(site)
    given = [_answer(site, what, [one for one in found if one.what is what]) for what in What]
    return CheckResult(answers=(*given, _links(found, given)))


def _answer(site: Site, what: What, found: Sequence[Material]) -> Answer:
    good = [one for one in found if one.closeness is not Closeness.ELSEWHERE]
    if good:
        evidence = [one.instance() for one in good]
        named, closeness = good[0].said or good[0].target, word(good[0].closeness)
        reason = say("{there}: “{named}”; {closeness}.", there=_THERE[what], named=named, closeness=closeness)
        return answered(CODES[what], 1, _SURE[good[0].closeness], reason, evidence)
    return _none(site, what, found)


def _none(site: Site, what: What, rejected: Sequence[Material]) -> Answer:
    seen = (*sections(site), *service_pages(site))
    looked = [
        Instance(
            url=page.final_url or page.url,
            message=say(
                "{links} links, {frames} frames read", links=len(page.links), frames=len(page.frames)
            ),
        )
        for page in (seen or evaluable_pages(site))
    ]
    evidence = [*(one.instance() for one in rejected[:5]), *looked]
    if not seen and _names_services(site):
        reason = say("The site links to services, but none of their pages could be looked at.")
        return cant_tell(CODES[what], reason, evidence)
    sure = 0.75 if seen and not rejected else 0.65
    reason = say(
        "No {said} on {counted_pages} looked at.",
        said=_SAID[what],
        counted_pages=counted_pages(len(evaluable_pages(site))),
    )
    return answered(CODES[what], 0, sureness_of_no(site, sure), reason, evidence)


def _names_services(site: Site) -> bool:
    return any(pointer.weight >= _LINKED_ENOUGH for pointer in pointers(site, "services"))


def _links(found: Sequence[Material], given: Sequence[Answer]) -> Answer:
    asked = [CODES[What.DEMONSTRATION], CODES[What.PRESENTATION]]
    wanted = [answer for answer in given if answer.code in asked]
    good = [
        one
        for one in found
        if one.closeness is not Closeness.ELSEWHERE and one.what in {What.DEMONSTRATION, What.PRESENTATION}
    ]
    if good:
        targets = " ".join(dict.fromkeys(one.target for one in good))
        sure = min(answer.confidence for answer in wanted if answer.value == 1)
        reason = say("Links to the demonstrations, films and presentations.")
        return answered(LINKS, targets, sure, reason, [one.instance() for one in good])
    if all(answer.value == 0 for answer in wanted):
        return Answer(
            code=LINKS, outcome=Outcome.INAPPLICABLE, reason=say("asked only if M13_1=1 or M13_2=1")
        )
    seen = [one for answer in wanted for one in answer.evidence]
    return cant_tell(LINKS, say("Whether there is such material can't be told."), seen)


CHECK = Check(
    id="electronic_services",
    version=2,
    codes=(*CODES.values(), LINKS),
    title="How to use e-services",
    basis="e-index 2017, M13 and F32; reference social-and-presence 3.6",
    judge=judge,
    plan=plan,
)
