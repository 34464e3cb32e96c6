"""Reasons and messages of checks in the language spoken now.

A check's sentence is stored in English with its parts (`checks.sentences`). Where the parts are there, each
template is looked up in the catalogue and filled in again; nothing is guessed from the English. What has no
parts is told as it stands: an earlier version stored it, or it is somebody else's (axe-core's, a server's).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from checks.finding import Answer, Finding, Instance
from checks.sentences import Parts, Said, Sentence, in_english, worded
from crawler.evidence import Failure, FailureReason, Place
from results.advice import failure_text
from results.language import N_, Language, _, language, ngettext

PLACES: Mapping[Place, str] = {
    Place.HEADER: N_("header"),
    Place.NAV: N_("nav"),
    Place.MAIN: N_("main"),
    Place.ASIDE: N_("aside"),
    Place.FOOTER: N_("footer"),
    Place.SEARCH: N_("search"),
    Place.BODY: N_("body"),
}
"""What the evidence calls the parts of a page, as checks put it into their sentences."""


class _Decimal(float):
    """A number that is written with the decimal mark of the language spoken."""

    def __format__(self, spec: str) -> str:
        return super().__format__(spec).replace(".", ",")

    def __str__(self) -> str:
        return format(self)


def reason(of: Answer) -> str:
    """Why an answer is as it is."""
    return told(of.reason, of.said)


def message(of: Instance | Finding) -> str:
    """What is said of a place or a finding."""
    return told(of.message, of.said)


def told(text: str, parts: Parts) -> str:
    """A text that is stored in English, in the language spoken; as it stands where its parts are not known or
    are another text's.
    """
    if language() is Language.EN or not isinstance(parts, Sentence) or not is_known(text, parts):
        return text
    return worded(parts, _phrase, _number)


def is_known(text: str, parts: Parts) -> bool:
    """Whether a text that is stored in English can be told in other languages."""
    return isinstance(parts, Sentence) and in_english(parts) == text


def spoken(text: str) -> str:
    """A sentence that was just made, in the language spoken; other text as it stands."""
    return told(str(text), text.parts()) if isinstance(text, Said) else text


def _phrase(text: str, many: str, n: int) -> str:
    if many:
        return ngettext(text, many, n)
    return _failures(language()).get(text) or _(text)


def _number(value: int | float) -> object:
    return _Decimal(value) if isinstance(value, float) and language() is Language.LV else value


@cache
def _failures(spoken: Language) -> Mapping[str, str]:
    """The names of failures and what can be done about them, by their English."""
    every = [(reason, failure_text(reason, spoken)) for reason in FailureReason]
    return {reason.value: _within(text.title) for reason, text in every} | {
        Failure(reason).remedy: text.mend for reason, text in every
    }


def _within(title: str) -> str:
    """A title as it stands within a sentence; abbreviations stay as they are."""
    return title if title[1:2].isupper() else title[:1].lower() + title[1:]
