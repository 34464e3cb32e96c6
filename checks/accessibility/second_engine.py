"""What a second engine, IBM Equal Access, finds beside axe-core. Never part of the percentage.

A result counts as failed only where the engine's rule set calls it a violation and the engine is sure
(VIOLATION and FAIL); recommendations, potential and manual results are for a person to review. Which rules
are told, and against which criteria, is in `second_engine.toml`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

import msgspec

from checks.accessibility import targets
from checks.accessibility.targets import Target, in_order
from checks.check import Check, JudgementSettings
from checks.evaluable import page_failure
from checks.finding import CheckResult, Finding, Instance, Outcome
from checks.sentences import say, word
from crawler.evidence import (
    AxeResult,
    Certainty,
    FailureReason,
    Page,
    Policy,
    SecondEngineNode,
    SecondEngineResult,
    SecondEngineRule,
    Site,
)

PREFIX = "ibm:"
"""Begins the name of every rule of the second engine, wherever it is shown."""
UNTESTED = f"{PREFIX}untested"
"""Our own rule: the engine gave no result on a page, or could not run in some of its frames."""
HELP = "https://able.ibm.com/rules/archives/latest/doc/en-US/{rule}.html"


class EngineRule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One rule as `second_engine.toml` has it."""

    title: str
    criteria: tuple[str, ...]
    same_as: str = ""
    """The axe rule for the same thing; where that ran on the page, its word stands alone."""
    left_out: str = ""
    """Why it is never told."""
    sure: tuple[str, ...] = ()
    """Reasons that count as failed though the engine only asks for a review."""
    sure_because: str = ""
    """The documented failure of WCAG that says so."""


@cache
def rules() -> dict[str, EngineRule]:
    """Every rule by id."""
    text = files("checks.accessibility").joinpath("second_engine.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text), dict[str, EngineRule])


def judge(site: Site, settings: JudgementSettings) -> CheckResult:
    """Findings on every page that shows the site; none where the second engine was not asked for."""
    target = targets.target(settings.target)
    return CheckResult(
        findings=tuple(one for page in site.pages if _shows(page, site) for one in findings(page, target))
    )


def _shows(page: Page, site: Site) -> bool:
    failure = page_failure(page, site)
    return failure is None or failure.reason is FailureReason.EMPTY_PAGE


def findings(page: Page, target: Target) -> Iterator[Finding]:
    """One finding a rule and outcome, without what axe-core reports of the same element and criterion."""
    if page.second is None:
        return
    yield from _untested(page, page.second)
    reported = _Reported(page.axe, target)
    grouped: dict[tuple[str, Outcome], list[SecondEngineRule]] = {}
    for found in page.second.rules:
        grouped.setdefault((found.id, _outcome(found)), []).append(found)
    for (name, outcome), group in sorted(grouped.items()):
        rule = rules().get(name)
        criteria = tuple(sc for sc in rule.criteria if sc in target.criteria) if rule else ()
        if rule is None or not criteria or rule.left_out or reported.decided(rule.same_as):
            continue
        if told := _Told(group, criteria, outcome, reported):
            yield _finding(page, name, rule, told)


def _outcome(found: SecondEngineRule) -> Outcome:
    rule = rules().get(found.id)
    certain = found.certainty is Certainty.FAIL or (rule is not None and found.reason in rule.sure)
    sure = found.policy is Policy.VIOLATION and certain
    return Outcome.FAILED if sure else Outcome.CANT_TELL


class _Reported:
    """What axe-core says of a page: which rules decided, which elements it reports against which criteria."""

    def __init__(self, axe: AxeResult | None, target: Target) -> None:
        self._decided = set(axe.inapplicable) if axe else set()
        self.failed: set[tuple[str, str]] = set()
        """Criterion and element key."""
        self.review: set[tuple[str, str]] = set()
        for rule in axe.rules if axe else ():
            if not rule.error:
                self._decided.add(rule.id)
            for sc in target.criteria_of(rule):
                assert axe is not None  # noqa: S101 - it has rules
                self.failed |= {(sc, axe.elements[node.element].key) for node in rule.failed}
                self.review |= {(sc, axe.elements[node.element].key) for node in rule.review}

    def decided(self, rule: str) -> bool:
        """Whether an axe rule ran to its end on the page."""
        return rule in self._decided

    def open_criteria(self, key: str, criteria: tuple[str, ...], outcome: Outcome) -> tuple[str, ...]:
        """The criteria for which axe-core does not report this element already. What axe-core can't tell
        is still news where the second engine is sure.
        """
        known = self.failed if outcome is Outcome.FAILED else self.failed | self.review
        return tuple(sc for sc in criteria if (sc, key) not in known)


class _Told:
    """What is left of a rule's results on a page; false where nothing is."""

    def __init__(
        self,
        group: list[SecondEngineRule],
        criteria: tuple[str, ...],
        outcome: Outcome,
        reported: _Reported,
    ) -> None:
        self.outcome = outcome
        self.nodes: list[SecondEngineNode] = []
        self.more = sum(found.count - len(found.nodes) for found in group)
        """Places that the evidence counts and does not name."""
        left: set[str] = set()
        for node in (node for found in group for node in found.nodes):
            if still := reported.open_criteria(node.key, criteria, outcome):
                left.update(still)
                self.nodes.append(node)
        self.criteria = tuple(sorted(left, key=in_order))

    def __bool__(self) -> bool:
        return bool(self.nodes)


def _finding(page: Page, name: str, rule: EngineRule, told: _Told) -> Finding:
    more = say(" (and {more} more places)", more=told.more) if told.more else ""
    return Finding(
        rule=f"{PREFIX}{name}",
        outcome=told.outcome,
        page_url=page.url,
        criteria=told.criteria,
        message=say("{title}{more}", title=rule.title, more=more),
        help_url=HELP.format(rule=name),
        instances=tuple(
            Instance(
                url=page.final_url or page.url,
                selector=node.selector or node.key,
                snippet=node.snippet,
                message=node.message,
            )
            for node in told.nodes
        ),
    )


def _untested(page: Page, second: SecondEngineResult) -> Iterator[Finding]:
    if second.failure is not None:
        message = say(
            "{engine} gave no result: {said}",
            engine=second.engine,
            said=second.failure.detail or word(second.failure.reason),
        )
        yield Finding(rule=UNTESTED, outcome=Outcome.UNTESTED, page_url=page.url, message=message)
    if second.frames_untested:
        yield Finding(
            rule=UNTESTED,
            outcome=Outcome.UNTESTED,
            page_url=page.url,
            message=say("{engine} could not run in these frames", engine=second.engine),
            instances=tuple(
                Instance(url=page.final_url or page.url, message=frame) for frame in second.frames_untested
            ),
        )


CHECK = Check(
    id="second_engine",
    version=1,
    codes=(),
    title="Findings of a second engine, beside the percentage",
    basis="IBM Equal Access accessibility-checker-engine, rule set WCAG 2.2 A and AA",
    judge=judge,
)
