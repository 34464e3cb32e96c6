"""What became better or worse in the answers of one site between two runs: pure.

A difference counts only where both answers were made by the same rules from the same website
(`checks.accessibility.comparable`), and where both were given: what could not be told is no change.
Which of two answers is better is the questionnaire's to say: its points, else its favourable values.
"""

from __future__ import annotations

from enum import StrEnum
from functools import cache
from typing import Any

import msgspec
from msgspec.structs import replace

from checks import questionnaire
from checks.accessibility.comparable import Basis, why_answer_not_comparable
from checks.check import all_checks
from checks.finding import Answer, Instance, Outcome, WcagMeasure
from checks.judge import ChangeState
from checks.sentences import Parts, again, keep_parts, say
from results.matching import other_website
from results.percentages import (
    PERCENT,
    WCAG_CODE,
    told,
    why_error_unknown,
    why_not_measured,
    within_error,
)
from results.streaming import SiteSummary


class Verdict(StrEnum):
    """What became of an answer between two runs."""

    IMPROVED = "improved"
    WORSE = "worse"
    UNCHANGED = "unchanged"
    CHANGED = "changed"
    """Another value, and neither is better: a text, a date."""
    NOT_COMPARABLE = "not_comparable"


DIFFERENT = frozenset({Verdict.IMPROVED, Verdict.WORSE, Verdict.CHANGED})
DIRECTED = frozenset({Verdict.IMPROVED, Verdict.WORSE})


class Side(msgspec.Struct, frozen=True, kw_only=True):
    """An answer in one of the two runs."""

    value: int | float | str | None
    outcome: str
    confidence: float
    points: int | None = None
    """The study's, where the code carries any."""
    reason: str = ""
    said: Parts = msgspec.UNSET
    """The parts of the reason, as in `Answer`."""
    evidence: tuple[Instance, ...] = ()

    def __post_init__(self) -> None:
        """Keep the parts of the reason."""
        keep_parts(self, "reason")


class AnswerChange(msgspec.Struct, frozen=True, kw_only=True):
    """One code of one institution in both runs."""

    code: str
    verdict: Verdict
    reason: str = ""
    """Why it is not comparable, or what else is to be known of the difference."""
    said: Parts = msgspec.UNSET
    """The parts of the reason."""
    before: Side | None = None
    after: Side | None = None
    confirmed: ChangeState | None = None
    """Whether the later run saw it in two audits; None where nobody asked."""

    def __post_init__(self) -> None:
        """Keep the parts of the reason."""
        keep_parts(self, "reason")

    @property
    def sentence(self) -> str:
        """The reason with its parts, to be put into another sentence."""
        return again(self.reason, self.said)


def answer_changes(
    one: SiteSummary, basis: Basis, other: SiteSummary, other_basis: Basis
) -> tuple[AnswerChange, ...]:
    """The answers of one site in two runs by what their runs are based on, which the site's own versions
    refine; in the questionnaire's order, the percentage after M16J.
    """
    mine, theirs = _basis_of(one, basis), _basis_of(other, other_basis)
    reason = other_website(one.institution, other.institution)
    before, after = _by_code(one), _by_code(other)
    codes = sorted({*before, *after}, key=questionnaire.position)
    percent = _percent_change(
        one, other, reason or why_answer_not_comparable(_owner(WCAG_CODE), mine, theirs)
    )
    found: list[AnswerChange] = []
    for code in codes:
        why = reason or _why_not(code, before.get(code), after.get(code), mine, theirs)
        change = _change(code, before.get(code), after.get(code), why)
        found.append(_by_percent(change, percent) if code == WCAG_CODE else change)
    return (*found, percent) if percent else tuple(found)


def _percent_change(one: SiteSummary, other: SiteSummary, why_not: str) -> AnswerChange | None:
    """The percentage itself; None where neither run measured any."""
    before, after = one.judgement.wcag, other.judgement.wcag
    if before is None and after is None:
        return None
    return AnswerChange(
        code=PERCENT,
        **_percent_verdict(before, after, why_not),
        before=_percent_side(one),
        after=_percent_side(other),
    )


def _percent_verdict(before: WcagMeasure | None, after: WcagMeasure | None, why_not: str) -> dict[str, Any]:
    for wcag, which in ((before, _FIRST), (after, _SECOND)):
        if reason := why_not_measured(wcag):
            why_not = why_not or say("no percentage {which}: {reason}", which=which, reason=reason)
    if why_not or before is None or after is None or before.percent is None or after.percent is None:
        return {"verdict": Verdict.NOT_COMPARABLE, "reason": why_not}
    if before.percent == after.percent:
        return {"verdict": Verdict.UNCHANGED}
    if unknown := why_error_unknown(before, after):
        return {"verdict": Verdict.NOT_COMPARABLE, "reason": unknown}
    if within_error(before, after):
        within = say("within error: {before}, then {after}", before=told(before), after=told(after))
        return {"verdict": Verdict.UNCHANGED, "reason": within}
    gained = after.percent > before.percent
    return {"verdict": Verdict.IMPROVED if gained else Verdict.WORSE}


