"""standard.standard_published: whether the client service standard itself is on the site."""

from __future__ import annotations

from checks.answers import unobserved
from checks.check import Check, JudgementSettings, Label
from checks.finding import CheckResult
from checks.presence.sections import visits
from checks.standard.places import answer_by_place
from crawler.evidence import Plan, Site

CODE = "standard.standard_published"
CONCEPT = "service_standard"


def plan(site: Site) -> tuple[Plan, ...]:
    """The standard's page, if it is no file."""
    return visits(site, CONCEPT, role=CONCEPT)


def judge(site: Site, _settings: JudgementSettings) -> CheckResult:
    """Answers standard.standard_published: 1 it is published, 0 it is not."""
    answer = unobserved(site, CODE) or (answer_by_place(site, CODE, CONCEPT, "client service standard"),)
    return CheckResult(answers=answer)


CHECK = Check(
    id="standard_published",
    version=1,
    codes=(CODE,),
    title="Client service standard published",
    basis="client service standard of the State Technical Supervision Agency, which is on its site",
    judge=judge,
    plan=plan,
    labels={
        CODE: Label(
            lv="Tīmekļvietnē ir klientu apkalpošanas standarts",
            en="The client service standard is on the site",
        )
    },
)
