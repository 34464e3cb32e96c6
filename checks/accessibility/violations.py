"""axe's violations and items to review of a page, as findings for the target."""

from __future__ import annotations

from collections.abc import Iterator

from checks.accessibility.confirmation import Agreement, Flaky, Once
from checks.accessibility.targets import Target
from checks.finding import Finding, Instance, Outcome
from checks.sentences import say, word
from crawler.evidence import AxeNode, AxeResult, AxeRule, Failure, Page

NOT_CONFIRMED = "not-confirmed"
"""Our own rule: the page's second capture could not be compared."""


def findings(page: Page, target: Target, both: Agreement | None = None) -> Iterator[Finding]:
    """One finding for each rule of the target that failed, one for each that needs review or broke off, and
    one for frames that axe could not look into. Of two captures: what both say, and for each rule that
    failed on elements in one only, a finding that says so.
    """
    axe = both.axe if both else page.axe
    if axe is None:
        return
    for rule in axe.rules:
        if criteria := target.criteria_of(rule):
            yield from _of_rule(page, axe, rule, criteria)
    for flaky in both.flaky if both else ():
        if flaky.once and (criteria := target.criteria_of(flaky.rule)):
            yield _unstable(page, flaky, criteria)
    if axe.frames_untested:
        yield _untested_frames(page, axe.frames_untested)


def not_confirmed(page: Page, failure: Failure) -> Finding:
    """The first capture stands alone, and why."""
    detail = f" ({failure.detail})" if failure.detail else ""
    message = say(
        "counted by its first capture alone, the second failed: {reason}{detail}",
        reason=word(failure.reason),
        detail=detail,
    )
    return Finding(rule=NOT_CONFIRMED, outcome=Outcome.CANT_TELL, page_url=page.url, message=message)


def _unstable(page: Page, flaky: Flaky, criteria: tuple[str, ...]) -> Finding:
    """Elements that failed in one of two captures only."""
    instances = tuple(_once(page, one) for one in flaky.once)
    message = say("unstable, failed in one of two captures only: {help}", help=flaky.rule.help)
    return _finding(page, flaky.rule, criteria, Outcome.CANT_TELL, message=message, instances=instances)


def _once(page: Page, once: Once) -> Instance:
    return Instance(
        url=page.final_url or page.url,
        selector=once.element.selector or once.element.key,
        snippet=once.element.snippet,
        rect=once.element.rect if once.in_first else None,
        message=say(
            "only in the {said} capture: {message}",
            said=say("first") if once.in_first else say("second"),
            message=once.node.message,
        ),
    )


def _of_rule(page: Page, axe: AxeResult, rule: AxeRule, criteria: tuple[str, ...]) -> Iterator[Finding]:
    if rule.error:
        yield _finding(
            page,
            rule,
            criteria,
            Outcome.CANT_TELL,
            message=say("the rule broke off: {error}", error=rule.error),
        )
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
        rect=element.rect,
    )


def _untested_frames(page: Page, frames: tuple[str, ...]) -> Finding:
    """Named as axe names it, so that readers of axe reports know it."""
    return Finding(
        rule="frame-tested",
        outcome=Outcome.CANT_TELL,
        page_url=page.url,
        message=say("axe-core could not run in these frames"),
        instances=tuple(Instance(url=page.final_url or page.url, message=frame) for frame in frames),
    )
