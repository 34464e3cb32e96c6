"""What the answer to M16J shows: places that a person can open."""

from __future__ import annotations

from collections.abc import Iterable

from checks.accessibility import targets
from checks.accessibility.site_score import MeasuredPage, SiteScore
from checks.finding import Finding, Instance, Outcome
from checks.sentences import say, word

_MOST = 5


def failed_pages(score: SiteScore) -> tuple[Instance, ...]:
    """The first pages that could not be evaluated, with their reasons."""
    failed = [page for page in (score.sampled or score.pages) if page.failure][:_MOST]
    return tuple(
        Instance(url=page.page.final_url or page.page.url, message=word(page.failure.reason))
        for page in failed
        if page.failure
    )


def worst(score: SiteScore, findings: tuple[Finding, ...]) -> tuple[Instance, ...]:
    """An example of each of the criteria that most carrying pages fail, the commonest first."""
    urls = {page.page.url for page in score.carrying}
    failing: dict[str, list[Finding]] = {}
    for finding in findings:
        if finding.outcome is Outcome.FAILED and finding.page_url in urls:
            for sc in finding.criteria:
                failing.setdefault(sc, []).append(finding)
    ranked = sorted(failing, key=lambda sc: (-_pages(failing[sc]), targets.in_order(sc)))
    return tuple(_example(sc, failing[sc]) for sc in ranked[:_MOST])


def met(score: SiteScore) -> tuple[Instance, ...]:
    """Where nothing fails: the first pages that carry the score, with the criteria that they meet."""
    return tuple(
        Instance(url=page.page.final_url or page.page.url, message=_criteria_met(page))
        for page in score.carrying[:_MOST]
    )


def _criteria_met(page: MeasuredPage) -> str:
    scored = [one.sc for one in page.tally.criteria if one.is_met]
    return say(
        "{scored} criteria tested by axe-core are met: {criteria}",
        scored=len(scored),
        criteria=", ".join(scored),
    )


def _pages(findings: Iterable[Finding]) -> int:
    return len({finding.page_url for finding in findings})


def _example(sc: str, findings: list[Finding]) -> Instance:
    first = findings[0].instances[0]
    message = say(
        "{sc} fails on {pages} page(s), here by {rule}: {message}",
        sc=sc,
        pages=_pages(findings),
        rule=findings[0].rule,
        message=findings[0].sentence,
    )
    return Instance(url=first.url, selector=first.selector, snippet=first.snippet, message=message)
