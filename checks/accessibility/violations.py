"""axe's violations and items to review of a page, as findings for the target."""

from __future__ import annotations

from collections.abc import Iterator

from checks.accessibility.targets import Target
from checks.finding import Finding, Instance, Outcome
from crawler.evidence import AxeNode, AxeResult, AxeRule, Page


def findings(page: Page, target: Target) -> Iterator[Finding]:
    """One finding for each rule of the target that failed, one for each that needs review or broke off,
    and one for frames that axe could not look into.
    """
    if page.axe is None:
        return
    for rule in page.axe.rules:
        if criteria := target.criteria_of(rule):
            yield from _of_rule(page, page.axe, rule, criteria)
    if page.axe.frames_untested:
        yield _untested_frames(page, page.axe.frames_untested)


def _of_rule(page: Page, axe: AxeResult, rule: AxeRule, criteria: tuple[str, ...]) -> Iterator[Finding]:
    if rule.error:
        yield _finding(page, rule, criteria, Outcome.CANT_TELL, message=f"the rule broke off: {rule.error}")
        return
    for outcome, nodes in ((Outcome.FAILED, rule.failed), (Outcome.CANT_TELL, rule.review)):
        if nodes:
            instances = tuple(_instance(page, axe, node) for node in nodes)
            yield _finding(page, rule, criteria, outcome, message=rule.help, instances=instances)


def _finding(
    page: Page,
    rule: AxeRule,
    criteria: tuple[str, ...],
    outcome: Outcome,
    *,
    message: str,
    instances: tuple[Instance, ...] = (),
) -> Finding:
    return Finding(
        rule=rule.id,
        outcome=outcome,
        page_url=page.url,
        criteria=criteria,
        impact=rule.impact,
        message=message,
        help_url=rule.help_url,
        instances=instances,
    )


def _instance(page: Page, axe: AxeResult, node: AxeNode) -> Instance:
    element = axe.elements[node.element]
    return Instance(
        url=page.final_url or page.url,
        selector=element.selector or element.key,
        snippet=element.snippet,
        message=node.message,
    )


def _untested_frames(page: Page, frames: tuple[str, ...]) -> Finding:
    """Named as axe names it, so that readers of axe reports know it."""
    return Finding(
        rule="frame-tested",
        outcome=Outcome.CANT_TELL,
        page_url=page.url,
        message="axe-core could not run in these frames",
        instances=tuple(Instance(url=page.final_url or page.url, message=frame) for frame in frames),
    )
