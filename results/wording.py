"""What text and HTML say in words, and the totals they share."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from checks.finding import Answer, Finding, MobileMeasure, Outcome, WcagMeasure
from checks.judge import Changes
from crawler.evidence import Failure, Scope
from results.document import wording as label
from results.records import RunRecord, SiteRecord

STATUS = {
    "evaluated": "✓ evaluated",
    "partly_evaluated": "◐ partly evaluated",
    "not_evaluable": "✗ could not be evaluated",
    "internal_error": "! eindekss failed; to be repeated",
}
OUTCOME = {
    Outcome.PASSED: "✓ passed",
    Outcome.FAILED: "✗ failed",
    Outcome.CANT_TELL: "? cannot tell",
    Outcome.INAPPLICABLE: "– not applicable",
    Outcome.UNTESTED: "· not tested",
}
"""A sign and a word: colour alone tells nothing to many."""
COVERAGE = (
    "Automatic tests find only a part of all accessibility barriers; what they cannot decide "
    "is listed as to be reviewed by a person."
)
_MOBILE = {"MOBILE_FRIENDLY": "✓ mobile-friendly", "NOT_MOBILE_FRIENDLY": "✗ not mobile-friendly"}
_IMPACTS = ("critical", "serious", "moderate", "minor", "")


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
        return f"{counted(self.elements, 'element')} on {counted(len(self.findings), 'page')}"


def counted(number: int, thing: str) -> str:
    """`1 page`, `2 pages`."""
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def title(site: SiteRecord) -> str:
    """The institution's name, or its address where it has none; both for a further website."""
    return site.institution.title


def given(answer: Answer) -> str:
    """The answer: its number with the study's words (`2 Nav`; `1 yes` for an item), a text, or nothing."""
    if not isinstance(answer.value, int):
        return answer.value or ""
    words = label(answer.code, answer.value)
    if not words or words == label(answer.code, None):
        words = {0: "no", 1: "yes"}.get(answer.value, "")
    return f"{answer.value} {words}".rstrip()


def judged_by(run: RunRecord) -> str:
    """By what the results shown were made, and which of several judgements that is."""
    judgement = run.judgement
    settings = judgement.settings
    axe = f" with axe-core {judgement.axe_version}" if judgement.axe_version else ""
    one_of = f" This is judgement {judgement.number} of {judgement.of}." if judgement.of > 1 else ""
    return f"Judged by {settings.formula} for {settings.target}{axe}.{one_of}"


def run_notes(run: RunRecord) -> tuple[str, ...]:
    """What is to be known of a whole run before its results are used: the gate's verdict where it is not to
    be published, and that its evidence was pruned.
    """
    notes = [run.quality.verdict] if run.quality and not run.quality.is_publishable else []
    if run.pruned_at:
        notes.append(f"Its evidence was pruned on {run.pruned_at:%Y-%m-%d}; it can't be judged again.")
    return tuple(notes)


def change(changes: Changes | None, code: str) -> str:
    """`, changed since run … (confirmed)` of an answer that became better or worse; else empty."""
    state = changes.codes.get(code) if changes else None
    return f", changed since run {changes.since} ({state})" if changes and state else ""


def score(wcag: WcagMeasure | None) -> str:
    """`87.50 % · band 2 · 10 points`; says so where there is none."""
    if wcag is None or wcag.band is None:
        return "not measured; costs no points"
    percent = "no percentage" if wcag.percent is None else f"{wcag.percent:.2f} %"
    return f"{percent} · band {wcag.band} · {wcag.points} points"


def certainty(wcag: WcagMeasure) -> str:
    """How sure the percentage is, in a sentence; empty where nothing was measured."""
    if wcag.percent is None:
        return ""
    parts = [f"from {counted(wcag.pages_evaluated, 'page')}"]
    if wcag.population:
        parts[0] += f" of {wcag.population}"
    if wcag.pinned_from:
        parts.append(f"{counted(wcag.pinned_pages, 'random page')} as in run {wcag.pinned_from}")
    parts.append(confirmed(wcag))
    bounds = wcag.bounds
    if bounds.lower is not None and bounds.upper is not None and bounds.lower != bounds.upper:
        parts.append(f"{bounds.lower:.2f} to {bounds.upper:.2f} % depending on what a person reviews")
    if bounds.interval_low is not None and bounds.interval_high is not None:
        parts.append(f"95 % interval {bounds.interval_low:.2f} to {bounds.interval_high:.2f} %")
    if bounds.uncertain:
        parts.append(
            "the band is uncertain" + (f", it may be {bounds.other_band}" if bounds.other_band else "")
        )
    return "; ".join(parts)


def beside(wcag: WcagMeasure | None) -> str:
    """Percentages that decide nothing: of other pages, and of the same pages by other formulas."""
    if wcag is None:
        return ""
    home = wcag.home_percent if wcag.scope == Scope.SAMPLE else None
    named = (("home page", home), ("structured pages", wcag.structured_percent), *wcag.alternatives.items())
    return ", ".join(f"{name} {percent:.2f} %" for name, percent in named if percent is not None)


def confirmed(wcag: WcagMeasure) -> str:
    """Whether second captures said the same, and what they did not."""
    left = wcag.pages_evaluated - wcag.pages_confirmed
    if not wcag.pages_confirmed:
        return "not confirmed by a second capture"
    said = "all confirmed by a second capture" if not left else f"unconfirmed pages: {left}"
    return (
        f"{said}; {counted(wcag.unstable_count, 'unstable rule result')} left out" if wcag.unstable else said
    )


def mobile_verdict(mobile: MobileMeasure | None) -> str:
    """The verdict alone."""
    if mobile and mobile.verdict is None and mobile.unstable:
        return "? unstable"
    return _MOBILE.get(mobile.verdict or "", "? not tested") if mobile else "? not tested"


def mobile_reasons(mobile: MobileMeasure | None) -> str:
    """The rules that the page fails, with how often, or why it was not tested."""
    if mobile is None:
        return ""
    issues = ", ".join(f"{issue.rule} ({issue.instances})" for issue in mobile.issues)
    told = mobile.detail or ", ".join(f"unstable: {one.rule}" for one in mobile.unstable)
    alone = mobile.verdict is not None and not mobile.confirmed
    sure = "not confirmed by a second capture" if alone else ""
    return "; ".join(part for part in (issues, told, _strictly(mobile), sure) if part)


def _strictly(mobile: MobileMeasure) -> str:
    """What the strict verdict adds; it counts any failing tap target."""
    if mobile.verdict is None or mobile.verdict == mobile.strict_verdict:
        return ""
    return f"strictly: {_MOBILE.get(mobile.strict_verdict or '', '? unstable')}"


def failure_sentence(failure: Failure | None) -> str:
    """`http_403 (HTTP 403). What to do`; empty where nothing failed."""
    if failure is None:
        return ""
    detail = f" ({failure.detail})" if failure.detail else ""
    return f"{failure.reason}{detail}. {failure.remedy}"


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
    return _IMPACTS.index(impact) if impact in _IMPACTS else len(_IMPACTS)
