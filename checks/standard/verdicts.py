"""Answers to our own codes: 1 there, 0 not there; what passes is the same for all of them."""

from __future__ import annotations

from collections.abc import Sequence

from checks.addresses import evaluable_pages
from checks.answers import MOST_EVIDENCE
from checks.finding import Answer, Instance, Outcome
from checks.sentences import say
from crawler.evidence import Site

THERE, NOT_THERE = 1, 0


def there(code: str, confidence: float, reason: str, evidence: Sequence[Instance]) -> Answer:
    """It is there: passed."""
    return _answer(code, Outcome.PASSED, THERE, confidence, reason, evidence)


def not_there(code: str, confidence: float, reason: str, evidence: Sequence[Instance]) -> Answer:
    """It was looked for and is not there: failed, with what was considered and rejected."""
    return _answer(code, Outcome.FAILED, NOT_THERE, confidence, reason, evidence)


def sureness_of_no(site: Site, most: float) -> float:
    """`most` where the crawl saw the whole site; less where its cap left pages out, which may hold it."""
    is_cut = site.crawl is None or site.crawl.truncated
    return round(most - (0.15 if is_cut else 0.0), 2)


def looked(site: Site) -> Instance:
    """How much was read, as the last piece of evidence for a `no`."""
    pages = evaluable_pages(site)
    titles = sum(one.is_page for one in site.crawl.urls) if site.crawl else 0
    home = site.institution.url
    return Instance(
        url=home,
        message=say("{pages} pages were read, and the titles of {titles}", pages=len(pages), titles=titles),
    )


def _answer(
    code: str,
    outcome: Outcome,
    value: int,
    confidence: float,
    reason: str,
    evidence: Sequence[Instance],
) -> Answer:
    return Answer(
        code=code,
        outcome=outcome,
        value=value,
        confidence=confidence,
        reason=reason,
        evidence=tuple(evidence[:MOST_EVIDENCE]),
    )
