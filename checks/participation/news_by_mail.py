"""M07_99 and M07_NOTES: other tools of participation, in 2017 mostly news by e-mail; named in the notes.

A feed is shown as considered, but is no subscription by e-mail.
"""

from __future__ import annotations

from checks.addresses import evaluable_pages
from checks.answers import answered, cant_tell, unobserved
from checks.check import Check, JudgementSettings
from checks.finding import Answer, CheckResult, Instance, Outcome
from checks.participation.forms import ONLY_AN_ADDRESS, FormKind, site_forms
from checks.participation.vendors import NEWSLETTERS, linked
from checks.participation.verdict import Verdict, looked_at, of_none
from checks.presence.pointers import Pointer, considered, pointers
from checks.sentences import say
from crawler.evidence import Site

OTHER, NOTES = "M07_99", "M07_NOTES"
_CONCEPT = "news_by_mail"
_ENOUGH = 0.35


def judge(site: Site, _settings: JudgementSettings) -> CheckResult:
    """Answers M07_99 (1 or 0) and M07_NOTES (what it is, and where)."""
    missing = unobserved(site, OTHER, NOTES)
    if missing:
        return CheckResult(answers=missing)
    found = _verdict(site)
    return CheckResult(answers=(found.answer(OTHER), _notes(found)))


def _notes(found: Verdict) -> Answer:
    if found.value is None:
        return cant_tell(NOTES, found.reason, found.evidence)
    if found.value == 0:
        return Answer(
            code=NOTES, outcome=Outcome.INAPPLICABLE, reason=say("asked only if {other}=1", other=OTHER)
        )
    text = f"news by e-mail ({found.evidence[0].url})"
    return answered(NOTES, text, found.confidence, found.reason, found.evidence)


def _verdict(site: Site) -> Verdict:
    forms = [one for one in site_forms(site) if one.kind is FormKind.NEWSLETTER]
    if forms:
        forms.sort(key=lambda one: one.sign == ONLY_AN_ADDRESS)
        confidence = 0.7 if forms[0].sign == ONLY_AN_ADDRESS else 0.88
        reason = say("One can subscribe to news by e-mail.")
        evidence = tuple(one.instance() for one in forms)
        return Verdict(value=1, confidence=confidence, reason=reason, evidence=evidence)
    links = tuple(one for page in evaluable_pages(site) for _, one in linked(page, NEWSLETTERS))
    if links:
        reason = say("A link leads to a service that sends news by e-mail.")
        return Verdict(value=1, confidence=0.8, reason=reason, evidence=links)
    named = [one for one in pointers(site, _CONCEPT, accept=lambda _: True) if one.weight >= _ENOUGH]
    if good := [one for one in named if not one.is_broken]:
        return _named(good)
    if named:
        evidence = tuple(one.instance(say("its target could not be opened")) for one in named)
        return Verdict(
            value=None, reason=say("The page to subscribe to news could not be opened."), evidence=evidence
        )
    return _none(site)


def _named(good: list[Pointer]) -> Verdict:
    confidence = {True: 0.82, None: 0.7, False: 0.62}[good[0].confirmed]
    said = good[0].link.text or good[0].link.name
    evidence = tuple(one.instance() for one in good)
    reason = say("“{said}” leads to news by e-mail; the form itself was not seen.", said=said)
    return Verdict(value=1, confidence=confidence, reason=reason, evidence=evidence)


def _none(site: Site) -> Verdict:
    pages = evaluable_pages(site)
    feeds = [
        Instance(
            url=page.final_url or page.url,
            selector=link.selector,
            snippet=f"{link.text} → {link.href}",
            message=say("a feed is no subscription by e-mail"),
        )
        for page in pages[:5]
        for link in page.links
        if link.text.strip().lower() in {"rss", "atom", "rss feed", "rss barotne"}
    ]
    evidence = (
        *feeds[:2],
        *considered(site, _CONCEPT),
        looked_at(pages[0].final_url or pages[0].url, len(pages)),
    )
    reason = say("No other tool of participation, such as news by e-mail, was found.")
    return Verdict(value=0, confidence=of_none(site, 0.8), reason=reason, evidence=evidence)


CHECK = Check(
    id="news_by_mail",
    version=1,
    codes=(OTHER, NOTES),
    title="Other tools of participation: news by e-mail",
    basis="e-index 2017, M07 item 99",
    judge=judge,
)
