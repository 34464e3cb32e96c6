"""M08_1, M08_2 and M08_8: a survey form on the site, an invitation to rate it, a way to leave feedback.

A form for questions is not feedback: the study found one on 58 % of sites and feedback on none.
"""

from __future__ import annotations

from collections.abc import Iterator

from checks import terms
from checks.addresses import evaluable_pages
from checks.answers import unobserved
from checks.check import Check, JudgementSettings
from checks.finding import CheckResult, Instance
from checks.participation.forms import FormKind, KnownForm, site_forms
from checks.participation.surveys import Surveys, surveys
from checks.participation.vendors import FEEDBACK, FORMS, SURVEYS, embedded, linked
from checks.participation.verdict import Verdict, looked_at, of_none
from checks.presence.pointers import considered, pointers
from checks.sentences import say
from checks.standard.blocks import Found, blocks
from crawler.evidence import Page, Site

SURVEY_FORM, INVITATION, FEEDBACK_CODE = "M08_1", "M08_2", "M08_8"
CONCEPT = "feedback"
_ENOUGH = 0.35
_SHORT = 200
_ONE_QUESTION = 0.65
"""Confidence that a poll of one question is the study's survey form; M07_2 asks for polls."""


def judge(site: Site, _settings: JudgementSettings) -> CheckResult:
    """Answers M08_1, M08_2 and M08_8, each 1 or 0."""
    missing = unobserved(site, SURVEY_FORM, INVITATION, FEEDBACK_CODE)
    if missing:
        return CheckResult(answers=missing)
    invited = tuple(_said(site, "site_rating"))
    rated = tuple(_said(site, "page_rating"))
    return CheckResult(
        answers=(
            _survey(site, surveys(site)).answer(SURVEY_FORM),
            _invitation(site, invited, rated).answer(INVITATION),
            _feedback(site, invited, rated).answer(FEEDBACK_CODE),
        )
    )


def _survey(site: Site, found: Surveys) -> Verdict:
    here = (*found.forms, *found.built_in)
    if here and found.is_one_question and not found.built_in:
        reason = say(
            "Only a poll of one question stands on the site; whether it is a survey form, a person decides."
        )
        return Verdict(value=1, confidence=_ONE_QUESTION, reason=reason, evidence=here)
    if here:
        return Verdict(
            value=1, confidence=0.82, reason=say("A survey form stands on the site."), evidence=here
        )
    if found.links:
        reason = say("The site links to a survey form on another host.")
        return Verdict(value=1, confidence=0.7, reason=reason, evidence=found.links)
    if found.named:
        reason = say("A page is named for surveys, but no form to fill in was seen.")
        return Verdict(value=None, reason=reason, evidence=found.named)
    evidence = (*found.rejected, *_other_forms(site), *_seen(site))
    return Verdict(
        value=0, confidence=of_none(site, 0.82), reason=say("No survey form was found."), evidence=evidence
    )


def _invitation(site: Site, invited: tuple[Instance, ...], rated: tuple[Instance, ...]) -> Verdict:
    if invited:
        reason = say("The site asks to be rated: “{snippet}”.", snippet=invited[0].snippet[:100])
        return Verdict(value=1, confidence=0.82, reason=reason, evidence=invited)
    if rated:
        reason = say("Pages ask whether they were useful; a word about the site as a whole was not found.")
        return Verdict(value=1, confidence=0.6, reason=reason, evidence=rated)
    reason = say("Nothing invites visitors to rate the site.")
    evidence = (*_other_forms(site), *_seen(site))
    return Verdict(value=0, confidence=of_none(site, 0.85), reason=reason, evidence=evidence)


def _feedback(site: Site, invited: tuple[Instance, ...], rated: tuple[Instance, ...]) -> Verdict:
    forms = tuple(one.instance() for one in site_forms(site) if _takes_feedback(one))
    built_in = tuple(one for page in evaluable_pages(site) for one in embedded(page, FEEDBACK))
    asked = (*forms, *built_in[:3], *_vendor_links(site))
    if asked:
        return Verdict(
            value=1,
            confidence=0.85,
            reason=say("Feedback can be left on the site."),
            evidence=(*asked, *rated),
        )
    if controls := tuple(_answers_to_rating(site)):
        reason = say("Pages can be rated by a button.")
        return Verdict(value=1, confidence=0.8, reason=reason, evidence=(*rated, *controls))
    if named := _named(site):
        return named
    if buttons := tuple(_buttons(site)):
        reason = say("A button is named “{snippet}”; what it opens was not seen.", snippet=buttons[0].snippet)
        return Verdict(value=1, confidence=0.65, reason=reason, evidence=buttons)
    if said := (*rated, *invited):
        reason = say("The site asks for a rating, but no way to give one was seen.")
        return Verdict(value=None, reason=reason, evidence=said)
    evidence = (*_other_forms(site), *considered(site, CONCEPT), *_seen(site))
    return Verdict(
        value=0,
        confidence=of_none(site, 0.82),
        reason=say("No way to leave feedback was found."),
        evidence=evidence,
    )


