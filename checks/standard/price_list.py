"""standard.price_list: whether the site publishes what its paid services cost."""

from __future__ import annotations

from checks.answers import unobserved
from checks.check import Check, JudgementSettings, Label
from checks.finding import CheckResult
from checks.presence.sections import visits
from checks.standard.places import answer_by_place
from crawler.evidence import Plan, Site

CODE = "standard.price_list"
CONCEPT = "price_list"


def plan(site: Site) -> tuple[Plan, ...]:
    """The page of prices."""
    return visits(site, CONCEPT, role=CONCEPT)


def judge(site: Site, _settings: JudgementSettings) -> CheckResult:
    """Answers standard.price_list: 1 there is one, 0 there is none."""
    return CheckResult(
        answers=unobserved(site, CODE) or (answer_by_place(site, CODE, CONCEPT, "price list"),)
    )


CHECK = Check(
    id="price_list",
    version=1,
    codes=(CODE,),
    title="Price list of paid services",
    basis="client service standard of the Information Centre of the Ministry of the Interior",
    judge=judge,
    plan=plan,
    labels={CODE: Label(lv="Tīmekļvietnē ir maksas pakalpojumu cenrādis", en="The site has a price list")},
)
