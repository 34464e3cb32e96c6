"""M17J and M17J_NOTES: whether the home page works on a phone, and why not."""

from __future__ import annotations

import msgspec

from checks import questionnaire
from checks.check import Check, JudgementSettings
from checks.evaluable import page_failure, response_failure
from checks.finding import (
    Answer,
    CheckResult,
    Finding,
    Instance,
    MobileIssue,
    MobileMeasure,
    Outcome,
)
from checks.mobile import target_size
from checks.mobile.notes import note, notes
from checks.mobile.rules import Issue, issues
from crawler.evidence import Failure, FailureReason, MobileView, Resource, Site, TapTarget

CODE = "M17J"
NOTES = "M17J_NOTES"
FRIENDLY = "MOBILE_FRIENDLY"
NOT_FRIENDLY = "NOT_MOBILE_FRIENDLY"

_EXAMPLES = 5

_PAGE_REASONS = frozenset(
    {FailureReason.CHALLENGE_PAGE, FailureReason.LOGIN_REDIRECT, FailureReason.OUT_OF_SCOPE}
)
"""What the desktop capture of the home page says of the phone's too."""

_STATUS_NAMES = {
    FailureReason.UNKNOWN_HOST: "dns",
    FailureReason.CONNECTION_REFUSED: "connect",
    FailureReason.CONNECTION_LOST: "connect",
    FailureReason.TIMEOUT: "timeout",
    FailureReason.PAGE_HUNG: "timeout",
    FailureReason.ROBOTS_DISALLOWED: "robots",
    FailureReason.DOWNLOAD: "not_html",
    FailureReason.CHALLENGE_PAGE: "blocked_by_waf",
}
"""PAGE_UNREACHABLE's reasons where `mft/1` names them otherwise than we do."""


class Observed(msgspec.Struct, frozen=True):
    """The home page on a phone, or why there is nothing to judge."""

    view: MobileView | None = None
    failure: Failure | None = None


def judge(site: Site, settings: JudgementSettings) -> CheckResult:  # noqa: ARG001 - a Check's signature
    """Judge the home page's phone capture; other captures give findings only."""
    home = _home(site)
    if home.view is None or home.failure:
        failure = home.failure or Failure(FailureReason.INTERNAL_ERROR, "the home page has no phone capture")
        return _unjudged(failure, _findings(site, without=home.view))
    broken = issues(home.view)
    return CheckResult(
        answers=(_answer(home.view, broken), _notes(broken)),
        findings=_findings(site),
        mobile=_measure(broken),
    )


def _home(site: Site) -> Observed:
    """The phone capture of the home page, with what spoils it."""
    page = site.home
    addresses = {page.url, page.final_url} - {""} if page else {site.institution.url}
    view = next((one for one in site.mobile if addresses & {one.url, one.final_url}), None)
    if view is None:
        crawled = site.crawl.failure if site.crawl else None
        return Observed(failure=site.failure or (page.failure if page else None) or crawled)
    failure = _view_failure(view)
    if failure is None and page is not None:
        desktop = page_failure(page, site)
        failure = desktop if desktop and desktop.reason in _PAGE_REASONS else None
    return Observed(view, failure)


def _view_failure(view: MobileView) -> Failure | None:
    """Why a phone capture cannot be judged, or None. A page that shows nothing says nothing either."""
    if failure := view.failure or response_failure(view.status, view.content_type):
        return failure
    if view.layout_width <= 0:
        return Failure(FailureReason.INTERNAL_ERROR, "the layout was not measured")
    if not view.text_length and not view.targets:
        return Failure(FailureReason.EMPTY_PAGE, "neither text nor anything to tap")
    return None


def _unjudged(failure: Failure, findings: tuple[Finding, ...]) -> CheckResult:
    """No verdict: M17J carries no points, so an unreachable page has none either."""
    ours = failure.reason.is_ours
    status = "INTERNAL_ERROR" if ours else "PAGE_UNREACHABLE"
    detail = _status_name(failure) + (f": {failure.detail}" if failure.detail else "")
    reason = f"{'eindekss failed, to be repeated' if ours else 'nav novērtējams'}: {detail}"
    untested = (
        Answer(code=code, outcome=Outcome.UNTESTED, confidence=0.0, reason=reason) for code in (CODE, NOTES)
    )
    mobile = MobileMeasure(test_status=status, detail=detail)
    return CheckResult(answers=tuple(untested), findings=findings, mobile=mobile)


def _status_name(failure: Failure) -> str:
    if failure.reason.value.startswith("http_") and failure.detail.startswith("HTTP "):
        return "http_" + failure.detail.removeprefix("HTTP ")
    return _STATUS_NAMES.get(failure.reason, failure.reason.value)


def _verdict(is_friendly: bool) -> str:
    return FRIENDLY if is_friendly else NOT_FRIENDLY


def _counting(broken: tuple[Issue, ...]) -> tuple[Issue, ...]:
    """The issues that count in `mft/1`."""
    return tuple(issue for issue in broken if not issue.strict_only)


