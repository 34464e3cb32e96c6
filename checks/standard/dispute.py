"""standard.dispute: whether the site says how to contest a decision of the institution."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from checks import terms
from checks.answers import unobserved
from checks.check import Check, JudgementSettings, Label
from checks.finding import Answer, CheckResult, Instance
from checks.presence.sections import visits
from checks.sentences import say
from checks.standard.blocks import Found
from checks.standard.places import answer_by_place, sentences
from checks.standard.verdicts import there
from checks.standard.wordings import sentence
from crawler.evidence import Plan, Site

CODE = "standard.dispute"
CONCEPT = "dispute"
_MOST = 5


def plan(site: Site) -> tuple[Plan, ...]:
    """The page on contesting decisions."""
    return visits(site, CONCEPT, role=CONCEPT)


def judge(site: Site, _settings: JudgementSettings) -> CheckResult:
    """Answers standard.dispute: 1 it is said, 0 it is not."""
    return CheckResult(answers=unobserved(site, CODE) or (_answer(site),))


def _answer(site: Site) -> Answer:
    if told := list(islice(_told(site), _MOST)):
        reason = say(
            "“{snippet}” says that and how a decision can be contested.", snippet=told[0].snippet[:200]
        )
        return there(CODE, 0.88, reason, told)
    # It is mostly said in a sentence, and only some pages' sentences are read.
    return answer_by_place(site, CODE, CONCEPT, say("way to contest a decision"), most=0.6)


def _told(site: Site) -> Iterator[Instance]:
    for one in sentences(site, CONCEPT):
        if _tells_how(one):
            yield one.instance(sentence(CONCEPT, one.block.text))


def _tells_how(one: Found) -> bool:
    """A decision, and words for a right, a way or a time to contest it; news of a court case has neither."""
    text = f"{one.block.heading} {one.block.text}"
    return bool(terms.match_long("decision", text) and terms.match_long("remedy", one.block.text))


CHECK = Check(
    id="dispute",
    version=1,
    codes=(CODE,),
    title="How to contest a decision",
    basis="client service standard of the Data State Inspectorate, clause 16",
    judge=judge,
    plan=plan,
    labels={
        CODE: Label(
            lv="Tīmekļvietnē norādīts, kā apstrīdēt iestādes lēmumu",
            en="The site says how to contest a decision of the institution",
        )
    },
)
