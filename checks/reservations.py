"""What no check may say, whatever it found: a "no" about a site that was not really seen."""

from __future__ import annotations

import msgspec

from checks import questionnaire
from checks.addresses import evaluable_pages
from checks.evaluable import MINIMUM_TEXT
from checks.finding import Answer, Outcome
from checks.questionnaire import By
from checks.sentences import joined, say, word
from crawler.evidence import Failure, FailureReason, Site

_FEWEST_FAILED = 3
_OF_THE_FRONT_PAGE = frozenset({"M06_1", "M08_3", "M08_4", "M08_5", "M08_7"})
"""What a front page shows, or leads to by a link whose failing the check itself tells: pointers, entries, the
language switch, the search.
"""
_ERRORS = frozenset(
    {
        FailureReason.CONNECTION_LOST,
        FailureReason.CONNECTION_REFUSED,
        FailureReason.TIMEOUT,
        FailureReason.HTTP_401,
        FailureReason.HTTP_403,
        FailureReason.HTTP_404,
        FailureReason.HTTP_429,
        FailureReason.HTTP_4XX,
        FailureReason.HTTP_5XX,
        FailureReason.LOGIN_REDIRECT,
        FailureReason.CHALLENGE_PAGE,
        FailureReason.REDIRECT_LOOP,
    }
)


def reserved(site: Site, answers: tuple[Answer, ...]) -> tuple[Answer, ...]:
    """The answers, without those that the evidence can't carry.

    An audit that we broke off answers nothing (`untested`). Where the front page shows next to nothing, what
    was found stands, but "not there" becomes `cantTell`; so it does where more of the site's addresses
    failed than pages could be read, but for what the front page alone tells. The automatic measures have
    rules of their own.
    """
    if site.failure is not None and site.failure.reason.is_ours:
        return tuple(_untested(answer, site.failure) for answer in answers)
    if site.home is None or site.home.failure:
        return answers
    if site.home.text_length < MINIMUM_TEXT:
        shown = site.home.text_length
        why = say("The front page shows {shown} characters, too few to say that it is missing.", shown=shown)
        return tuple(_unsaid(answer, why) for answer in answers)
    read, failed = _read(site), _failed(site)
    if failed <= read or failed < _FEWEST_FAILED:
        return answers
    why = say(
        "{failed} addresses of the site failed and only {read} could be read, too few to say no.",
        failed=failed,
        read=read,
    )
    return tuple(answer if answer.code in _OF_THE_FRONT_PAGE else _unsaid(answer, why) for answer in answers)


def _read(site: Site) -> int:
    """Pages that the crawl read, or the browser, whoever read more: a few dead links on a large site say
    nothing, though the browser opened fewer pages than that.
    """
    crawled = sum(one.is_page for one in site.crawl.urls) if site.crawl else 0
    return max(crawled, len(evaluable_pages(site)))


def _failed(site: Site) -> int:
    """Addresses of the site that the crawl asked for and that gave an error instead of a page."""
    urls = site.crawl.urls if site.crawl else ()
    return sum(one.failure is not None and one.failure.reason in _ERRORS for one in urls)


def _untested(answer: Answer, failure: Failure) -> Answer:
    reason = say("the audit broke off ({reason}) and is to be repeated", reason=word(failure.reason))
    return msgspec.structs.replace(
        answer, outcome=Outcome.UNTESTED, value=None, confidence=0.0, reason=reason
    )


def _unsaid(answer: Answer, why: str) -> Answer:
    if answer.outcome is not Outcome.FAILED or _is_measured(answer.code):
        return answer
    return msgspec.structs.replace(
        answer,
        outcome=Outcome.CANT_TELL,
        value=None,
        confidence=0.0,
        reason=joined(" ", (why, answer.sentence)),
    )


def _is_measured(code: str) -> bool:
    return not questionnaire.is_own(code) and questionnaire.entry(code).by is By.AUTOMATIC
