"""Each site of a report as its template tells it."""

from __future__ import annotations

import msgspec

from checks.accessibility.explain import Explanation, explain
from checks.check import JudgementSettings
from checks.clips import Places
from checks.finding import Finding, Instance, Outcome, PageMeasure, Unstable
from crawler.evidence import HOME, Failure, FailureReason, Site, Skipped, SkipReason
from results.advice import (
    Advice,
    FailureText,
    General,
    advice_for_finding,
    failure_text,
    general_advice,
    skip_text,
)
from results.language import Language, language
from results.observed_records import PageRecord
from results.pictures import Pictures
from results.records import AXE_CHECK, MOBILE, SECOND_ENGINE, SiteRecord
from results.report_answers import PLACES_SHOWN, Answers, answers
from results.report_languages import quoted_languages
from results.report_phone import PhonePage, phone_pages
from results.report_pictures import Album
from results.report_problems import Problem, Way, problems, way
from results.rule_totals import rule_totals, second_totals

LISTED = 50
"""Addresses listed of one reason."""


class OtherFinding(msgspec.Struct, frozen=True, kw_only=True):
    """What another check found, of one rule and outcome, on however many pages."""

    check: str
    rule: str
    outcome: Outcome
    finding: Finding
    """The first of them, for what it says."""
    advice: Advice
    places: tuple[Instance, ...]


class Lost(msgspec.Struct, frozen=True, kw_only=True):
    """Addresses that were not looked at for one reason, and what to do about it."""

    reason: str
    text: FailureText
    count: int
    listed: tuple[tuple[str, str], ...]
    """Address, and a detail of what happened."""


class SiteView(msgspec.Struct, frozen=True, kw_only=True):
    """A site with everything that the template tells of it."""

    site: SiteRecord
    number: int
    is_full: bool
    failure: FailureText | None
    picture: str
    way: Way | None
    failed: tuple[Problem, ...]
    review: tuple[Problem, ...]
    second: tuple[Problem, ...]
    second_review: tuple[Problem, ...]
    phone: tuple[PhonePage, ...]
    phone_titles: tuple[str, ...]
    """Of what the home page's verdict rests on."""
    answers: Answers
    languages: dict[str, str]
    """Of what is quoted, by page, where it is another than the report's."""
    others: tuple[OtherFinding, ...]
    unstable: tuple[Unstable, ...]
    unstable_advice: Advice
    review_advice: Advice
    pages: tuple[tuple[PageRecord, float | None, Failure | None], ...]
    lost: tuple[Lost, ...]
    """Pages that could not be evaluated, and addresses that gave none."""
    skipped: tuple[Lost, ...]


def answer_anchor(code: str, number: int = 1) -> str:
    """Name of the place where the report tells an answer of its site of that number, from 1."""
    return f"site-{number}-{code}"


def site_view(
    number: int,
    site: SiteRecord,
    settings: JudgementSettings,
    pictures: Pictures | None,
    evidence: Site | None,
    *,
    is_full: bool,
) -> SiteView:
    """What is told of a site, in the language spoken now."""
    lang, album, judged = language(), Album(pictures, number), site.judgement
    explanation = explain(evidence, settings) if evidence else None
    home = next((page.screenshot for page in site.pages if HOME in page.roles and page.screenshot), None)
    screen = album.screen(home)
    rules = _Rules(site, number, album, Places(evidence) if evidence else None, explanation)
    failed = rules.told("rule", AXE_CHECK, Outcome.FAILED)
    return SiteView(
        site=site,
        number=number,
        is_full=is_full,
        failure=failure_text(judged.failure.reason, lang) if judged.failure else None,
        picture=screen,
        way=way(explanation, failed, lang),
        failed=failed,
        phone_titles=tuple(
            f"{advice_for_finding(MOBILE, one.rule, lang).title} ({one.instances})"
            for one in (judged.mobile.issues if judged.mobile else ())
        ),
        phone=phone_pages(site, evidence, lang, album, PLACES_SHOWN),
        answers=answers(site, album, lang),
        languages=quoted_languages(evidence, lang),
        review=rules.told("review", AXE_CHECK, Outcome.CANT_TELL),
        second=rules.told("second", SECOND_ENGINE, Outcome.FAILED),
        second_review=rules.told("second-review", SECOND_ENGINE, Outcome.CANT_TELL),
        others=_others(site, lang),
        unstable=(
            *(judged.wcag.unstable if judged.wcag else ()),
            *(judged.mobile.unstable if judged.mobile else ()),
        ),
        unstable_advice=general_advice(General.UNSTABLE, lang),
        review_advice=general_advice(General.REVIEW, lang),
        pages=_pages(site),
        lost=_lost(site, lang),
        skipped=_skipped(site, lang),
    )


