"""M07_1 and M07_2: a question put to visitors now, and polls or surveys that are filled in online."""

from __future__ import annotations

from collections.abc import Iterable

from checks import terms
from checks.addresses import evaluable_pages
from checks.answers import unobserved
from checks.check import Check, JudgementSettings
from checks.finding import CheckResult, Instance
from checks.participation import section
from checks.participation.current import questions
from checks.participation.surveys import SURVEY, Surveys, survey_visits, surveys
from checks.participation.verdict import Verdict, looked_at, of_none
from checks.presence.pointers import considered
from checks.sentences import say
from checks.standard.blocks import Found, blocks
from crawler.evidence import Page, Plan, Site

QUESTION, POLL = "M07_1", "M07_2"
_SHORT = 120
"""Characters; a longer piece of text only mentions a question."""


def plan(site: Site) -> tuple[Plan, ...]:
    """The page that the site names for its surveys."""
    return survey_visits(site)


def judge(site: Site, _settings: JudgementSettings) -> CheckResult:
    """Answers M07_1 and M07_2, each 1 or 0."""
    missing = unobserved(site, QUESTION, POLL)
    if missing:
        return CheckResult(answers=missing)
    found = surveys(site)
    return CheckResult(answers=(_question(site).answer(QUESTION), _poll(site, found).answer(POLL)))


def _question(site: Site) -> Verdict:
    if asked := tuple(_asked(evaluable_pages(site))):
        reason = say("A question is put to visitors: “{snippet}”.", snippet=asked[0].snippet[:100])
        return Verdict(value=1, confidence=0.75, reason=reason, evidence=asked)
    if open_ones := [one for one in questions(site) if one.is_open]:
        reason = say("A question is open to the public now, as its dates say.")
        evidence = tuple(one.instance() for one in open_ones)
        return Verdict(value=1, confidence=0.7, reason=reason, evidence=evidence)
    if lost := section.could_not_be_opened(site):
        return Verdict(value=None, reason=say("A page of the section could not be read."), evidence=lost)
    if elsewhere := section.portal_links(site):
        reason = say("Questions stand on a portal of participation, which was not read.")
        return Verdict(value=None, reason=reason, evidence=elsewhere)
    evidence = (*(one.instance() for one in questions(site)), *_seen(site))
    return Verdict(
        value=0,
        confidence=of_none(site, 0.75),
        reason=say("No current question was found."),
        evidence=evidence,
    )


def _asked(pages: Iterable[Page]) -> Iterable[Instance]:
    """Headings and short pieces of text that announce a question of the day."""
    for page in pages:
        if not terms.match_long("current_question", page.text):
            continue
        for block in blocks(page):
            found = terms.match("current_question", block.text) if len(block.text) <= _SHORT else None
            if found and (block.level or "?" in block.text):
                yield Found(page, block).instance(message=say("names “{term}”", term=found.term))


def _poll(site: Site, found: Surveys) -> Verdict:
    if found.forms:
        return Verdict(
            value=1, confidence=0.85, reason=say("A poll or survey stands on the site."), evidence=found.forms
        )
    if found.built_in:
        return Verdict(
            value=1, confidence=0.82, reason=say("A survey is built into the site."), evidence=found.built_in
        )
    if found.links:
        return Verdict(
            value=1, confidence=0.8, reason=say("The site links to a survey."), evidence=found.links
        )
    if found.named:
        reason = say("A page is named for surveys, but no survey to fill in was seen.")
        return Verdict(value=None, reason=reason, evidence=found.named)
    evidence = (*found.rejected, *considered(site, SURVEY), *_seen(site))
    return Verdict(
        value=0, confidence=of_none(site, 0.8), reason=say("No poll or survey was found."), evidence=evidence
    )


def _seen(site: Site) -> tuple[Instance, ...]:
    pages = evaluable_pages(site)
    return (looked_at(pages[0].final_url or pages[0].url, len(pages)),)


CHECK = Check(
    id="polls",
    version=1,
    codes=(QUESTION, POLL),
    title="Current question, polls and surveys",
    basis="e-index 2017, M07 items 1 and 2; reference social-and-presence 3.5, 3.7",
    judge=judge,
    plan=plan,
)
