"""M17J and M17J_NOTES: whether the home page works on a phone, and why not."""

from __future__ import annotations

import msgspec

from checks import questionnaire
from checks.check import Check, JudgementSettings
from checks.evaluable import page_failure, place, response_failure
from checks.finding import (
    Answer,
    CheckResult,
    Finding,
    Instance,
    MobileIssue,
    MobileMeasure,
    Outcome,
)
from checks.mobile import confirmation, target_size
from checks.mobile.confirmation import Compared, compared
from checks.mobile.notes import note, notes
from checks.mobile.rules import Issue, Rule, issues, legible_share
from crawler.evidence import (
    Confirmation,
    ConfirmMobile,
    Failure,
    FailureReason,
    MobileView,
    Plan,
    Resource,
    Site,
    TapTarget,
)

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
        return _unjudged(failure, _findings(site, without=home.view), site.institution.url)
    found = _compared(site, home.view)
    return CheckResult(
        answers=(_answer(home.view, found), _notes(home.view, found)),
        findings=(*_findings(site, found=found), *confirmation.findings(home.view, found)),
        mobile=_measure(home.view, found),
    )


def plan(site: Site) -> tuple[Plan, ...]:
    """A second capture of the view that carries the verdict."""
    home = _home(site)
    if not site.settings.confirm or home.view is None or home.failure:
        return ()
    return (ConfirmMobile(home.view.url),)


def _compared(site: Site, view: MobileView) -> Compared:
    """The view's issues, confirmed by its second capture where that can be compared."""
    wanted = ConfirmMobile(view.url)
    confirmations = (seen for seen in site.observations if isinstance(seen, Confirmation))
    seen = next((seen for seen in confirmations if seen.plan == wanted), None)
    if seen is None:
        return compared(view, None)
    failure = seen.failure or (_view_failure(seen.view) if seen.view else None)
    if failure is None and place(seen.final_url) != place(view.final_url or view.url):
        failure = Failure(FailureReason.UNSTABLE, f"it led to {seen.final_url}")
    return compared(view, None if failure else seen.view, failure)


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


def _unjudged(failure: Failure, findings: tuple[Finding, ...], url: str) -> CheckResult:
    """No verdict: M17J carries no points, so an unreachable page has none either."""
    ours = failure.reason.is_ours
    status = "INTERNAL_ERROR" if ours else "PAGE_UNREACHABLE"
    detail = _status_name(failure) + (f": {failure.detail}" if failure.detail else "")
    reason = f"{'eindekss failed, to be repeated' if ours else 'nav novērtējams'}: {detail}"
    tried = (Instance(url=url, message=detail),)
    untested = (
        Answer(code=code, outcome=Outcome.UNTESTED, confidence=0.0, reason=reason, evidence=tried)
        for code in (CODE, NOTES)
    )
    mobile = MobileMeasure(test_status=status, detail=detail)
    return CheckResult(answers=tuple(untested), findings=findings, mobile=mobile)


def _status_name(failure: Failure) -> str:
    if failure.reason.value.startswith("http_") and failure.detail.startswith("HTTP "):
        return "http_" + failure.detail.removeprefix("HTTP ")
    return _STATUS_NAMES.get(failure.reason, failure.reason.value)


def _verdict(is_friendly: bool | None) -> str | None:
    if is_friendly is None:
        return None
    return FRIENDLY if is_friendly else NOT_FRIENDLY


def _measure(view: MobileView, found: Compared) -> MobileMeasure:
    counting = found.counting
    return MobileMeasure(
        verdict=_verdict(found.is_friendly),
        detail=_unstable(found) if found.is_friendly is None else "",
        issues=tuple(MobileIssue(issue.rule.value, issue.count) for issue in counting),
        strict_verdict=_verdict(found.is_strictly_friendly),
        confirmed=found.second is not None,
        unstable=confirmation.differences(view, found),
        notes={"lv": notes(counting, "lv"), "en": notes(counting, "en")} if counting else {},
    )


def _unstable(found: Compared) -> str:
    names = ", ".join(issue.rule.value for issue in found.unstable)
    return f"unstable, in one of two captures only: {names}"


def _undecided(code: str, found: Compared) -> Answer:
    """Only rules that come and go would decide."""
    return Answer(
        code=code,
        outcome=Outcome.CANT_TELL,
        confidence=0.0,
        reason=_unstable(found),
        evidence=tuple(instance for issue in found.unstable for instance in issue.instances[:1]),
    )


