"""Runs and sites to compare, as the database would give them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from checks import questionnaire
from checks.check import JudgementSettings, all_checks
from checks.finding import Answer, Bounds, Instance, Outcome, WcagMeasure
from checks.judge import SiteJudgement, SiteStatus
from checks.questionnaire import Kind
from crawler.evidence import Institution
from results.comparison import Comparison, Tally, site_change
from results.matching import matched
from results.models import RunState
from results.records import JudgementRecord, RunRecord
from results.streaming import SiteSummary

STARTED = datetime(2026, 3, 1, 2, 0, tzinfo=UTC)
VERSIONS = {check.id: check.version for check in all_checks()}
CODES = tuple(code for check in all_checks() for code in check.codes)
PLACE = Instance(url="https://padome.example/", selector="a", snippet="<a>Meklēt</a>")


def run(
    run_id: str = "one", *, days: int = 0, formula: str = "criteria-met/1", terms: str = "ab"
) -> RunRecord:
    """A finished run without its sites."""
    return RunRecord(
        id=run_id,
        name="Pilot",
        state=RunState.FINISHED,
        started_at=STARTED + timedelta(days=days),
        finished_at=STARTED + timedelta(days=days, hours=1),
        versions={},
        settings={"scope": "sample", "confirm": True},
        judgement=JudgementRecord(
            settings=JudgementSettings(formula=formula),
            checks=VERSIONS,
            terms=terms,
            axe_version="4.14.1",
            created_at=STARTED,
        ),
    )


def compare(
    before: RunRecord,
    sites_before: Sequence[SiteSummary],
    after: RunRecord,
    sites_after: Sequence[SiteSummary],
) -> Comparison:
    """Two runs beside each other, as `results.comparing` reads them from a store."""
    found = matched([one.institution for one in sites_before], [one.institution for one in sites_after])
    return Comparison(
        before=before,
        after=after,
        sites=[
            site_change(pair.by, (before, sites_before[pair.before]), (after, sites_after[pair.after]))
            for pair in found.pairs
        ],
        only_before=tuple(sites_before[place].institution for place in found.only_before),
        only_after=tuple(sites_after[place].institution for place in found.only_after),
    )


def tally(comparison: Comparison) -> Tally:
    """What became of all its answers."""
    counted = Tally()
    for one in comparison.sites:
        counted.take(one)
    return counted


def wcag(percent: float | None, low: float | None = None, high: float | None = None) -> WcagMeasure:
    """A percentage with its bounds, from thirty pages."""
    return WcagMeasure(
        formula="criteria-met/1",
        target="wcag20-aa",
        scope="sample",
        percent=percent,
        pages_evaluated=30,
        pages_sampled=30,
        axe_version="4.14.1",
        bounds=Bounds(lower=low, upper=high, reliable=True),
    )


def site(
    *answers: Answer,
    measure: WcagMeasure | None = None,
    institution: Institution | None = None,
    position: int = 0,
) -> SiteSummary:
    """A site with these answers."""
    judged = SiteJudgement(status=SiteStatus.EVALUATED, answers=answers, wcag=measure)
    return SiteSummary(
        position=position,
        institution=institution or Institution(url="https://padome.example/", name="Padome"),
        started_at=STARTED,
        finished_at=STARTED,
        judgement=judged,
    )


def answer(code: str, value: int | str | None, outcome: Outcome | None = None) -> Answer:
    """An answer as a check would give it."""
    if value is None:
        return Answer(code=code, outcome=outcome or Outcome.CANT_TELL, confidence=0.0, reason="who knows")
    given = outcome or (Outcome.PASSED if questionnaire.is_own(code) else questionnaire.outcome(code, value))
    return Answer(code=code, outcome=given, value=value, confidence=0.9, evidence=(PLACE,))


@st.composite
def answers(draw: st.DrawFn, code: str) -> Answer:
    """Any answer that a check may give to a code."""
    if draw(st.booleans()):
        outcome = draw(st.sampled_from((Outcome.CANT_TELL, Outcome.UNTESTED, Outcome.INAPPLICABLE)))
        return answer(code, None, outcome)
    if questionnaire.is_own(code):
        value = draw(st.sampled_from((0, 1)))
        return answer(code, value, Outcome.PASSED if value else Outcome.FAILED)
    entry = questionnaire.entry(code)
    if entry.kind is Kind.CHOICE:
        return answer(code, draw(st.sampled_from(sorted(entry.answers))))
    if entry.kind is Kind.ITEM:
        return answer(code, draw(st.sampled_from((0, 1))))
    return answer(code, draw(st.sampled_from(("2026-03-01", "2026-03-02"))))
