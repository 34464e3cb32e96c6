"""What text and HTML say in words, and the totals they share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal

import msgspec

from checks.accessibility import bands
from checks.finding import Answer, Finding, MobileMeasure, Outcome, WcagMeasure
from checks.judge import Changes
from crawler.evidence import Failure, Scope
from results.advice import failure_text
from results.document import wording as label
from results.language import N_, _, decimal, language, ngettext
from results.records import OpenSite, RunRecord, SiteRecord

_STATUS = {
    "evaluated": N_("✓ evaluated"),
    "partly_evaluated": N_("◐ partly evaluated"),
    "not_evaluable": N_("✗ could not be evaluated"),
    "internal_error": N_("! eindekss failed; to be repeated"),
}
_OUTCOME = {
    Outcome.PASSED: N_("✓ passed"),
    Outcome.FAILED: N_("✗ failed"),
    Outcome.CANT_TELL: N_("? cannot tell"),
    Outcome.INAPPLICABLE: N_("– not applicable"),
    Outcome.UNTESTED: N_("· not tested"),
}
"""A sign and a word: colour alone tells nothing to many."""
_NAMED = 10
"""Institutions without a result that a run's notes name; the JSON has all."""
_MOBILE = {"MOBILE_FRIENDLY": N_("✓ mobile-friendly"), "NOT_MOBILE_FRIENDLY": N_("✗ not mobile-friendly")}
_UNTESTED = N_("? not tested")
_IMPACTS = {
    "critical": N_("critical"),
    "serious": N_("serious"),
    "moderate": N_("moderate"),
    "minor": N_("minor"),
    "": N_("no impact given"),
}
"""axe's own, the worst first."""


class RuleTotal(msgspec.Struct, frozen=True, kw_only=True):
    """One failed or undecided axe rule over all pages of a site."""

    rule: str
    criteria: tuple[str, ...]
    impact: str
    message: str
    help_url: str
    elements: int
    findings: tuple[Finding, ...]
    """One a page."""

    @property
    def extent(self) -> str:
        """`12 elements on 3 pages`."""
        return extent(self.elements, len(self.findings))


def extent(elements: int, pages: int) -> str:
    """`12 elements on 3 pages`."""
    return f"{counted(elements, 'element')} {on_pages(pages)}"


def on_pages(number: int) -> str:
    """`on 3 pages`."""
    return ngettext("on {n} page", "on {n} pages", number).format(n=number)


_COUNTED: dict[str, Callable[[int], str]] = {
    "answer": lambda n: ngettext("{n} answer", "{n} answers", n),
    "criterion": lambda n: ngettext("{n} criterion", "{n} criteria", n),
    "element": lambda n: ngettext("{n} element", "{n} elements", n),
    "more page": lambda n: ngettext("{n} more page", "{n} more pages", n),
    "more rule": lambda n: ngettext("{n} more rule", "{n} more rules", n),
    "page": lambda n: ngettext("{n} page", "{n} pages", n),
    "piece": lambda n: ngettext("{n} piece", "{n} pieces", n),
    "place": lambda n: ngettext("{n} place", "{n} places", n),
    "random page": lambda n: ngettext("{n} random page", "{n} random pages", n),
    "rule": lambda n: ngettext("{n} rule", "{n} rules", n),
    "site": lambda n: ngettext("{n} site", "{n} sites", n),
    "unstable rule result": lambda n: ngettext("{n} unstable rule result", "{n} unstable rule results", n),
    "URL": lambda n: ngettext("{n} URL", "{n} URLs", n),
}


def counted(number: int, thing: str) -> str:
    """`1 page`, `2 pages`; the things are those of the table above."""
    return _COUNTED[thing](number).format(n=number)


def status(name: str) -> str:
    """A sign and a word for a site's status."""
    return _(_STATUS[name])


_STATE = {
    "running": N_("is running, or its program was killed"),
    "paused": N_("is paused; what is not done is still open"),
    "finished": N_("finished"),
    "cancelled": N_("was cancelled; what was done is kept"),
    "interrupted": N_("was interrupted; what was done is kept"),
    "failed": N_("failed"),
}


def state(name: str) -> str:
    """How a run stands."""
    return _(_STATE[name])


def outcome(of: Outcome) -> str:
    """A sign and a word for an outcome."""
    return _(_OUTCOME[of])


def impact(of: str) -> str:
    """Axe's word for how bad a violation is."""
    return _(_IMPACTS[of]) if of in _IMPACTS else of


def coverage() -> str:
    """What automatic tests can and cannot say."""
    return _(
        "Automatic tests find only a part of all accessibility barriers; what they cannot decide "
        "is listed as to be reviewed by a person."
    )


def title(site: SiteRecord) -> str:
    """The institution's name, or its address where it has none; both for a further website."""
    return site.institution.title