def _percent_side(site: SiteSummary) -> Side | None:
    wcag, band = site.judgement.wcag, site.judgement.answer(WCAG_CODE)
    if wcag is None or wcag.percent is None:
        return None
    sure = band.confidence if band else 0.0
    return Side(value=wcag.percent, outcome="", confidence=sure, reason=told(wcag))


def _by_percent(band: AnswerChange, percent: AnswerChange | None) -> AnswerChange:
    """The band: it changes only where the percentage does, by more than its error."""
    if band.verdict not in DIRECTED or percent is None or percent.verdict in DIRECTED:
        return band
    if percent.verdict is Verdict.NOT_COMPARABLE:
        return replace(band, verdict=Verdict.NOT_COMPARABLE, reason=percent.sentence)
    why = percent.sentence
    if band.before and band.after:
        moved = (band.before.value, band.after.value)
        why = say("band {before} to {after}, {why}", before=moved[0], after=moved[1], why=why)
    return replace(band, verdict=Verdict.UNCHANGED, reason=why)


def _basis_of(site: SiteSummary, basis: Basis) -> Basis:
    """A run's basis with what judged this site: workers of one run may differ."""
    judged = site.judgement
    axe = judged.wcag.axe_version if judged.wcag else ""
    return replace(
        basis,
        checks=judged.versions or basis.checks,
        terms=judged.terms or basis.terms,
        axe_version=axe or basis.axe_version,
    )


def _by_code(site: SiteSummary) -> dict[str, Answer]:
    return {answer.code: answer for answer in site.judgement.answers}


@cache
def _owners() -> dict[str, str]:
    return {code: check.id for check in all_checks() for code in check.codes}


def _owner(code: str) -> str:
    return _owners().get(code, "")


def _why_not(code: str, before: Answer | None, after: Answer | None, one: Basis, other: Basis) -> str:
    """Why two answers can't be set beside each other; empty where they can."""
    if before is None or after is None:
        return say("not asked {which}", which=_FIRST if before is None else _SECOND)
    if before.outcome is after.outcome is Outcome.INAPPLICABLE:
        return ""
    for said, which in ((before, _FIRST), (after, _SECOND)):
        if said.value is None or said.outcome not in _GIVEN:
            what = _NOT_GIVEN.get(said.outcome, say("no answer"))
            return say("{what} {which}: {reason}", what=what, which=which, reason=said.sentence)
    owner = _owner(code)
    if not owner:
        return say("no check of this version answers it")
    return why_answer_not_comparable(owner, one, other)


_GIVEN = frozenset({Outcome.PASSED, Outcome.FAILED})
_NOT_GIVEN = {
    Outcome.CANT_TELL: say("could not be told"),
    Outcome.UNTESTED: say("not evaluated"),
    Outcome.INAPPLICABLE: say("not to be asked"),
}
_FIRST, _SECOND = say("in the first run"), say("in the second run")


def _change(code: str, before: Answer | None, after: Answer | None, why_not: str) -> AnswerChange:
    verdict = Verdict.NOT_COMPARABLE if why_not else _verdict(before, after)
    return AnswerChange(code=code, verdict=verdict, reason=why_not, before=_side(before), after=_side(after))


def _verdict(before: Answer | None, after: Answer | None) -> Verdict:
    if before is None or after is None or before.value == after.value:
        return Verdict.UNCHANGED
    gained = _worth(after, before) - _worth(before, after)
    if gained:
        return Verdict.IMPROVED if gained > 0 else Verdict.WORSE
    return Verdict.CHANGED


def _worth(answer: Answer, other: Answer) -> int:
    """Points where both answers carry any, else whether the answer is favourable."""
    own = questionnaire.points(answer.code, answer.value)
    if own is not None and questionnaire.points(other.code, other.value) is not None:
        return own
    return int(answer.outcome is Outcome.PASSED)


def _side(answer: Answer | None) -> Side | None:
    if answer is None:
        return None
    return Side(
        value=answer.value,
        outcome=str(answer.outcome),
        confidence=answer.confidence,
        points=questionnaire.points(answer.code, answer.value),
        reason=answer.sentence,
        evidence=answer.evidence,
    )
