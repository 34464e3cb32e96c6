"""The institutions of a run with their final answers: first websites only, read in pieces, kept small."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from checks import questionnaire
from checks.finding import Answer, Outcome
from checks.judge import SiteStatus
from crawler.evidence import Failure, Institution
from results.exports.codebook import codes
from results.panel.decisions import Decision, Source, final
from results.panel.store import load_decisions
from results.percentages import WCAG_CODE
from results.records import RunRecord
from results.site_text import is_web_address
from results.store import Store
from results.streaming import RunReader, SiteSummary
from results.study.tally import NOT_EVALUABLE, Given, State

NOT_SEEN = frozenset({SiteStatus.NOT_EVALUABLE, SiteStatus.INTERNAL_ERROR})
_NOTHING = Given(state=State.NOT_EVALUATED)
_NOT_ASKED = Given(state=State.NOT_ASKED)
_LOW = 4


class Respondent(msgspec.Struct, frozen=True, kw_only=True):
    """One institution."""

    position: int
    institution: Institution
    status: SiteStatus
    failure: Failure | None
    answers: dict[str, Given]
    """By code, of every code in the codebook."""

    @property
    def name(self) -> str:
        """The institution's name, or its address."""
        return self.institution.title


class Surveyed(msgspec.Struct, frozen=True, kw_only=True):
    """A run as the study looks at it."""

    run: RunRecord
    """Without sites."""
    respondents: tuple[Respondent, ...]
    other_websites: int = 0
    """Further websites of institutions, left out."""


def survey(store: Store, run_id: str, judgement_id: int | None = None) -> Surveyed:
    """A run by its current judgement, or by another. RunNotFoundError."""
    reader = RunReader(store.engine, run_id, judgement_id)
    decisions = load_decisions(store.engine, run_id)
    return surveyed(reader.run, reader.sites(), decisions)


def surveyed(
    run: RunRecord, sites: Iterable[SiteSummary], decisions: Mapping[tuple[int, str], tuple[Decision, ...]]
) -> Surveyed:
    """The same of sites that were read."""
    found: list[Respondent] = []
    others = 0
    for site in sites:
        if site.institution.website_of:
            others += 1
        else:
            found.append(_respondent(site, decisions))
    return Surveyed(run=run, respondents=tuple(found), other_websites=others)


def _respondent(site: SiteSummary, decisions: Mapping[tuple[int, str], tuple[Decision, ...]]) -> Respondent:
    said = {answer.code: answer for answer in site.judgement.answers}
    is_seen = site.judgement.status not in NOT_SEEN
    answers: dict[str, Given] = {}
    for code in codes():
        decided = decisions.get((site.position, code.code), ())
        given = _given(said.get(code.code), decided, is_seen=is_seen)
        answers[code.code] = _asked(code.code, answers, given)
    return Respondent(
        position=site.position,
        institution=site.institution,
        status=site.judgement.status,
        failure=site.judgement.failure,
        answers=answers,
    )


def _asked(code: str, before: Mapping[str, Given], given: Given) -> Given:
    """Whether it is asked, by the final answers: an expert's word on one question opens the other, and then
    that the tool had no reason to look is no answer.
    """
    conditions = () if questionnaire.is_own(code) else questionnaire.entry(code).only_if
    if not conditions:
        return given
    if not any(before[one.code].value == one.value for one in conditions):
        return _NOT_ASKED
    return _NOTHING if given.state is State.NOT_ASKED else given


def _given(answer: Answer | None, decided: tuple[Decision, ...], *, is_seen: bool) -> Given:
    """What holds of one answer: experts over the tool. That nobody can tell it of a site that could not be
    evaluated is no word on the question.
    """
    held = final(answer, decided)
    if held.value is not None:
        return Given(
            state=State.KNOWN,
            value=_number(held.value, answer),
            confidence=0.0 if answer is None else answer.confidence,
            by_expert=held.source is Source.EXPERT,
            link=_link(answer),
        )
    if held.source is Source.CONFLICT:
        return Given(state=State.CANT_TELL, link=_link(answer))
    if answer is None or answer.outcome is Outcome.UNTESTED:
        return _NOTHING
    if answer.outcome is Outcome.INAPPLICABLE:
        return _NOT_ASKED
    return Given(state=State.CANT_TELL if is_seen else State.NOT_EVALUATED, link=_link(answer))


def _number(value: int | str, answer: Answer | None) -> int:
    """The value to count; a text counts as given, and a low band without percentage stands apart."""
    if isinstance(value, str):
        return 1
    unmeasured = answer is not None and answer.code == WCAG_CODE and answer.outcome is Outcome.UNTESTED
    return NOT_EVALUABLE if unmeasured and value == _LOW else value


def _link(answer: Answer | None) -> str:
    evidence = answer.evidence if answer else ()
    return next((one.url for one in evidence if is_web_address(one.url)), "")
