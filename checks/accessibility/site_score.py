"""From the evidence of a site to its percentage: which pages are measured, and which carry the score."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from fractions import Fraction

import msgspec

from checks.accessibility import formulas
from checks.accessibility.confirmation import Agreement, agreement, confirmed_tally
from checks.accessibility.criteria import PageTally, tally
from checks.accessibility.formulas import Formula, PageScore
from checks.accessibility.targets import Target
from checks.evaluable import page_failure, second_failure
from crawler.evidence import (
    HOME,
    RANDOM,
    AxeResult,
    Confirmation,
    ConfirmPage,
    Failure,
    FailureReason,
    Page,
    Scope,
    Site,
)


class MeasuredPage(msgspec.Struct, frozen=True, kw_only=True):
    """A captured page with its score, or with the reason why it has none."""

    page: Page
    tally: PageTally = PageTally()
    score: PageScore | None = None
    failure: Failure | None = None
    second: AxeResult | None = None
    """Of the second capture, where it can be compared."""
    unconfirmed: Failure | None = None
    """Why a second capture that was tried can't be compared; None too where none was tried."""

    @property
    def agreement(self) -> Agreement | None:
        """What both captures say; None where there is no second."""
        return agreement(self.page.axe, self.second) if self.page.axe and self.second else None

    @property
    def is_ours(self) -> bool:
        """Whether eindekss failed on it, not the site."""
        return self.failure is not None and self.failure.reason.is_ours


class SiteScore(msgspec.Struct, frozen=True, kw_only=True):
    """Everything the percentage of a site stands on. Percents are exact fractions."""

    target: Target
    formula: Formula
    scope: Scope
    pages: tuple[MeasuredPage, ...]
    """Every captured page."""
    sampled: tuple[MeasuredPage, ...]
    """The pages that were to carry the score, each final address once."""
    failure: Failure | None = None
    """Why there is no percentage."""

    @property
    def carrying(self) -> tuple[MeasuredPage, ...]:
        """The evaluated pages among the sampled ones."""
        return tuple(page for page in self.sampled if page.score)

    @property
    def rests_on_a_minority(self) -> bool:
        """Whether fewer than half of the sampled pages could be evaluated."""
        return 2 * len(self.carrying) < len(self.sampled)

    @property
    def percent(self) -> Fraction | None:
        """The site's percentage, unrounded."""
        scores = scores_of(self.carrying)
        return formulas.mean([score.percent for score in scores]) if scores and not self.failure else None


def scores_of(pages: Iterable[MeasuredPage]) -> list[PageScore]:
    """The scores of the pages that have one."""
    return [page.score for page in pages if page.score]


def measure(page: Page, site: Site, target: Target, formula: Formula) -> MeasuredPage:
    """Score one page. A page of the site with too little on it keeps its tally, but gets no score; one that
    answered in one of two captures only has neither.
    """
    seen = _second(page, site)
    failure = page_failure(page, site)
    unconfirmed = second_failure(page, seen) if seen else None
    if failure:
        if seen and not unconfirmed:
            failure = Failure(
                FailureReason.UNSTABLE, f"only the first of two captures failed: {failure.reason}"
            )
        counted = tally(page.axe, target) if page.axe else PageTally()
        return MeasuredPage(page=page, tally=counted, failure=failure)
    second = seen.axe if seen and not unconfirmed else None
    counted = tally_of(page.axe, second, target)
    score = formulas.page_score(counted, formula)
    return MeasuredPage(
        page=page,
        tally=counted,
        score=score,
        failure=None if score else _too_few(counted),
        second=second,
        unconfirmed=unconfirmed,
    )


def tally_of(first: AxeResult | None, second: AxeResult | None, target: Target) -> PageTally:
    """What one capture says, or two in common."""
    if first is None:
        return PageTally()
    return confirmed_tally(first, second, target) if second else tally(first, target)


def _second(page: Page, site: Site) -> Confirmation | None:
    plan = ConfirmPage(page.url)
    confirmations = (seen for seen in site.observations if isinstance(seen, Confirmation))
    return next((seen for seen in confirmations if seen.plan == plan), None)


def _too_few(counted: PageTally) -> Failure:
    """Too little on the page, or too little that came out the same twice."""
    unstable = sum(criterion.unstable for criterion in counted.criteria)
    scored = f"{len(counted.scored)} scored criteria"
    if len(counted.scored) + unstable >= formulas.MINIMUM_CRITERIA:
        return Failure(FailureReason.UNSTABLE, f"{scored}, {unstable} unstable")
    return Failure(FailureReason.TOO_FEW_CRITERIA, scored)


def score_site(site: Site, target: Target, formula: Formula) -> SiteScore:
    """Score all pages, choose those that carry the site's score, and say why there may be none."""
    pages = tuple(measure(page, site, target, formula) for page in site.pages)
    role = HOME if site.settings.scope is Scope.HOMEPAGE else RANDOM
    replaced = {one.url for one in site.sample.replaced} if site.sample and role == RANDOM else set()
    sampled = _each_once(page for page in pages if role in page.page.roles and page.page.url not in replaced)
    score = SiteScore(target=target, formula=formula, scope=site.settings.scope, pages=pages, sampled=sampled)
    return msgspec.structs.replace(score, failure=_failure(site, score))


def _each_once(pages: Iterable[MeasuredPage]) -> tuple[MeasuredPage, ...]:
    """One page for each final address; of several the first that was evaluated."""
    chosen: dict[str, MeasuredPage] = {}
    for page in pages:
        address = page.page.final_url or page.page.url
        if address not in chosen or (page.score and not chosen[address].score):
            chosen[address] = page
    return tuple(chosen.values())


def _failure(site: Site, score: SiteScore) -> Failure | None:
    """Why the site gets no percentage.

    A failure of ours is told first, for it costs nobody points. Else a site is not evaluable if its home
    page is not and fewer than half of the sampled pages are, or if no sampled page is. With its home page
    a site gets a percentage from the few pages too; `uncertainty` says how little it then stands on.
    """
    home = next((page for page in score.pages if HOME in page.page.roles), None)
    home_failure = home.failure if home else _no_home(site)
    if site.failure and site.failure.reason.is_ours:
        return site.failure
    if home_failure and home_failure.reason.is_ours:
        return home_failure
    if not score.sampled:
        none = Failure(FailureReason.INTERNAL_ERROR, "no page of the sample was captured")
        return home_failure or site.failure or none
    few = score.rests_on_a_minority
    if few and (ours := next((page.failure for page in score.sampled if page.is_ours), None)):
        return ours
    if score.carrying and not (home_failure and few):
        return None
    return home_failure or _commonest(score.sampled)


def _no_home(site: Site) -> Failure:
    return (
        site.failure
        or (site.crawl and site.crawl.failure)
        or Failure(FailureReason.INTERNAL_ERROR, "the home page was not captured")
    )


def _commonest(pages: Iterable[MeasuredPage]) -> Failure | None:
    """The failure most pages have; of equally common ones the first met."""
    found = Counter(page.failure for page in pages if page.failure)
    return found.most_common(1)[0][0] if found else None
