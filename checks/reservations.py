"""What no check may say, whatever it found: a "no" about a site that was not really seen."""

from __future__ import annotations

import msgspec

from checks import questionnaire
from checks.evaluable import MINIMUM_TEXT
from checks.finding import Answer, Outcome
from checks.questionnaire import By
from crawler.evidence import Failure, Site


def reserved(site: Site, answers: tuple[Answer, ...]) -> tuple[Answer, ...]:
    """The answers, without those that the evidence can't carry.

    An audit that we broke off answers nothing (`untested`). Where the front page shows next to nothing, what
    was found stands, but "not there" becomes `cantTell`; the automatic measures have rules of their own.
    """
    if site.failure is not None and site.failure.reason.is_ours:
        return tuple(_untested(answer, site.failure) for answer in answers)
    if site.home is None or site.home.failure or site.home.text_length >= MINIMUM_TEXT:
        return answers
    return tuple(_unsaid(answer, site.home.text_length) for answer in answers)


def _untested(answer: Answer, failure: Failure) -> Answer:
    reason = f"the audit broke off ({failure.reason}) and is to be repeated"
    return msgspec.structs.replace(
        answer, outcome=Outcome.UNTESTED, value=None, confidence=0.0, reason=reason
    )


def _unsaid(answer: Answer, shown: int) -> Answer:
    if answer.outcome is not Outcome.FAILED or _is_measured(answer.code):
        return answer
    reason = f"The front page shows {shown} characters, too few to say that it is missing. {answer.reason}"
    return msgspec.structs.replace(
        answer, outcome=Outcome.CANT_TELL, value=None, confidence=0.0, reason=reason
    )


def _is_measured(code: str) -> bool:
    return not questionnaire.is_own(code) and questionnaire.entry(code).by is By.AUTOMATIC
