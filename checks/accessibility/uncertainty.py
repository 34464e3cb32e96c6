"""How far a site's percentage could be off: open items, the sample's chance, pages that nobody could see."""

from __future__ import annotations

from fractions import Fraction

from checks.accessibility import bands, formulas, intervals
from checks.accessibility.site_score import SiteScore, scores_of
from checks.finding import Bounds
from crawler.evidence import Scope, Site


def bounds(site: Site, score: SiteScore) -> Bounds:
    """Bounds from open items, where the pages are a random sample the interval, and the other band that
    these, or pages of unknown percent, could lead to.
    """
    if score.percent is None:
        return Bounds()
    scores = scores_of(score.carrying)
    lower = formulas.mean([one.lower for one in scores])
    upper = formulas.mean([one.upper for one in scores])
    interval = _interval(site, score)
    limits = [lower, upper, *((interval.low, interval.high) if interval else ()), *_extremes(score)]
    other = intervals.other_band(bands.rounded(score.percent), limits)
    return Bounds(
        lower=number(lower),
        upper=number(upper),
        interval_low=number(interval.low) if interval else None,
        interval_high=number(interval.high) if interval else None,
        reliable=(is_census(site, score) or _is_large(score)) and not score.rests_on_a_minority,
        uncertain=other is not None,
        other_band=other,
    )


def number(percent: Fraction) -> float:
    """A percentage as it is stored."""
    return float(bands.rounded(percent))


def is_census(site: Site, score: SiteScore) -> bool:
    """Whether the score stands on every page that the site is known to have."""
    return score.scope is Scope.SAMPLE and site.sample is not None and site.sample.is_census


def _extremes(score: SiteScore) -> tuple[Fraction, ...]:
    """The percentage if every page of unknown percent had 0, and if it had 100.

    Unknown is a page whose second capture failed, and, where fewer than half of the sampled pages could be
    evaluated, each of those that could not: then they are no chance any more.
    """
    known = [page.score.percent for page in score.carrying if page.score and not page.unconfirmed]
    unknown = len(score.carrying) - len(known)
    if score.rests_on_a_minority:
        unknown += len(score.sampled) - len(score.carrying)
    if not unknown:
        return ()
    total, pages = sum(known, start=Fraction(0)), len(known) + unknown
    return total / pages, (total + 100 * unknown) / pages


def _interval(site: Site, score: SiteScore) -> intervals.Interval | None:
    if score.scope is Scope.HOMEPAGE or is_census(site, score):
        return None
    population = site.sample.population if site.sample else None
    return intervals.t_interval([one.percent for one in scores_of(score.carrying)], population)


def _is_large(score: SiteScore) -> bool:
    return score.scope is Scope.SAMPLE and len(score.carrying) >= intervals.RELIABLE_PAGES