class _Rules:
    """The rules of both engines, told with the same pictures and gains."""

    def __init__(
        self,
        site: SiteRecord,
        number: int,
        album: Album,
        places: Places | None,
        explanation: Explanation | None,
    ) -> None:
        self._site = site
        self._number = number
        self._album = album
        self._places = places
        self._explanation = explanation

    def told(self, kind: str, check: str, outcome: Outcome) -> tuple[Problem, ...]:
        """The rules of that check with that outcome."""
        totals = second_totals if check == SECOND_ENGINE else rule_totals
        counts = check == AXE_CHECK and outcome is Outcome.FAILED
        return problems(
            totals(self._site, outcome),
            check,
            language(),
            self._album,
            self._places,
            prefix=f"site-{self._number}-{kind}",
            explanation=self._explanation if counts else None,
        )


def _others(site: SiteRecord, lang: Language) -> tuple[OtherFinding, ...]:
    """Findings of other checks, each rule once; the phone's and the second engine's are told apart."""
    found: dict[tuple[str, str, Outcome], list[Finding]] = {}
    for check, finding in site.other_findings:
        decided = finding.outcome is not Outcome.UNTESTED
        if check != MOBILE and not (check == SECOND_ENGINE and decided):
            found.setdefault((check, finding.rule, finding.outcome), []).append(finding)
    return tuple(
        OtherFinding(
            check=check,
            rule=rule,
            outcome=outcome,
            finding=group[0],
            advice=advice_for_finding(check, rule, lang),
            places=tuple(place for one in group for place in one.instances or (Instance(url=one.page_url),)),
        )
        for (check, rule, outcome), group in found.items()
    )


def _pages(site: SiteRecord) -> tuple[tuple[PageRecord, float | None, Failure | None], ...]:
    measures = {page.url: page for page in site.judgement.pages}
    empty = PageMeasure(url="")
    judged = ((page, measures.get(page.url, empty)) for page in site.pages)
    return tuple((page, measure.percent, page.failure or measure.failure) for page, measure in judged)


def _lost(site: SiteRecord, lang: Language) -> tuple[Lost, ...]:
    every: dict[FailureReason, dict[str, str]] = {}
    crawled = ((one.url, one.failure) for one in (site.crawl.failed if site.crawl else ()))
    pages = ((page.url, failure) for page, _, failure in _pages(site) if failure)
    for url, failure in (*pages, *crawled):
        every.setdefault(failure.reason, {}).setdefault(url, failure.detail)
    return tuple(
        Lost(
            reason=str(reason),
            text=failure_text(reason, lang),
            count=len(urls),
            listed=tuple(urls.items())[:LISTED],
        )
        for reason, urls in every.items()
    )


def _skipped(site: SiteRecord, lang: Language) -> tuple[Lost, ...]:
    def listed(reason: str) -> tuple[Skipped, ...]:
        return tuple(one for one in site.skipped if one.reason == reason)[:LISTED]

    return tuple(
        Lost(
            reason=reason,
            text=skip_text(SkipReason(reason), lang),
            count=count,
            listed=tuple((one.url, "") for one in listed(reason)),
        )
        for reason, count in site.skipped_counts.items()
    )
