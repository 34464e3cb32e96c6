"""standard.complaints_place: whether there is a place for questions, suggestions and complaints."""

from __future__ import annotations

from itertools import islice

from checks.answers import unobserved
from checks.check import Check, JudgementSettings, Label
from checks.finding import Answer, CheckResult, Instance
from checks.presence.sections import visits
from checks.sentences import say
from checks.standard.emails import addresses_in
from checks.standard.places import Kind, answer_by_place, places, sentences
from checks.standard.verdicts import there
from checks.standard.wordings import sentence
from crawler.evidence import Plan, Site

CODE = "standard.complaints_place"
CONCEPT = "complaints"
_MOST = 5


def plan(site: Site) -> tuple[Plan, ...]:
    """The place's page."""
    return visits(site, CONCEPT, role=CONCEPT)


def judge(site: Site, _settings: JudgementSettings) -> CheckResult:
    """Answers standard.complaints_place: 1 there is one, 0 there is none."""
    return CheckResult(answers=unobserved(site, CODE) or (_answer(site),))


def _answer(site: Site) -> Answer:
    if not any(one.kind is not Kind.BROKEN for one in places(site, CONCEPT)) and (said := _invited(site)):
        return there(CODE, 0.75, say("A sentence says to which address complaints or suggestions go."), said)
    return answer_by_place(site, CODE, CONCEPT, say("place for questions, suggestions and complaints"))


def _invited(site: Site) -> list[Instance]:
    """Sentences that name complaints or suggestions together with an e-mail address."""
    found = (
        one.instance(sentence(CONCEPT, one.block.text))
        for one in sentences(site, CONCEPT)
        if addresses_in(one.block.text)
    )
    return list(islice(found, _MOST))


CHECK = Check(
    id="complaints_place",
    version=1,
    codes=(CODE,),
    title="Place for questions, suggestions and complaints",
    basis="client service standard of the Data State Inspectorate, clause 24 (Jautājumi un ieteikumi)",
    judge=judge,
    plan=plan,
    labels={
        CODE: Label(
            lv="Tīmekļvietnē ir vieta jautājumiem, ieteikumiem un sūdzībām",
            en="The site has a place for questions, suggestions and complaints",
        )
    },
)
