"""standard.appointment_booking: whether a visit can be booked online.

A link that names it, to a page with a form or to a booking service. A sentence that tells to
call or to write is no online booking.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from checks import terms
from checks.addresses import evaluable_pages, is_within, key
from checks.answers import cant_tell, unobserved
from checks.check import Check, JudgementSettings, Label
from checks.finding import Answer, CheckResult, Instance
from checks.presence.sections import visits
from checks.sentences import say
from checks.standard.emails import addresses_in
from checks.standard.people import phones_in
from checks.standard.places import Kind, Named, no_place, places, sentences
from checks.standard.verdicts import looked, not_there, sureness_of_no, there
from checks.standard.wordings import sentence
from crawler.evidence import Page, Plan, Site

CODE = "standard.appointment_booking"
CONCEPT = "appointment"
_CHOSEN = frozenset({"date", "datetime-local", "time", "select-one", "text", "email", "tel", "radio"})
_FIELDS = 2


def plan(site: Site) -> tuple[Plan, ...]:
    """The page to book on."""
    return visits(site, CONCEPT, role=CONCEPT)


def judge(site: Site, _settings: JudgementSettings) -> CheckResult:
    """Answers standard.appointment_booking: 1 it can, 0 it can't."""
    return CheckResult(answers=unobserved(site, CODE) or (_answer(site),))


def is_booking_service(url: str) -> bool:
    """Whether the address is on a known booking service."""
    hosts, paths = _services()
    return is_within(url, hosts) or any(path in url for path in paths)


def _answer(site: Site) -> Answer:
    if vendors := [one for page in evaluable_pages(site) for one in _vendors(page)]:
        return there(CODE, 0.9, say("A page leads to a booking service."), vendors)
    found = [one for one in places(site, CONCEPT, accept=lambda _: True) if one.kind is not Kind.HEADING]
    opened = {key(page.final_url or page.url): page for page in evaluable_pages(site)}
    for one in found:
        page = opened.get(key(one.target))
        if page and (form := _form(page)):
            return there(
                CODE, 0.88, say("{reason} The page has a form.", reason=one.reason), [one.instance, form]
            )
    return _without_form(site, found, frozenset(opened))


def _without_form(site: Site, found: list[Named], opened: frozenset[str]) -> Answer:
    evidence = [one.instance for one in found]
    outside = [one for one in found if one.kind is Kind.LINK]
    if outside:
        return there(CODE, 0.7, say("{reason} It is the booking's own.", reason=outside[0].reason), evidence)
    unopened = [one for one in found if key(one.target) not in opened]
    if unopened:
        return cant_tell(CODE, say("A link names booking, but its target was not opened."), evidence)
    if found:
        reason = say("A page names booking, but has no form and no link to a booking service.")
        return not_there(CODE, sureness_of_no(site, 0.7), reason, [*evidence, looked(site)])
    said = next((one for one in sentences(site, CONCEPT) if not _tells_to_call(one.block.text)), None)
    if said:
        reason = say("A sentence tells to book a visit, but no link or title names where.")
        return cant_tell(CODE, reason, [said.instance(sentence(CONCEPT, said.block.text))])
    return no_place(site, CODE, CONCEPT, say("booking of visits"), most=0.8)


def _tells_to_call(text: str) -> bool:
    """Whether it is by phone or letter that the text tells to book."""
    return bool(terms.match_long("phone_hours", text) or phones_in(text) or addresses_in(text))


def _vendors(page: Page) -> Iterator[Instance]:
    url = page.final_url or page.url
    for link in page.links:
        if link.visible and is_booking_service(link.href):
            snippet = f"{link.text or link.name} → {link.href}"
            yield Instance(url=url, selector=link.selector, snippet=snippet, rect=link.rect)
    for frame in page.frames:
        if is_booking_service(frame.url):
            yield Instance(url=url, selector=frame.selector, snippet=frame.url, message=say("a frame"))


def _form(page: Page) -> Instance | None:
    for form in page.forms:
        shown = [one for one in form.fields if one.visible and (one.type in _CHOSEN or one.tag == "textarea")]
        if form.visible and len(shown) >= _FIELDS and form.role != "search":
            labels = ", ".join(one.label or one.name for one in shown)
            url = page.final_url or page.url
            return Instance(
                url=url, selector=form.selector, snippet=labels[:300], message=say("a form to fill in")
            )
    return None


@cache
def _services() -> tuple[tuple[str, ...], tuple[str, ...]]:
    table = tomllib.loads(files("checks.standard").joinpath("booking.toml").read_text(encoding="utf-8"))
    return tuple(table["hosts"]), tuple(table["paths"])


CHECK = Check(
    id="appointment_booking",
    version=1,
    codes=(CODE,),
    title="Booking a visit online",
    basis="client service standard of the State Technical Supervision Agency (pieraksts, elektroniski)",
    judge=judge,
    plan=plan,
    labels={
        CODE: Label(
            lv="Tīmekļvietnē var pieteikt vizīti tiešsaistē",
            en="A visit can be booked online",
        )
    },
)
