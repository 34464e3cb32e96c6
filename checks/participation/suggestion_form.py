"""M07_6: a form for questions, suggestions, objections and proposals; an e-mail address is no form."""

from __future__ import annotations

from checks import terms
from checks.addresses import evaluable_pages
from checks.answers import unobserved
from checks.check import Check, JudgementSettings
from checks.finding import Answer, CheckResult, Instance
from checks.participation.forms import FormKind, KnownForm, site_forms
from checks.participation.vendors import FORMS, embedded, linked
from checks.participation.verdict import Verdict, looked_at, of_none
from checks.presence.pointers import considered, pointers
from checks.presence.sections import visits
from checks.sentences import say
from crawler.evidence import Form, Plan, Site

CODE = "M07_6"
CONCEPT = ROLE = "suggestions"
_ENOUGH = 0.35
_MOST_OF_A_MESSAGE = 12
"""Fields to fill in; a longer form is an application."""


def plan(site: Site) -> tuple[Plan, ...]:
    """The page that is named for questions and suggestions."""
    return visits(site, CONCEPT, role=ROLE)


def judge(site: Site, _settings: JudgementSettings) -> CheckResult:
    """Answers M07_6: 1 there is a form, 0 there is none."""
    return CheckResult(answers=unobserved(site, CODE) or (_answer(site),))


def _answer(site: Site) -> Answer:
    known = site_forms(site)
    messages = [one for one in known if one.kind is FormKind.MESSAGE]
    if named := [one for one in messages if _says_suggestions(one)]:
        best = max(named, key=lambda one: one.form.visible)
        confidence = 0.9 if best.form.visible else 0.75
        evidence = tuple(one.instance() for one in named)
        reason = say("There is a form for questions and suggestions.")
        return Verdict(value=1, confidence=confidence, reason=reason, evidence=evidence).answer(CODE)
    if outside := _outside(site):
        reason = say("A form on a vendor's host is named for questions and suggestions.")
        return Verdict(value=1, confidence=0.72, reason=reason, evidence=outside).answer(CODE)
    if messages:
        evidence = tuple(one.instance() for one in messages)
        reason = say("There is a form for longer texts, but its words do not say what it is for.")
        return Verdict(value=None, reason=reason, evidence=evidence).answer(CODE)
    return _none(site, known).answer(CODE)


def _says_suggestions(known: KnownForm) -> bool:
    """Named so itself, by its labels or buttons, or by the page on which it stands."""
    form = known.form
    if _filled_in(form) > _MOST_OF_A_MESSAGE:
        return False
    if {ROLE, "contacts"} & set(known.page.roles) or terms.match_part(CONCEPT, form.attributes):
        return True
    labels = [text for field in form.fields for text in (field.label, field.placeholder, field.value)]
    said = (form.name, *labels, known.page.title.split(" | ")[0])
    concepts = (CONCEPT, "feedback", "contacts")
    return any(terms.match(concept, text) for concept in concepts for text in said if text) or bool(
        terms.match_long(CONCEPT, form.text)
    )


def _filled_in(form: Form) -> int:
    return sum(field.visible and field.type.lower() not in {"hidden", "submit"} for field in form.fields)


def _outside(site: Site) -> tuple[Instance, ...]:
    """Forms of vendors that a link names so, or that stand on the page named so."""
    found: list[Instance] = []
    for page in evaluable_pages(site):
        found += [instance for said, instance in linked(page, FORMS) if terms.match(CONCEPT, said)]
        if ROLE in page.roles or terms.match(CONCEPT, page.title.split(" | ")[0]):
            found += embedded(page, FORMS)
    return tuple({one.snippet: one for one in found}.values())


def _none(site: Site, known: tuple[KnownForm, ...]) -> Verdict:
    """What looked like it: pages named so, links to write an e-mail, forms for other things."""
    named = [one for one in pointers(site, CONCEPT) if one.weight >= _ENOUGH]
    pages = evaluable_pages(site)
    mails = [
        Instance(
            url=page.final_url or page.url,
            selector=link.selector,
            snippet=f"{link.text} → {link.href}",
            message=say("an e-mail address is no form"),
        )
        for page in pages[:10]
        for link in page.links
        if link.href.startswith("mailto:")
    ]
    evidence = (
        *(one.instance() for one in known[:4]),
        *(one.instance(say("names it, but no form was seen there")) for one in named[:3]),
        *mails[:2],
        *considered(site, CONCEPT)[-1:],
        looked_at(pages[0].final_url or pages[0].url, len(pages)),
    )
    if broken := [one for one in named if one.is_broken]:
        lost = tuple(one.instance(say("its target could not be opened")) for one in broken)
        reason = say("The page named for questions and suggestions could not be opened.")
        return Verdict(value=None, reason=reason, evidence=(*lost, *evidence))
    reason = say("No form for questions or suggestions was found.")
    return Verdict(value=0, confidence=of_none(site, 0.82), reason=reason, evidence=evidence)


CHECK = Check(
    id="suggestion_form",
    version=1,
    codes=(CODE,),
    title="Form for questions, suggestions, objections and proposals",
    basis="e-index 2017, M07 item 6; reference social-and-presence 3.7",
    judge=judge,
    plan=plan,
)
