"""Whether a search works, from its answers to a word of the site and to a token that nobody uses.

Language independent (reference 3.1): what is found differs; words for "nothing found" only help.
"""

from __future__ import annotations

from enum import StrEnum
from urllib.parse import unquote_plus

import msgspec

from checks import terms
from checks.addresses import key
from checks.sentences import say
from checks.sentences import word as ours
from checks.words import fold
from crawler.evidence import Failure, FailureReason, SearchAnswer, SearchProbe, http_failure

_REFUSALS = frozenset(
    {
        FailureReason.ROBOTS_DISALLOWED,
        FailureReason.ADDRESS_REFUSED,
        FailureReason.OUT_OF_SCOPE,
        FailureReason.WOULD_POST,
    }
)
_GONE = frozenset({FailureReason.HTTP_404, FailureReason.HTTP_4XX, FailureReason.HTTP_5XX})


class Verdict(StrEnum):
    """What a probe shows."""

    WORKS = "works"
    SAME = "same"
    """Both queries gave the same answer."""
    BROKEN = "broken"
    """The search's address answers with an error to both."""
    UNVERIFIED = "unverified"
    """It was not or could not be asked."""


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """A verdict and what it stands on."""

    verdict: Verdict
    reason: str
    results: tuple[tuple[str, str], ...] = ()
    """(address, text) of links that only the answer to the word has."""
    is_strong: bool = False
    """The results hold the word, or the token's answer says that nothing was found."""
    is_doubtful: bool = False
    """A visitor may have met the same: nothing happened, or the two answers hardly differ."""


def compare(probe: SearchProbe) -> Comparison:
    """Compare the two answers of a probe."""
    word, token = probe.for_word, probe.for_token
    if failed := _failed(word, token):
        return failed
    results = _only_in(word, token)
    nothing = bool(terms.match_long("no_results", token.text)) and not terms.match_long(
        "no_results", word.text
    )
    holding = [link for link in results if _stem(word.query) in fold(link[1])]
    if results and (nothing or holding or len(results) >= 3):
        return Comparison(
            verdict=Verdict.WORKS,
            reason=say(
                "“{query}” gives {results} links that “{query2}” does not give",
                query=word.query,
                results=len(results),
                query2=token.query,
            ),
            results=tuple(results),
            is_strong=nothing or bool(holding),
        )
    if nothing:
        reason = say(
            "it says that nothing was found for “{query}”, and not so for “{query2}”",
            query=token.query,
            query2=word.query,
        )
        return Comparison(verdict=Verdict.WORKS, reason=reason, is_strong=True)
    queries = (word.query, token.query)
    if not results and _plain(word, queries) == _plain(token, queries):
        reason = say("“{query}” and “{query2}” give the same answer", query=word.query, query2=token.query)
        return Comparison(verdict=Verdict.SAME, reason=reason)
    reason = say("its two answers differ too little to tell")
    return Comparison(verdict=Verdict.UNVERIFIED, reason=reason, is_doubtful=True)


def _failed(word: SearchAnswer, token: SearchAnswer) -> Comparison | None:
    failures = [
        found for answer in (word, token) if (found := answer.failure or http_failure(answer.status or 0))
    ]
    if not failures:
        return None
    if len(failures) == 2 and all(failure.reason in _GONE for failure in failures):
        return Comparison(
            verdict=Verdict.BROKEN, reason=say("its address answers {said}", said=_said(failures[0]))
        )
    if any(failure.reason in _REFUSALS for failure in failures):
        return Comparison(
            verdict=Verdict.UNVERIFIED,
            reason=say("asking is refused: {reason}", reason=ours(failures[0].reason)),
        )
    return Comparison(
        verdict=Verdict.UNVERIFIED,
        reason=say("asking failed: {said}", said=_said(failures[0])),
        is_doubtful=any(failure.reason is FailureReason.NOT_OPERABLE for failure in failures),
    )


def _said(failure: Failure) -> str:
    return failure.detail or ours(failure.reason)


def _only_in(word: SearchAnswer, token: SearchAnswer) -> list[tuple[str, str]]:
    """Links of the word's answer that the token's lacks, without links that carry the query itself (next
    page, language switch), unless all do (counted clicks).
    """
    known = {key(address) for address, _ in token.links}
    mirrored = {_neutral(address, token.query) for address, _ in token.links}
    new = {
        key(address): (address, text)
        for address, text in word.links
        if key(address) and key(address) not in known and _neutral(address, word.query) not in mirrored
    }
    return list(new.values())


def _neutral(text: str, query: str) -> str:
    return fold(unquote_plus(text)).replace(fold(query), "{query}")


def _plain(answer: SearchAnswer, queries: tuple[str, str]) -> str:
    """The answer's text without either query: the site's menus may hold the word."""
    text = f"{answer.title} {answer.text}"
    for query in queries:
        text = _neutral(text, query)
    return text


def _stem(word: str) -> str:
    return fold(word)[: max(4, len(word) - 2)]
