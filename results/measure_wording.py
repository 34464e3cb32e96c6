"""What text, HTML and tables say in words of the WCAG percentage and of mobile-friendliness."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from checks.accessibility import bands
from checks.finding import MobileMeasure, WcagMeasure
from crawler.evidence import Scope
from results import wording
from results.language import N_, _, decimal, ngettext

_MOBILE = {"MOBILE_FRIENDLY": N_("✓ mobile-friendly"), "NOT_MOBILE_FRIENDLY": N_("✗ not mobile-friendly")}
_UNTESTED = N_("? not tested")


def percent(value: float | Decimal | None) -> str:
    """`87.50 %`, with the language's own decimal mark; a dash where there is none."""
    return "–" if value is None else f"{decimal(value)} %"


def score(wcag: WcagMeasure | None) -> str:
    """`87.50 % · band 2 · 10 points`; says so where there is none."""
    if wcag is None or wcag.band is None:
        return _("not measured; costs no points")
    known = _("no percentage") if wcag.percent is None else percent(wcag.percent)
    points = ngettext("{n} point", "{n} points", wcag.points or 0).format(n=wcag.points)
    return " · ".join((known, _("band {band}").format(band=wcag.band), points))


def points(band: int) -> str:
    """`band 4, 0 points`."""
    number = bands.points(band)
    worth = ngettext("{n} point", "{n} points", number).format(n=number)
    return _("band {band}").format(band=band) + f", {worth}"


def certainty(wcag: WcagMeasure) -> str:
    """How sure the percentage is, in a sentence; empty where nothing was measured."""
    if wcag.percent is None:
        return ""
    return "; ".join(_certain(wcag))


def _certain(wcag: WcagMeasure) -> Iterator[str]:
    from_pages = ngettext("from {n} page", "from {n} pages", wcag.pages_evaluated)
    of = " " + _("of {n}").format(n=wcag.population) if wcag.population else ""
    yield from_pages.format(n=wcag.pages_evaluated) + of
    if wcag.pinned_from:
        pinned = wording.counted(wcag.pinned_pages, "random page")
        yield _("{pages} as in run {run}").format(pages=pinned, run=wcag.pinned_from)
    yield confirmed(wcag)
    bounds = wcag.bounds
    if bounds.lower is not None and bounds.upper is not None and bounds.lower != bounds.upper:
        said = _("{low} to {high} % depending on what a person reviews")
        yield said.format(low=decimal(bounds.lower), high=decimal(bounds.upper))
    if bounds.interval_low is not None and bounds.interval_high is not None:
        low, high = decimal(bounds.interval_low), decimal(bounds.interval_high)
        yield _("95 % interval {low} to {high} %").format(low=low, high=high)
    if bounds.uncertain:
        other = _(", it may be {band}").format(band=bounds.other_band) if bounds.other_band else ""
        yield _("the band is uncertain") + other


def beside(wcag: WcagMeasure | None) -> str:
    """Percentages that decide nothing: of other pages, and of the same pages by other formulas."""
    if wcag is None:
        return ""
    home = wcag.home_percent if wcag.scope == Scope.SAMPLE else None
    named = (
        (_("home page"), home),
        (_("structured pages"), wcag.structured_percent),
        *wcag.alternatives.items(),
    )
    return ", ".join(f"{name} {percent(value)}" for name, value in named if value is not None)


def confirmed(wcag: WcagMeasure) -> str:
    """Whether second captures said the same, and what they did not."""
    left = wcag.pages_evaluated - wcag.pages_confirmed
    if not wcag.pages_confirmed:
        return _("not confirmed by a second capture")
    said = _("unconfirmed pages: {n}").format(n=left) if left else _("all confirmed by a second capture")
    if not wcag.unstable:
        return said
    unstable = wording.counted(wcag.unstable_count, "unstable rule result")
    return _("{said}; {results} left out").format(said=said, results=unstable)


def mobile_verdict(mobile: MobileMeasure | None) -> str:
    """The verdict alone."""
    if mobile and mobile.verdict is None and mobile.unstable:
        return _("? unstable")
    return _(_MOBILE.get(mobile.verdict or "", _UNTESTED) if mobile else _UNTESTED)


def mobile_reasons(mobile: MobileMeasure | None) -> str:
    """The rules that the page fails, with how often, or why it was not tested."""
    if mobile is None:
        return ""
    issues = ", ".join(f"{issue.rule} ({issue.instances})" for issue in mobile.issues)
    told = mobile.detail or ", ".join(f"{_('unstable')}: {one.rule}" for one in mobile.unstable)
    return "; ".join(part for part in (issues, told, mobile_doubts(mobile)) if part)


def mobile_doubts(mobile: MobileMeasure) -> str:
    """What the strict verdict adds, and whether a second capture was missing."""
    alone = mobile.verdict is not None and not mobile.confirmed
    sure = _("not confirmed by a second capture") if alone else ""
    return "; ".join(part for part in (_strictly(mobile), sure) if part)


def _strictly(mobile: MobileMeasure) -> str:
    """What the strict verdict adds; it counts any failing tap target."""
    if mobile.verdict is None or mobile.verdict == mobile.strict_verdict:
        return ""
    verdict = _(_MOBILE.get(mobile.strict_verdict or "", N_("? unstable")))
    return _("strictly: {verdict}").format(verdict=verdict)
