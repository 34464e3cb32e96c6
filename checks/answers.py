"""Answers put together: what passes is decided by the questionnaire's table, not by each check."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import TypeVar

from checks import questionnaire
from checks.addresses import evaluable_pages
from checks.finding import Answer, Instance, Outcome
from checks.sentences import Said, say, say_counted, word
from crawler.evidence import Failure, Site

MOST_EVIDENCE = 10
_T = TypeVar("_T")


def first_of_each(found: Iterable[_T], by: Callable[[_T], Hashable]) -> list[_T]:
    """The first of each kind, in their order: what a reason names stays the first piece of evidence."""
    kept: dict[Hashable, _T] = {}
    for one in found:
        kept.setdefault(by(one), one)
    return list(kept.values())


def counted_pages(number: int) -> Said:
    """`1 page`, `5 pages`."""
    return say_counted("{n} page", "{n} pages", number)


def answered(
    code: str, value: int | str, confidence: float, reason: str, evidence: Sequence[Instance] = ()
) -> Answer:
    """A value, favourable or not; of the evidence the first ten pieces are kept."""
    return Answer(
        code=code,
        outcome=questionnaire.outcome(code, value),
        value=value,
        confidence=confidence,
        reason=reason,
        evidence=tuple(evidence[:MOST_EVIDENCE]),
    )


def cant_tell(code: str, reason: str, evidence: Sequence[Instance] = ()) -> Answer:
    """No value, and why; nothing to be sure of."""
    return Answer(
        code=code,
        outcome=Outcome.CANT_TELL,
        confidence=0.0,
        reason=reason,
        evidence=tuple(evidence[:MOST_EVIDENCE]),
    )


def unobserved(site: Site, *codes: str) -> tuple[Answer, ...]:
    """Answers of a site of which no page could be looked at, or none: `untested` where no page was tried,
    `cantTell` where the front page failed.
    """
    if not site.pages:
        why = word(site.failure.reason) if site.failure else say("nothing was captured")
        reason = say("No page was captured: {reason}.", reason=why)
        return tuple(Answer(code=code, outcome=Outcome.UNTESTED, reason=reason) for code in codes)
    if site.home not in evaluable_pages(site):
        failure = site.home.failure if site.home else None
        url = site.home.final_url or site.home.url if site.home else site.institution.url
        told, shown = _not_looked_at(failure), [Instance(url=url)]
        return tuple(cant_tell(code, told, shown) for code in codes)
    return ()


def _not_looked_at(failure: Failure | None) -> Said:
    if failure is None:
        return say("The front page could not be looked at.")
    return say(
        "The front page could not be looked at: {reason}. {remedy}",
        reason=word(failure.reason),
        remedy=word(failure.remedy),
    )
