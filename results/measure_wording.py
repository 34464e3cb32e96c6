"""What text, HTML and tables say in words of the WCAG percentage and of mobile-friendliness."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import msgspec

from checks.accessibility import bands, targets
from checks.finding import MobileMeasure, WcagMeasure
from crawler.evidence import Scope
from results import wording
from results.language import N_, _, decimal, ngettext

_MOBILE = {"MOBILE_FRIENDLY": N_("✓ mobile-friendly"), "NOT_MOBILE_FRIENDLY": N_("✗ not mobile-friendly")}
_UNTESTED = N_("? not tested")
_MEANING = {
    "criteria-met/1": N_(
        "Of the success criteria of {target} that automatic tests can decide on a page, this part is met: "
        "the mean over the pages counted."
    ),
    "sc-mean/1": N_(
        "Of the elements that a success criterion of {target} concerns on a page, this part passes: "
        "the mean over criteria and pages counted."
    ),
    "pooled-nodes/1": N_(
        "Of all tests of an element by a rule of {target} on a page, this part passes: "
        "the mean over the pages counted."
    ),
}
"""By formula; what the percentage is the percentage of."""
_BEST, _LAST = 1, bands.NOT_EVALUABLE


class BandLine(msgspec.Struct, frozen=True, kw_only=True):
    """One of the study's bands in words."""

    number: int
    name: str
    """`band 2`."""
    reach: str
    """`85.00 to 95.00 %`."""
    points: str


def band_lines() -> tuple[BandLine, ...]:
    """All bands, the best first; their limits are those of `checks.accessibility.bands`."""
    lines, low = [], Decimal(0)
    while following := bands.next_band(low):
        lines.append(_band_line(low, following.percent - Decimal("0.01")))
        low = following.percent
    return (_band_line(low, Decimal(100)), *reversed(lines))


def bands_briefly() -> str:
    """All bands in a sentence."""
    each = (f"{one.name} ({one.reach}, {one.points})" for one in band_lines())
    said = _("Bands of the study of public institutions' websites, the best first: {bands}.")
    return said.format(bands="; ".join(each))


def _band_line(low: Decimal, high: Decimal) -> BandLine:
    number = bands.band(low)
    reach = _("{low} to {high} %").format(low=decimal(low), high=decimal(high))
    return BandLine(
        number=number,
        name=_("band {band}").format(band=number),
        reach=_("{reach}, or could not be evaluated").format(reach=reach) if number == _LAST else reach,
        points=ngettext("{n} point", "{n} points", bands.points(number)).format(n=bands.points(number)),
    )


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


def standing(wcag: WcagMeasure | None) -> str:
    """`band 2 of 4 (1 is the best): 10 of 20 points`; empty where there is no band."""
    if wcag is None or wcag.band is None:
        return ""
    said = _("band {band} of {bands} (1 is the best): {points} of {most} points")
    return said.format(band=wcag.band, bands=_LAST, points=wcag.points or 0, most=bands.points(_BEST))


def meaning(formula: str, target: str) -> str:
    """What a formula's percentage is the percentage of; empty for a formula that this version lacks."""
    known = targets.TARGETS.get(target)
    return _(_MEANING.get(formula, "")).format(target=known.title if known else target)


def unmeasured(wcag: WcagMeasure | None) -> str:
    """What it means that there is no percentage; empty where there is one."""
    if wcag is not None and wcag.percent is not None:
        return ""
    if wcag is None or wcag.band is None:
        return _("There is no result to count: repeat the audit. The site loses no points by it.")
    return _(
        "The site could not be evaluated for a reason that lies in the site. The study counts that like the "
        "lowest percentages: band {band}, {points} points. It does not say how accessible the site is."
    ).format(band=wcag.band, points=wcag.points or 0)


def points(band: int) -> str:
    """`band 4, 0 points`."""
    number = bands.points(band)
    worth = ngettext("{n} point", "{n} points", number).format(n=number)
    return _("band {band}").format(band=band) + f", {worth}"


def certainty(wcag: WcagMeasure) -> str:
    """How sure the percentage is, in a sentence; empty where nothing was measured."""
    return "; ".join(certainties(wcag))


def certainties(wcag: WcagMeasure) -> Iterator[str]:
    """The same, one thing at a time."""
    if wcag.percent is None:
        return
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
        other = _(", it may be band {band}").format(band=bounds.other_band) if bounds.other_band else ""
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