def _named(site: Site) -> Verdict | None:
    """A link named for feedback: sure where the target repeats it, open where the target is gone."""
    found = [one for one in pointers(site, CONCEPT, accept=lambda _: True) if one.weight >= _ENOUGH]
    if good := [one for one in found if not one.is_broken]:
        confidence = {True: 0.82, None: 0.65, False: 0.6}[good[0].confirmed]
        reason = say("“{said}” leads to feedback.", said=good[0].link.text or good[0].link.name)
        evidence = tuple(one.instance() for one in good)
        return Verdict(value=1, confidence=confidence, reason=reason, evidence=evidence)
    if found:
        evidence = tuple(one.instance(say("its target could not be opened")) for one in found)
        reason = say("A link names feedback, but its target could not be opened.")
        return Verdict(value=None, reason=reason, evidence=evidence)
    return None


def _takes_feedback(known: KnownForm) -> bool:
    if known.kind is FormKind.RATING:
        return True
    if known.kind not in {FormKind.MESSAGE, FormKind.SURVEY}:
        return False
    said = (known.form.name, known.form.text[:100], known.page.title.split(" | ")[0])
    return any(terms.match(concept, text) for concept in (CONCEPT, "site_rating") for text in said)


def _vendor_links(site: Site) -> Iterator[Instance]:
    """Links to surveys and forms of vendors whose words speak of rating or feedback."""
    for page in evaluable_pages(site):
        for table in (SURVEYS, FORMS, FEEDBACK):
            for said, instance in linked(page, table):
                if any(terms.match(one, said) for one in (CONCEPT, "site_rating", "page_rating")):
                    yield instance


def _answers_to_rating(site: Site) -> Iterator[Instance]:
    """Visible buttons on a page that asks whether it was useful, near the question by their words."""
    for page in evaluable_pages(site):
        if terms.match_long("page_rating", page.text):
            for control in page.controls:
                if control.visible and terms.match("rating_answers", control.name):
                    where = page.final_url or page.url
                    said = say("button “{name}”", name=control.name)
                    yield Instance(url=where, selector=control.selector, snippet=control.name, message=said)


def _buttons(site: Site) -> Iterator[Instance]:
    """Visible buttons named for feedback, each wording once."""
    named: set[str] = set()
    for page in evaluable_pages(site):
        for control in page.controls:
            found = terms.match(CONCEPT, control.name) if control.visible else None
            if found and found.coverage >= 0.5 and control.name not in named:
                named.add(control.name)
                where, said = page.final_url or page.url, say("a button that names “{term}”", term=found.term)
                yield Instance(url=where, selector=control.selector, snippet=control.name, message=said)


def _said(site: Site, concept: str) -> Iterator[Instance]:
    """Pieces of text and links that hold the concept, one a wording."""
    wordings: set[str] = set()
    for page in evaluable_pages(site):
        if not _holds(page, concept):
            continue
        for block in blocks(page):
            # With negative terms: "cookies help us improve this site" asks for nothing.
            found = terms.match(concept, block.text) if len(block.text) <= _SHORT else None
            if found and block.text not in wordings:
                wordings.add(block.text)
                yield Found(page, block).instance(message=say("asks: “{term}”", term=found.term))


def _holds(page: Page, concept: str) -> bool:
    return terms.match_long(concept, page.text) is not None


def _other_forms(site: Site) -> tuple[Instance, ...]:
    return tuple(one.instance() for one in site_forms(site)[:6])


def _seen(site: Site) -> tuple[Instance, ...]:
    pages = evaluable_pages(site)
    return (looked_at(pages[0].final_url or pages[0].url, len(pages)),)


CHECK = Check(
    id="site_feedback",
    version=1,
    codes=(SURVEY_FORM, INVITATION, FEEDBACK_CODE),
    title="Survey form, invitation to rate the site, feedback",
    basis="e-index 2017, M08 items 1, 2 and 8; reference social-and-presence 3.5",
    judge=judge,
)
