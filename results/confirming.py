"""No change unconfirmed: what two audits of one run agree on, where an answer differs from an earlier run's.

Pure. The first audit's judgement stays the site's; the second one confirms what became better or worse, or
shows that it is not stable: then nobody can tell, and both values are the evidence.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec.structs import replace

from checks import questionnaire
from checks.accessibility.comparable import Basis
from checks.finding import Answer, Bounds, Outcome, WcagMeasure
from checks.judge import Changes, ChangeState, SiteJudgement, SiteStatus
from checks.sentences import say
from crawler.evidence import Failure, FailureReason
from results.answer_changes import DIRECTED, answer_changes
from results.percentages import PERCENT, WCAG_CODE, span
from results.streaming import SiteSummary

_MOBILE_CODE = "M17J"
_GIVEN = frozenset({Outcome.PASSED, Outcome.FAILED})


def noted(earlier: SiteSummary, earlier_basis: Basis, site: SiteSummary, basis: Basis, since: str) -> Changes:
    """What became better or worse since the site was in the run `since`: all of it unconfirmed yet."""
    found = answer_changes(earlier, earlier_basis, site, basis)
    return Changes(
        since=since,
        codes={one.code: ChangeState.UNCONFIRMED for one in found if one.verdict in DIRECTED},
    )


def is_open(judgement: SiteJudgement) -> bool:
    """Whether something changed that no second audit was asked about."""
    changes = judgement.changes
    return changes is not None and ChangeState.UNCONFIRMED in changes.codes.values()


def settled(first: SiteJudgement, second: SiteJudgement) -> SiteJudgement:
    """The first judgement with its changes held against a second audit's. What the second could not see
    stays unconfirmed, and its failure says why. The percentage gets bounds that hold both, so that it differs
    from an earlier one only where both do; a band that the two put differently is none.
    """
    if first.changes is None:
        return first
    others = {answer.code: answer for answer in second.answers}
    states = {code: _state(code, first, others.get(code)) for code in first.changes.codes if code != PERCENT}
    if PERCENT in first.changes.codes:
        states[PERCENT] = _percent_state(states.get(WCAG_CODE), second)
    unstable = frozenset(code for code, state in states.items() if state is ChangeState.UNSTABLE)
    answers = tuple(_answer(one, others.get(one.code), unstable) for one in first.answers)
    is_unseen = ChangeState.UNCONFIRMED in states.values()
    changes = Changes(since=first.changes.since, codes=states, failure=second.failure if is_unseen else None)
    return _measured(replace(first, answers=answers, changes=changes), first, second, unstable)


def settled_again(
    first: SiteJudgement, second: SiteJudgement, changes: Mapping[str, Any] | None
) -> SiteJudgement:
    """The same for two audits that are judged anew: of the codes that had been put to the second, by their
    stored `Changes`.
    """
    if changes is None:
        return first
    before = msgspec.convert(changes, Changes)
    asked = replace(before, codes=dict.fromkeys(before.codes, ChangeState.UNCONFIRMED))
    return settled(replace(first, changes=asked), second)


def _state(code: str, first: SiteJudgement, second: Answer | None) -> ChangeState:
    one = first.answer(code)
    if one is None or second is None or second.value is None or second.outcome not in _GIVEN:
        return ChangeState.UNCONFIRMED
    return ChangeState.CONFIRMED if one.value == second.value else ChangeState.UNSTABLE


def _percent_state(band: ChangeState | None, second: SiteJudgement) -> ChangeState:
    if band is ChangeState.UNSTABLE:
        return ChangeState.UNSTABLE
    is_seen = second.wcag is not None and second.wcag.percent is not None
    return ChangeState.CONFIRMED if is_seen else ChangeState.UNCONFIRMED


def _answer(first: Answer, second: Answer | None, unstable: frozenset[str]) -> Answer:
    if first.code in unstable and second is not None:
        reason = say(
            "unstable, two audits of this run differ: first {first}; then {second}",
            first=_said(first),
            second=_said(second),
        )
        return _open(first, reason, second)
    if first.value is not None and (cause := _rests_on(first.code) & unstable):
        codes = ", ".join(sorted(cause))
        return _open(first, say("asked only by the answer to {codes}, which is unstable", codes=codes))
    return first


def _open(answer: Answer, reason: str, second: Answer | None = None) -> Answer:
    seen = (*answer.evidence, *(second.evidence if second else ()))
    return Answer(code=answer.code, outcome=Outcome.CANT_TELL, confidence=0.0, reason=reason, evidence=seen)


def _said(answer: Answer) -> str:
    if not answer.reason:
        return str(answer.value)
    return say("{value} ({reason})", value=answer.value, reason=answer.sentence)


def _rests_on(code: str) -> frozenset[str]:
    if questionnaire.is_own(code):
        return frozenset()
    return frozenset(condition.code for condition in questionnaire.entry(code).only_if)


def _measured(
    judged: SiteJudgement, first: SiteJudgement, second: SiteJudgement, unstable: frozenset[str]
) -> SiteJudgement:
    """The measures that the answers came from say the same as they."""
    if _MOBILE_CODE in unstable and first.mobile:
        detail = "two audits of this run differ"
        judged = replace(
            judged, mobile=replace(first.mobile, verdict=None, strict_verdict=None, detail=detail)
        )
    if first.wcag is None or second.wcag is None or second.wcag.percent is None:
        return judged
    if WCAG_CODE not in unstable:
        return replace(judged, wcag=replace(first.wcag, bounds=_wider(first.wcag, second.wcag)))
    detail = f"{first.wcag.percent} % in the first audit of this run, {second.wcag.percent} % in the second"
    failure = Failure(FailureReason.UNSTABLE, detail)
    wcag = replace(first.wcag, percent=None, band=None, points=None, bounds=Bounds(), failure=failure)
    return replace(judged, wcag=wcag, status=SiteStatus.PARTLY_EVALUATED, failure=failure)


def _wider(first: WcagMeasure, second: WcagMeasure) -> Bounds:
    one, other = span(first), span(second)
    if one is None or other is None:
        return first.bounds
    low, high = min(one[0], other[0]), max(one[1], other[1])
    if (low, high) == one:
        return first.bounds
    return replace(first.bounds, lower=low, upper=high)
