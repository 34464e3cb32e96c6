"""Text that is cut off where a page is zoomed to 200 % (WCAG 1.4.4). A finding beside the percentage."""

from __future__ import annotations

from checks.accessibility import targets
from checks.accessibility.targets import Target
from checks.check import Check, JudgementSettings
from checks.evaluable import page_failure
from checks.finding import CheckResult, Finding, Instance, Outcome
from checks.sentences import say
from crawler.evidence import CutText, Page, Site

RULE = "text-cut-at-200-percent"
CRITERION = "1.4.4"

_HOW = {
    "height": say("a line is cut through: its box is too low at 200 % zoom"),
    "width": say("the line runs out of its box at 200 % zoom"),
}


def judge(site: Site, settings: JudgementSettings) -> CheckResult:
    """One finding for each page of the site on which text is cut off."""
    target = targets.target(settings.target)
    pages = (page for page in site.pages if page_failure(page, site) is None)
    return CheckResult(findings=tuple(one for page in pages for one in findings(page, target)))


def findings(page: Page, target: Target) -> tuple[Finding, ...]:
    """The page's finding; none where nothing is cut off, or where nobody looked."""
    if not page.cut_text or CRITERION not in target.criteria:
        return ()
    return (
        Finding(
            rule=RULE,
            outcome=Outcome.FAILED,
            page_url=page.url,
            criteria=(CRITERION,),
            message=say("Text is cut off when the page is zoomed to 200 %"),
            help_url="https://www.w3.org/WAI/WCAG22/Understanding/resize-text.html",
            instances=tuple(_instance(page, text) for text in page.cut_text),
        ),
    )


def _instance(page: Page, text: CutText) -> Instance:
    return Instance(
        url=page.final_url or page.url,
        selector=text.selector,
        snippet=text.snippet,
        message=say("{how}: {text}", how=_HOW.get(text.how, text.how), text=text.text),
    )


CHECK = Check(
    id="zoomed_text",
    version=1,
    codes=(),
    title="Text cut off at 200 % zoom, beside the percentage",
    basis="WCAG 1.4.4; W3C ACT rule 59br37",
    judge=judge,
)
