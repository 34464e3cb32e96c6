"""What M06_3 asks of the page where one takes part: what to do, documents, where and how, until when."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import msgspec

from checks import terms
from checks.finding import Instance
from checks.participation import section
from checks.participation.current import Question, State
from checks.participation.forms import FormKind, known_forms
from checks.participation.vendors import FORMS, PORTALS, SURVEYS, embedded, linked
from checks.participation.verdict import Verdict, of_none
from checks.presence.pointers import considered
from checks.presence.sections import is_document
from checks.sentences import joined, say, word
from checks.standard.blocks import Found, blocks
from crawler.evidence import Page, Place, Site

_MAIL = re.compile(r"[\w.+-]+(?:@|\s?\[at\]\s?|\s?\(at\)\s?)[\w-]+(?:\.[\w-]+)+")
_NEAR = 2
_IN_TEXT = frozenset({Place.MAIN, Place.BODY, Place.ASIDE})


class Elements(msgspec.Struct, frozen=True, kw_only=True):
    """The four elements as found on one page; None where one is not there."""

    what: Instance | None = None
    documents: Instance | None = None
    where: Instance | None = None
    deadline: Instance | None = None

    @property
    def missing(self) -> tuple[str, ...]:
        """Which of the three that the questionnaire asks for are not there."""
        wanted = {
            say("what to do"): self.what,
            say("documents or links to them"): self.documents,
            say("where and how to submit"): self.where,
        }
        return tuple(name for name, found in wanted.items() if found is None)

    @property
    def quoted(self) -> tuple[Instance, ...]:
        """The elements that are there."""
        found = (self.what, self.documents, self.where, self.deadline)
        return tuple(one for one in found if one is not None)


def taking_part(site: Site, found: Sequence[Question]) -> Verdict:
    """M06_3, by the page of the section that has the most of the elements; an open question's page first."""
    seen = section.pages(site)
    best = max(
        ((page, elements(page, found)) for page in seen), key=lambda pair: _rank(pair, found), default=None
    )
    if best and not best[1].missing:
        confidence = _confidence(best[0], best[1], found)
        until = "" if best[1].deadline else say("; no deadline was found")
        reason = say("The page says what to do, with documents, where and how{until}.", until=until)
        return Verdict(value=1, confidence=confidence, reason=reason, evidence=best[1].quoted)
    if lost := section.could_not_be_opened(site):
        return Verdict(value=None, reason=say("A page of the section could not be read."), evidence=lost)
    if elsewhere := section.portal_links(site):
        reason = say("The site hands over to a portal of participation, which was not read.")
        return Verdict(value=None, reason=reason, evidence=elsewhere)
    if best:
        page, partial = best
        reason = say("Not there: {missing}.", missing=joined(", ", partial.missing))
        looked = Instance(
            url=page.final_url or page.url, snippet=page.title, message=say("the page with the most")
        )
        return Verdict(
            value=0, confidence=of_none(site, 0.7), reason=reason, evidence=(*partial.quoted, looked)
        )
    reason = say("No page on which one could take part was found.")
    return Verdict(
        value=0,
        confidence=of_none(site, 0.78),
        reason=reason,
        evidence=tuple(considered(site, "participation")),
    )


def _confidence(page: Page, here: Elements, found: Sequence[Question]) -> float:
    """Less without a deadline, and least where all that the page asked is past."""
    own = [one for one in found if one.found.page is page]
    if own and not any(one.is_open for one in own):
        return 0.6
    return 0.82 if here.deadline else 0.68


def _rank(pair: tuple[Page, Elements], found: Sequence[Question]) -> tuple[int, int, bool]:
    page, here = pair
    is_open = any(one.is_open and one.found.page is page for one in found)
    return (3 - len(here.missing), len(here.quoted), is_open)


def elements(page: Page, found: Sequence[Question]) -> Elements:
    """The elements on one page. An address counts as a place to submit to beside words that say so, or as
    a link in the text; that of a footer does not.
    """
    until = (one for one in found if one.found.page is page and one.state not in {State.YOUNG, State.OLD})
    deadline = next((one.instance() for one in until), None)
    return Elements(
        what=next(_what(page), None),
        documents=next(_documents(page), None),
        where=next(_where(page), None),
        deadline=deadline,
    )


def _what(page: Page) -> Iterator[Instance]:
    for block in blocks(page):
        if match := terms.match_long("submitting", block.text):
            quote = _around(block.text, match.term)
            yield Found(page, block).instance(quote, say("what to do: “{term}”", term=match.term))


def _around(text: str, term: str) -> str:
    """Up to 300 characters with the term's first word in the middle."""
    at = max(0, text.lower().find(term.split(maxsplit=1)[0].lower()) - 100)
    return text[at : at + 300]


def _documents(page: Page) -> Iterator[Instance]:
    for link in page.links:
        if link.place in _IN_TEXT and is_document(link.href):
            said = link.text or link.name
            yield Instance(
                url=page.final_url or page.url,
                selector=link.selector,
                snippet=f"{said} → {link.href}",
                message=say("a document"),
                rect=link.rect,
            )
    for _, instance in linked(page, PORTALS):
        yield msgspec.structs.replace(
            instance, message=say("documents: {message}", message=instance.sentence)
        )


def _where(page: Page) -> Iterator[Instance]:
    pieces = blocks(page)
    for at, block in enumerate(pieces):
        near = " ".join(other.text for other in pieces[max(0, at - _NEAR) : at + _NEAR + 1])
        if (mail := _MAIL.search(block.text)) and _says_submit(near):
            yield Found(page, block).instance(block.text[:300], say("where: {group}", group=mail.group(0)))
    for known in known_forms(page):
        if known.kind in {FormKind.MESSAGE, FormKind.SURVEY}:
            yield known.instance(say("where: {kind} form on the page", kind=word(known.kind)))
    for table in (PORTALS, SURVEYS, FORMS):
        for _, instance in linked(page, table):
            yield msgspec.structs.replace(
                instance, message=say("where: {message}", message=instance.sentence)
            )
        yield from embedded(page, table)


def _says_submit(text: str) -> bool:
    return any(terms.match_long(concept, text) for concept in ("submitting", "submitting_way"))