def _measure(broken: tuple[Issue, ...]) -> MobileMeasure:
    counting = _counting(broken)
    return MobileMeasure(
        verdict=_verdict(not counting),
        issues=tuple(MobileIssue(issue.rule.value, issue.count) for issue in counting),
        strict_verdict=_verdict(not broken),
    )


def _answer(view: MobileView, broken: tuple[Issue, ...]) -> Answer:
    counting = _counting(broken)
    value = 2 if counting else 1
    doubts = _doubts(view)
    return Answer(
        code=CODE,
        outcome=questionnaire.outcome(CODE, value),
        value=value,
        confidence=_confidence(view),
        reason=" ".join(filter(None, (notes(counting, "en"), *doubts))),
        evidence=_evidence(view, counting),
    )


def _evidence(view: MobileView, counting: tuple[Issue, ...]) -> tuple[Instance, ...]:
    """An example of each rule; of a friendly page the page itself."""
    if not counting:
        message = f"laid out {view.layout_width:g} px wide on a screen of {view.screen_width} px"
        return (Instance(url=view.final_url or view.url, message=message),)
    return tuple(instance for issue in counting for instance in issue.instances[:1])


def _notes(broken: tuple[Issue, ...]) -> Answer:
    counting = _counting(broken)
    if not counting:
        return Answer(code=NOTES, outcome=Outcome.INAPPLICABLE, reason="asked only if M17J=2")
    return Answer(
        code=NOTES,
        outcome=questionnaire.outcome(NOTES, notes(counting, "lv")),
        value=notes(counting, "lv"),
        evidence=tuple(instance for issue in counting for instance in issue.instances[:_EXAMPLES]),
    )


def _confidence(view: MobileView) -> float:
    """How often a repeated capture would say the same: an estimate, not calibrated."""
    if _failed_stylesheets(view):
        return 0.5
    return 0.95 if view.load_event else 0.7


def _doubts(view: MobileView) -> tuple[str, ...]:
    failed = _failed_stylesheets(view)
    return (
        f"Low confidence: {len(failed)} stylesheet(s) did not load." if failed else "",
        "" if view.load_event else "The load event never fired; measured as it stood.",
    )


def _failed_stylesheets(view: MobileView) -> tuple[Resource, ...]:
    """Without its stylesheets a page looks otherwise than its visitors see it."""
    return tuple(resource for resource in view.resources if resource.type == "stylesheet")


def _findings(site: Site, without: MobileView | None = None) -> tuple[Finding, ...]:
    """What every phone capture that can be judged says."""
    views = (view for view in site.mobile if view is not without and _view_failure(view) is None)
    return tuple(finding for view in views for finding in _of_view(view))


def _of_view(view: MobileView) -> tuple[Finding, ...]:
    broken = tuple(
        Finding(
            rule=issue.rule.value,
            outcome=Outcome.FAILED,
            page_url=view.url,
            message=note(issue, "en") + (" Counts in the strict verdict only." if issue.strict_only else ""),
            instances=issue.instances,
        )
        for issue in issues(view)
    )
    return (*broken, *_target_size(view), *_resources(view))


def _target_size(view: MobileView) -> tuple[Finding, ...]:
    small = target_size.undersized(view.targets)
    if not small:
        return ()
    url = view.final_url or view.url
    instances = (
        Instance(url=url, selector=one.selector, snippet=one.snippet, rect=one.rects[0], message=_size(one))
        for one in small
    )
    return (
        Finding(
            rule="target-size",
            outcome=Outcome.FAILED,
            page_url=view.url,
            criteria=("2.5.8",),
            message="Targets under 24 by 24 px without spacing, on a phone; not part of the verdict.",
            help_url="https://www.w3.org/WAI/WCAG22/Understanding/target-size-minimum",
            instances=tuple(instances),
        ),
    )


def _size(target: TapTarget) -> str:
    return f"{target.rects[0].width:g} x {target.rects[0].height:g} px"


def _resources(view: MobileView) -> tuple[Finding, ...]:
    """Google's resourceIssues: what did not load, and may have bent the verdict."""
    if not view.resources:
        return ()
    url = view.final_url or view.url
    instances = (
        Instance(url=url, snippet=one.url, message=f"{one.type}: {one.failure or one.status}")
        for one in view.resources
    )
    return (
        Finding(
            rule="resource-issues",
            outcome=Outcome.CANT_TELL if _failed_stylesheets(view) else Outcome.FAILED,
            page_url=view.url,
            message="Resources that the page asks for did not load.",
            instances=tuple(instances),
        ),
    )


CHECK = Check(
    id="mobile_friendliness",
    version=1,
    codes=(CODE, NOTES),
    title="Mobile-friendliness of the home page",
    basis="Study codes M17J, M17J_NOTES; specification mft/1 after Google's Mobile-Friendly Test API",
    judge=judge,
)