def given(answer: Answer) -> str:
    """The answer: its number with the study's words (`2 Nav`; `1 yes` for an item), a text, or nothing."""
    if not isinstance(answer.value, int):
        return answer.value or ""
    words = label(answer.code, answer.value)
    if not words or words == label(answer.code, None):
        words = {0: _("no"), 1: _("yes")}.get(answer.value, "")
    return f"{answer.value} {words}".rstrip()


def said(answer: Answer) -> str:
    """The answer in words alone, for who knows no codes: `yes`, `Nav`; the number where there are none."""
    words = given(answer)
    return words.partition(" ")[2] or words if isinstance(answer.value, int) else words


def judged_by(run: RunRecord) -> str:
    """By what the results shown were made, and which of several judgements that is."""
    judgement = run.judgement
    settings = judgement.settings
    by = _("Judged by {formula} for {target}, axe-core {axe}.") if judgement.axe_version else ""
    said = (by or _("Judged by {formula} for {target}.")).format(
        formula=settings.formula, target=settings.target, axe=judgement.axe_version
    )
    if judgement.of <= 1:
        return said
    one_of = _("This is judgement {number} of {all}.").format(number=judgement.number, all=judgement.of)
    return f"{said} {one_of}"


def run_notes(run: RunRecord) -> tuple[str, ...]:
    """What is to be known of a whole run before its results are used: the gate's verdict where it is not to
    be published, who is missing, and that its evidence was pruned.
    """
    notes = [run.quality.verdict] if run.quality and not run.quality.is_publishable else []
    if run.open:
        notes.append(_("Without a final result: {names}.").format(names=_open_names(run.open)))
    if run.pruned_at:
        said = _("Its evidence was pruned on {day}; it can't be judged again.")
        notes.append(said.format(day=f"{run.pruned_at:%Y-%m-%d}"))
    return tuple(notes)


def _open_names(open_ones: tuple[OpenSite, ...]) -> str:
    named = [one.institution.name or one.institution.url for one in open_ones[:_NAMED]]
    more = len(open_ones) - len(named)
    return ", ".join([*named, _("{n} more").format(n=more)] if more else named)


_CHANGED = {
    "confirmed": N_("confirmed"),
    "unstable": N_("unstable"),
    "unconfirmed": N_("unconfirmed"),
}


def change(changes: Changes | None, code: str) -> str:
    """`, changed since run … (confirmed)` of an answer that became better or worse; else empty."""
    state = changes.codes.get(code) if changes else None
    if not changes or not state:
        return ""
    return _(", changed since run {run} ({state})").format(run=changes.since, state=_(_CHANGED[state]))


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
        pinned = counted(wcag.pinned_pages, "random page")
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
    unstable = counted(wcag.unstable_count, "unstable rule result")
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


def failure_sentence(failure: Failure | None) -> str:
    """`http_403 (HTTP 403). What to do`; empty where nothing failed."""
    if failure is None:
        return ""
    detail = f" ({failure.detail})" if failure.detail else ""
    return f"{failure.reason}{detail}. {failure_text(failure.reason, language()).mend}"


def rule_totals(site: SiteRecord, outcome: Outcome) -> tuple[RuleTotal, ...]:
    """The axe rules with that outcome, the worst first: by impact, then by number of elements."""
    return _totals(site.page_findings, outcome)


def second_totals(site: SiteRecord, outcome: Outcome) -> tuple[RuleTotal, ...]:
    """The second engine's rules with that outcome, in the same order."""
    return _totals(site.second_findings, outcome)


def _totals(found: Iterable[Finding], outcome: Outcome) -> tuple[RuleTotal, ...]:
    by_rule: dict[str, list[Finding]] = {}
    for finding in found:
        if finding.outcome is outcome:
            by_rule.setdefault(finding.rule, []).append(finding)
    totals = (_total(rule, findings) for rule, findings in by_rule.items())
    return tuple(sorted(totals, key=lambda total: (_rank(total.impact), -total.elements, total.rule)))


def sure(confidence: float) -> str:
    """`82 % sure`."""
    return _("{percent} % sure").format(percent=f"{100 * confidence:.0f}")


def words(name: str) -> str:
    """`robots_disallowed` as `robots disallowed`."""
    return name.replace("_", " ")


def _total(rule: str, findings: list[Finding]) -> RuleTotal:
    first = findings[0]
    return RuleTotal(
        rule=rule,
        criteria=first.criteria,
        impact=min((finding.impact for finding in findings), key=_rank),
        message=first.message,
        help_url=first.help_url,
        elements=sum(len(finding.instances) for finding in findings),
        findings=tuple(findings),
    )


def _rank(impact: str) -> int:
    return list(_IMPACTS).index(impact) if impact in _IMPACTS else len(_IMPACTS)
