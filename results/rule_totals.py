"""The axe rules that failed or stayed open on a site, added up over its pages."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from checks.finding import Finding, Outcome
from results import wording
from results.language import N_, _
from results.records import SiteRecord

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
        return wording.extent(self.elements, len(self.findings))


def impact(of: str) -> str:
    """Axe's word for how bad a violation is."""
    return _(_IMPACTS[of]) if of in _IMPACTS else of


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
