"""M07_4 and M07_5: applying to take part in working groups, councils and committees; minutes of their
meetings with lists of those who take part.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from checks import dom, terms
from checks.addresses import evaluable_pages
from checks.answers import unobserved
from checks.check import Check, JudgementSettings
from checks.finding import CheckResult, Instance
from checks.participation import section
from checks.participation.verdict import Verdict, looked_at, of_none
from checks.presence.pointers import considered, name_match
from checks.presence.sections import visits
from checks.sentences import say, word
from checks.standard.blocks import Block, Found, blocks
from crawler.evidence import Link, Page, Plan, Site

APPLY, MINUTES = "M07_4", "M07_5"
GROUPS = "working_groups"
_MOST_WORDS = 16
"""A link to a document bears its whole name; a longer text is a paragraph."""
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """What the captured pages hold of groups."""

    apply: tuple[Instance, ...] = ()
    invitations: tuple[Instance, ...] = ()
    """Words that invite, without a way to apply beside them."""
    minutes: tuple[Instance, ...] = ()
    members: tuple[Instance, ...] = ()
    pages: tuple[Instance, ...] = ()
    """Pages about groups that were read."""


def plan(site: Site) -> tuple[Plan, ...]:
    """The page about groups."""
    return visits(site, GROUPS, role=GROUPS)


def judge(site: Site, _settings: JudgementSettings) -> CheckResult:
    """Answers M07_4 and M07_5, each 1 or 0."""
    missing = unobserved(site, APPLY, MINUTES)
    if missing:
        return CheckResult(answers=missing)
    seen = _read(site)
    return CheckResult(answers=(_apply(site, seen).answer(APPLY), _minutes(site, seen).answer(MINUTES)))


def _apply(site: Site, seen: Seen) -> Verdict:
    if seen.apply:
        reason = say("One can apply to take part in a working group, council or committee.")
        return Verdict(value=1, confidence=0.8, reason=reason, evidence=seen.apply)
    if seen.invitations:
        reason = say("Taking part in groups is spoken of, but how to apply was not seen beside it.")
        return Verdict(value=None, reason=reason, evidence=seen.invitations)
    if lost := _lost(site):
        return Verdict(value=None, reason=say("The page about groups could not be read."), evidence=lost)
    evidence = (*considered(site, "joining"), *seen.pages, *_looked(site))
    reason = say("Nothing invites visitors to apply for groups, councils or committees.")
    return Verdict(value=0, confidence=of_none(site, 0.78), reason=reason, evidence=evidence)


def _minutes(site: Site, seen: Seen) -> Verdict:
    both = (*seen.minutes[:5], *seen.members[:5])
    if seen.minutes and seen.members:
        reason = say("Minutes of meetings and lists of those who take part are there.")
        return Verdict(value=1, confidence=0.8, reason=reason, evidence=both)
    if seen.minutes:
        reason = say("Minutes are there; whether they list those who took part was not read.")
        return Verdict(value=None, reason=reason, evidence=both)
    if lost := _lost(site):
        return Verdict(value=None, reason=say("The page about groups could not be read."), evidence=lost)
    if seen.members:
        reason = say("Lists of members are there, but no minutes of meetings.")
        return Verdict(value=0, confidence=of_none(site, 0.65), reason=reason, evidence=both)
    evidence = (*considered(site, "minutes"), *seen.pages, *_looked(site))
    return Verdict(
        value=0,
        confidence=of_none(site, 0.78),
        reason=say("No minutes of meetings were found."),
        evidence=evidence,
    )


def _read(site: Site) -> Seen:
    pages = evaluable_pages(site)
    about = [page for page in pages if _is_about_groups(page)]
    invited = [one for page in pages for one in _invited(page, is_about=any(page is one for one in about))]
    return Seen(
        apply=tuple(instance for instance, is_whole in invited if is_whole),
        invitations=tuple(instance for instance, is_whole in invited if not is_whole),
        minutes=_unique(one for page in about for one in _named(page, "minutes")),
        members=_unique(one for page in about for one in _named(page, "members")),
        pages=tuple(Instance(url=_url(page), snippet=page.title, message=say("read")) for page in about),
    )


def _is_about_groups(page: Page) -> bool:
    if GROUPS in page.roles or section.is_of_section(page):
        return True
    said = (*dom.headings(page.html)[:1], page.title.split(" | ")[0])
    return any(terms.match(concept, text) for concept in (GROUPS, "minutes") for text in said)


def _invited(page: Page, *, is_about: bool) -> Iterator[tuple[Instance, bool]]:
    """(evidence, whether a way to apply is there): links by name, and pieces of text with a link or an
    e-mail address beside the words. Elsewhere than on pages about groups the words must name the group.
    """
    for link in page.links:
        found = name_match(link, "joining")
        if found and (is_about or terms.mentions(GROUPS, link.text)):
            yield _of_link(page, link, say("names “{term}”", term=found.term)), True
    if not is_about:
        return
    pieces = blocks(page)
    for at, block in enumerate(pieces):
        found = terms.match_long("joining", block.text)
        if found and terms.match_long(GROUPS, f"{block.context} {page.title}"):
            near = " ".join(one.text for one in pieces[at : at + 2])
            is_whole = bool(_MAIL.search(near)) or _has_form(page)
            yield Found(page, block).instance(message=say("says “{term}”", term=found.term)), is_whole


def _has_form(page: Page) -> bool:
    return any(field.tag == "textarea" and field.visible for form in page.forms for field in form.fields)


def _named(page: Page, concept: str) -> Iterator[Instance]:
    """Links and headings that name the concept; the page's own heading counts for its text below."""
    for link in page.links:
        said = link.text or link.name
        if said.count(" ") < _MOST_WORDS and (found := terms.match(concept, said)):
            yield _of_link(page, link, say("names “{term}”", term=found.term))
    for block in blocks(page):
        if _is_title(block) and (found := terms.match(concept, block.text)):
            yield Found(page, block).instance(message=say("heading names “{term}”", term=found.term))


def _is_title(block: Block) -> bool:
    """A heading, or a line that ends with a colon and opens a list."""
    return bool(block.level) or (len(block.text) < 80 and block.text.endswith(":"))


def _of_link(page: Page, link: Link, message: str) -> Instance:
    return Instance(
        url=_url(page),
        selector=link.selector,
        snippet=f"{link.text or link.name} → {link.href}",
        message=say("{message}; place {place}", message=message, place=word(link.place)),
        rect=link.rect,
    )


def _unique(found: Iterator[Instance]) -> tuple[Instance, ...]:
    return tuple({one.snippet: one for one in found}.values())


def _lost(site: Site) -> tuple[Instance, ...]:
    readable = evaluable_pages(site)
    return tuple(
        Instance(
            url=page.url,
            message=say(
                "could not be read: {reason}",
                reason=word(page.failure.reason) if page.failure else page.status,
            ),
        )
        for page in site.with_role(GROUPS)
        if not any(page is one for one in readable)
    )


def _looked(site: Site) -> tuple[Instance, ...]:
    pages = evaluable_pages(site)
    return (looked_at(_url(pages[0]), len(pages)),)


def _url(page: Page) -> str:
    return page.final_url or page.url


CHECK = Check(
    id="councils",
    version=1,
    codes=(APPLY, MINUTES),
    title="Taking part in groups and councils; minutes and members",
    basis="e-index 2017, M07 items 4 and 5; reference social-and-presence 3.7",
    judge=judge,
    plan=plan,
)
