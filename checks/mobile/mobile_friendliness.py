"""M17J and M17J_NOTES: whether the home page works on a phone, and why not."""

from __future__ import annotations

from checks import questionnaire
from checks.check import Check, JudgementSettings
from checks.finding import Answer, CheckResult, Finding, Instance, MobileIssue, MobileMeasure, Outcome
from checks.mobile import confirmation
from checks.mobile.confirmation import Compared
from checks.mobile.findings import failed_stylesheets, findings
from checks.mobile.home_view import confirmed, home_view, status_name
from checks.mobile.notes import notes, sentences
from checks.mobile.rules import Issue, Rule, legible_share
from checks.sentences import joined, quoted, say
from crawler.evidence import ConfirmMobile, Failure, FailureReason, MobileView, Plan, Site

CODE = "M17J"
NOTES = "M17J_NOTES"
FRIENDLY = "MOBILE_FRIENDLY"
NOT_FRIENDLY = "NOT_MOBILE_FRIENDLY"

_EXAMPLES = 5
_OURS = say("eindekss failed, to be repeated")
_THEIRS = quoted("nav novērtējams")
"""What the study wrote of a page that could not be looked at."""


def judge(site: Site, settings: JudgementSettings) -> CheckResult:  # noqa: ARG001 - a Check's signature
    """Judge the home page's phone capture; other captures give findings only."""
    home = home_view(site)
    if home.view is None or home.failure:
        failure = home.failure or Failure(FailureReason.INTERNAL_ERROR, "the home page has no phone capture")
        return _unjudged(failure, findings(site, home.view, None), site.institution.url)
    found = confirmed(site, home.view)
    return CheckResult(
        answers=(_answer(home.view, found), _notes(home.view, found)),
        findings=(*findings(site, home.view, found), *confirmation.findings(home.view, found)),
        mobile=_measure(home.view, found),
    )


def plan(site: Site) -> tuple[Plan, ...]:
    """A second capture of the view that carries the verdict."""
    home = home_view(site)
    if not site.settings.confirm or home.view is None or home.failure:
        return ()
    return (ConfirmMobile(home.view.url),)


def _unjudged(failure: Failure, others: tuple[Finding, ...], url: str) -> CheckResult:
    """No verdict: M17J carries no points, so an unreachable page has none either."""
    ours = failure.reason.is_ours
    status = "INTERNAL_ERROR" if ours else "PAGE_UNREACHABLE"
    detail = status_name(failure) + (f": {failure.detail}" if failure.detail else "")
    reason = say("{blame}: {detail}", blame=_OURS if ours else _THEIRS, detail=detail)
    tried = (Instance(url=url, message=quoted(detail)),)
    untested = (
        Answer(code=code, outcome=Outcome.UNTESTED, confidence=0.0, reason=reason, evidence=tried)
        for code in (CODE, NOTES)
    )
    mobile = MobileMeasure(test_status=status, detail=detail)
    return CheckResult(answers=tuple(untested), findings=others, mobile=mobile)


def _verdict(is_friendly: bool | None) -> str | None:
    if is_friendly is None:
        return None
    return FRIENDLY if is_friendly else NOT_FRIENDLY


def _measure(view: MobileView, found: Compared) -> MobileMeasure:
    counting = found.counting
    return MobileMeasure(
        verdict=_verdict(found.is_friendly),
        detail=str(_unstable(found)) if found.is_friendly is None else "",
        issues=tuple(MobileIssue(issue.rule.value, issue.count) for issue in counting),
        strict_verdict=_verdict(found.is_strictly_friendly),
        confirmed=found.second is not None,
        unstable=confirmation.differences(view, found),
        notes={"lv": notes(counting, "lv"), "en": notes(counting, "en")} if counting else {},
    )


def _unstable(found: Compared) -> str:
    names = ", ".join(issue.rule.value for issue in found.unstable)
    return say("unstable, in one of two captures only: {names}", names=names)


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
        reason=joined(" ", filter(None, (sentences(counting) or _merits(view, found.broken), *doubts))),
        evidence=_evidence(view, counting),
    )


def _merits(view: MobileView, broken: tuple[Issue, ...]) -> str:
    """What was measured of a friendly page, in numbers."""
    clashing = sum(issue.count for issue in broken if issue.rule is Rule.TAP_TARGETS_TOO_CLOSE)
    targets = sum(bool(target.rects) for target in view.targets)
    parts = (
        say(
            "Laid out {layout_width:g} px wide on a screen of {screen_width} px",
            layout_width=view.layout_width,
            screen_width=view.screen_width,
        ),
        say("content {content_width:g} px wide", content_width=view.content_width),
        say("{legible_share:.0f} % of the text legible", legible_share=float(legible_share(view)))
        if view.text
        else say("no text"),
        say(
            "{clashing} of {targets} clickable elements too close to others",
            clashing=clashing,
            targets=targets,
        ),
    )
    return say("{parts}, no plugins.", parts=joined(", ", parts))


def _evidence(view: MobileView, counting: tuple[Issue, ...]) -> tuple[Instance, ...]:
    """An example of each rule; of a friendly page its viewport and what Chromium made of it."""
    if not counting:
        message = say(
            "laid out {layout_width:g} px wide on a screen of {screen_width} px",
            layout_width=view.layout_width,
            screen_width=view.screen_width,
        )
        snippet = f'<meta name="viewport" content="{view.viewports[-1]}">' if view.viewports else ""
        selector = "meta[name=viewport]" if snippet else "html"
        url = view.final_url or view.url
        return (Instance(url=url, selector=selector, snippet=snippet, message=message, on_phone=True),)
    return tuple(instance for issue in counting for instance in issue.instances[:1])


def _notes(view: MobileView, found: Compared) -> Answer:
    if found.is_friendly is None:
        return _undecided(NOTES, found)
    counting = found.counting
    if not counting:
        return Answer(code=NOTES, outcome=Outcome.INAPPLICABLE, reason=say("asked only if M17J=2"))
    return Answer(
        code=NOTES,
        outcome=questionnaire.outcome(NOTES, notes(counting, "lv")),
        value=notes(counting, "lv"),
        confidence=_confidence(view, found),
        reason=sentences(counting),
        evidence=tuple(instance for issue in counting for instance in issue.instances[:_EXAMPLES]),
    )


def _confidence(view: MobileView, found: Compared) -> float:
    """How often a repeated capture would say the same: an estimate, not calibrated."""
    if failed_stylesheets(view):
        return 0.5
    if found.failure or not view.load_event:
        return 0.7
    return 0.95 if found.second else 0.9


def _doubts(view: MobileView, found: Compared) -> tuple[str, ...]:
    failed = failed_stylesheets(view)
    return (
        say("Left out as {unstable}.", unstable=_unstable(found)) if found.unstable else "",
        "" if found.second else say("Not confirmed by a second capture."),
        say("Low confidence: {failed} stylesheet(s) did not load.", failed=len(failed)) if failed else "",
        "" if view.load_event else say("The load event never fired; measured as it stood."),
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