def _answer(view: MobileView, found: Compared) -> Answer:
    if found.is_friendly is None:
        return _undecided(CODE, found)
    counting = found.counting
    value = 2 if counting else 1
    doubts = _doubts(view, found)
    return Answer(
        code=CODE,
        outcome=questionnaire.outcome(CODE, value),
        value=value,
        confidence=_confidence(view, found),
        reason=" ".join(filter(None, (notes(counting, "en") or _merits(view, found.broken), *doubts))),
        evidence=_evidence(view, counting),
    )


def _merits(view: MobileView, broken: tuple[Issue, ...]) -> str:
    """What was measured of a friendly page, in numbers."""
    clashing = sum(issue.count for issue in broken if issue.rule is Rule.TAP_TARGETS_TOO_CLOSE)
    targets = sum(bool(target.rects) for target in view.targets)
    parts = (
        f"Laid out {view.layout_width:g} px wide on a screen of {view.screen_width} px",
        f"content {view.content_width:g} px wide",
        f"{float(legible_share(view)):.0f} % of the text legible" if view.text else "no text",
        f"{clashing} of {targets} clickable elements too close to others",
    )
    return f"{', '.join(parts)}, no plugins."


def _evidence(view: MobileView, counting: tuple[Issue, ...]) -> tuple[Instance, ...]:
    """An example of each rule; of a friendly page its viewport and what Chromium made of it."""
    if not counting:
        message = f"laid out {view.layout_width:g} px wide on a screen of {view.screen_width} px"
        snippet = f'<meta name="viewport" content="{view.viewports[-1]}">' if view.viewports else ""
        selector = "meta[name=viewport]" if snippet else "html"
        url = view.final_url or view.url
        return (Instance(url=url, selector=selector, snippet=snippet, message=message),)
    return tuple(instance for issue in counting for instance in issue.instances[:1])


def _notes(view: MobileView, found: Compared) -> Answer:
    if found.is_friendly is None:
        return _undecided(NOTES, found)
    counting = found.counting
    if not counting:
        return Answer(code=NOTES, outcome=Outcome.INAPPLICABLE, reason="asked only if M17J=2")
    return Answer(
        code=NOTES,
        outcome=questionnaire.outcome(NOTES, notes(counting, "lv")),
        value=notes(counting, "lv"),
        confidence=_confidence(view, found),
        reason=notes(counting, "en"),
        evidence=tuple(instance for issue in counting for instance in issue.instances[:_EXAMPLES]),
    )


def _confidence(view: MobileView, found: Compared) -> float:
    """How often a repeated capture would say the same: an estimate, not calibrated."""
    if _failed_stylesheets(view):
        return 0.5
    if found.failure or not view.load_event:
        return 0.7
    return 0.95 if found.second else 0.9


def _doubts(view: MobileView, found: Compared) -> tuple[str, ...]:
    failed = _failed_stylesheets(view)
    return (
        f"Left out as {_unstable(found)}." if found.unstable else "",
        "" if found.second else "Not confirmed by a second capture.",
        f"Low confidence: {len(failed)} stylesheet(s) did not load." if failed else "",
        "" if view.load_event else "The load event never fired; measured as it stood.",
    )


def _failed_stylesheets(view: MobileView) -> tuple[Resource, ...]:
    """Without its stylesheets a page looks otherwise than its visitors see it."""
    return tuple(resource for resource in view.resources if resource.type == "stylesheet")


def _findings(
    site: Site, without: MobileView | None = None, found: Compared | None = None
) -> tuple[Finding, ...]:
    """What every phone capture that can be judged says; of the home page what was `found` to stay."""
    views = (view for view in site.mobile if view is not without and _view_failure(view) is None)
    home = _home(site).view if found else None
    return tuple(
        finding
        for view in views
        for finding in _of_view(view, found.broken if found and view is home else issues(view))
    )


def _of_view(view: MobileView, issues_of_view: tuple[Issue, ...]) -> tuple[Finding, ...]:
    broken = tuple(
        Finding(
            rule=issue.rule.value,
            outcome=Outcome.FAILED,
            page_url=view.url,
            message=note(issue, "en") + (" Counts in the strict verdict only." if issue.strict_only else ""),
            instances=issue.instances,
        )
        for issue in issues_of_view
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
    version=2,
    codes=(CODE, NOTES),
    title="Mobile-friendliness of the home page",
    basis="Study codes M17J, M17J_NOTES; specification mft/1 after Google's Mobile-Friendly Test API",
    judge=judge,
    plan=plan,
)
