"""standard.price_list: whether the site publishes what its paid services cost.

Prices told in passing, under no name of a list, are cantTell: they may be all prices there are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from checks.addresses import evaluable_pages
from checks.answers import cant_tell, unobserved
from checks.check import Check, JudgementSettings, Label
from checks.finding import Answer, CheckResult, Instance, Outcome
from checks.presence.sections import visits
from checks.sentences import say
from checks.standard.blocks import Found, blocks
from checks.standard.places import answer_by_place
from crawler.evidence import Plan, Site

CODE = "standard.price_list"
CONCEPT = "price_list"
_SEVERAL = 3
_MOST = 5
_PRICE = re.compile(
    r"(?<![\d.,\s])\s?\d{1,3}(?:[.,]\d\d)?\s?(?:€|(?:eur|euro|eiro|kronor|kr|zł|zl|chf|usd)(?!\w))"
    r"|[€$£]\s?\d{1,3}(?:\.\d\d)?(?![\d.,])",
    re.IGNORECASE,
)


def plan(site: Site) -> tuple[Plan, ...]:
    """The page of prices."""
    return visits(site, CONCEPT, role=CONCEPT)


def judge(site: Site, _settings: JudgementSettings) -> CheckResult:
    """Answers standard.price_list: 1 there is one, 0 there is none."""
    return CheckResult(answers=unobserved(site, CODE) or (_answer(site),))


def _answer(site: Site) -> Answer:
    named = answer_by_place(site, CODE, CONCEPT, say("price list"))
    if named.outcome is Outcome.FAILED and (told := list(islice(_told(site), _MOST))):
        return cant_tell(CODE, say("Prices are told, but nothing is named a list of prices."), told)
    return named


def _told(site: Site) -> Iterator[Instance]:
    """Pieces of text with several small sums of money; large ones are of budgets and projects."""
    for page in evaluable_pages(site):
        for block in blocks(page) if _PRICE.search(page.text) else ():
            if len(_PRICE.findall(block.text)) >= _SEVERAL:
                yield Found(page, block).instance()


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
