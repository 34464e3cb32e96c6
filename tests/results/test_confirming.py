"""What two audits of one run agree on, and how the second is kept."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from rich.console import Console

from checks.finding import Answer, MobileMeasure, Outcome
from checks.judge import Changes, ChangeState, SiteJudgement, SiteStatus
from crawler.evidence import FailureReason
from results.answer_changes import Verdict, answer_changes
from results.confirming import is_open, noted, settled
from results.document import document
from results.earlier import EarlierRun
from results.errors import StaleLeaseError
from results.exports.facts import RunFacts
from results.exports.workbook import write_workbook
from results.percentages import PERCENT
from results.second_audits import first_sample, save_second
from results.store import Store
from results.streaming import RunReader
from results.wording import change, run_notes
from results.work_records import Again
from schedules.run_status import status_view
from tests.results import comparing, samples
from tests.results.comparing import CODES, answer, site, wcag
from tests.results.test_work import MINUTE, NOW, A, B, made, taken

OPEN = ChangeState.UNCONFIRMED


def judged(*answers: Answer, codes: tuple[str, ...] = (), **measures: object) -> SiteJudgement:
    changes = Changes(since="before", codes=dict.fromkeys(codes, OPEN)) if codes else None
    found = SiteJudgement(status=SiteStatus.EVALUATED, answers=answers, changes=changes)
    return replace(found, **measures)


@given(st.sampled_from(CODES).flatmap(lambda code: st.tuples(*[comparing.answers(code)] * 3)))
@settings(max_examples=200, deadline=None)
def test_what_counts_as_changed_was_seen_twice(drawn: tuple[Answer, Answer, Answer]) -> None:
    before, one, two = drawn
    run = comparing.run("before")
    changes = noted(site(before), run.basis, site(one), run.basis, "before")
    first = replace(judged(one), changes=changes)
    both = settled(first, judged(two))
    state = both.changes.codes.get(one.code) if both.changes else None
    (kept,) = both.answers
    if state is None:
        assert kept == one
    elif state is ChangeState.CONFIRMED:
        assert kept == one
        assert one.value == two.value != before.value
    elif state is ChangeState.UNSTABLE:
        assert (kept.value, kept.outcome, kept.confidence) == (None, Outcome.CANT_TELL, 0.0)
        assert kept.evidence == (*one.evidence, *two.evidence)
    else:
        assert kept == one
        assert two.value is None
    if state is not ChangeState.UNSTABLE:
        return
    (change,) = answer_changes(site(before), run.basis, site(kept), run.basis)
    assert change.verdict is Verdict.NOT_COMPARABLE


def test_an_unstable_answer_takes_those_with_it_that_are_asked_because_of_it() -> None:
    first = judged(
        answer("M17J", 2),
        answer("M17J_NOTES", "viewport"),
        codes=("M17J",),
        mobile=MobileMeasure(verdict="NOT_MOBILE_FRIENDLY", strict_verdict="NOT_MOBILE_FRIENDLY"),
    )
    both = settled(first, judged(answer("M17J", 1)))
    assert [one.outcome for one in both.answers] == [Outcome.CANT_TELL, Outcome.CANT_TELL]
    assert "M17J, which is unstable" in both.answers[1].reason
    assert both.mobile is not None
    assert both.mobile.verdict is None


def test_a_band_that_differs_is_no_band() -> None:
    first = judged(answer("M16J", 2), codes=("M16J", PERCENT), wcag=replace(wcag(90.0), band=2, points=10))
    both = settled(first, judged(answer("M16J", 4), wcag=wcag(60.0)))
    assert both.wcag is not None
    assert both.wcag.failure is not None
    assert (both.wcag.percent, both.wcag.band, both.wcag.points) == (None, None, None)
    assert both.wcag.failure.reason is FailureReason.UNSTABLE
    assert both.status is SiteStatus.PARTLY_EVALUATED


def test_a_percentage_gets_bounds_that_hold_both_audits() -> None:
    """Before 50 %: two audits with 60 and 55 % in the same band differ from it, with 45 % they would not."""
    first = judged(answer("M16J", 4), codes=(PERCENT,), wcag=wcag(60.0, 58.0, 62.0))
    both = settled(first, judged(answer("M16J", 4), wcag=wcag(55.0, 54.0, 56.0)))
    assert both.wcag is not None
    assert (both.wcag.percent, both.wcag.bounds.lower, both.wcag.bounds.upper) == (60.0, 54.0, 62.0)
    assert both.changes == Changes(since="before", codes={PERCENT: ChangeState.CONFIRMED})


def test_what_the_second_audit_could_not_see_stays_unconfirmed() -> None:
    first = judged(answer("M05", 1), codes=("M05",))
    unreachable = replace(judged(), status=SiteStatus.NOT_EVALUABLE)
    both = settled(first, unreachable)
    assert both == first
    assert is_open(both)


@pytest.fixture
def second_look(store: Store) -> str:
    """A run whose only task is to be audited a second time."""
    run_id = made(store, 1)
    first = replace(samples.judgement(), changes=Changes(since="before", codes={"M08_7": OPEN, "M05": OPEN}))
    store.save_result(taken(store), samples.site(), first, NOW, Again(not_before=NOW, round=1000))
    return run_id


def _second() -> SiteJudgement:
    every = samples.judgement().answers
    return replace(
        samples.judgement(),
        answers=tuple(
            replace(one, value=1, outcome=Outcome.PASSED) if one.code == "M05" else one for one in every
        ),
    )


def test_the_second_audit_is_kept_beside_the_first(store: Store, second_look: str) -> None:
    later = samples.site("later")
    save_second(store, taken(store), later, _second(), NOW)
    (found,) = store.load_run(second_look).sites
    assert found.judgement.changes == Changes(
        since="before", codes={"M08_7": ChangeState.CONFIRMED, "M05": ChangeState.UNSTABLE}
    )
    assert found.judgement.answer("M05") != samples.judgement().answer("M05")
    assert store.load_evidence(second_look, 0) == samples.site()
    assert store.work.close(second_look, NOW)
    store.rejudge(
        second_look, lambda one: _second() if one == later else samples.judgement(), samples.JUDGED_BY
    )
    (again,) = store.load_run(second_look).sites
    assert again.judgement.changes == found.judgement.changes
    assert again.judgement.answers == found.judgement.answers


def test_why_a_second_audit_saw_nothing_is_told_wherever_the_change_is(
    store: Store, second_look: str, tmp_path: Path
) -> None:
    before = store.load_run(second_look).sites[0].judgement
    assert before.changes is not None
    ours = samples.internal_error_judgement()
    for again in (Again(not_before=NOW, round=1001), None):
        save_second(store, taken(store), samples.unreachable(), ours, NOW, again)
    assert [one.outcome for one in store.work.attempts(second_look, 0)] == ["again", "again", "done"]
    assert [one.failure for one in store.work.attempts(second_look, 0)][1:] == [ours.failure] * 2

    record = store.load_run(second_look)
    (site,) = record.sites
    assert site.judgement == replace(before, changes=replace(before.changes, failure=ours.failure))
    told = "A later audit saw less, and the earlier result stands: {}."
    assert told.format("https://0.example/ (disk_full)") in run_notes(record)
    assert run_notes(RunReader(store.engine, second_look).run) == run_notes(record)
    assert change(site.judgement.changes, "M05").endswith("(unconfirmed: the second audit failed, disk_full)")
    part = document(record).sites[0].changes
    assert part is not None
    assert part.failure is not None
    assert part.failure.reason == "disk_full"
    progress = store.work.progress(second_look, NOW)
    assert progress.later_failures == {"disk_full": 1}
    assert progress.failures == {}, "the result is the first's"
    console = Console(width=200, record=True, file=StringIO())
    console.print(status_view([progress]))
    assert told.format("disk_full 1") in console.export_text()
    write_workbook(RunFacts(store, second_look), tmp_path / "run.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "run.xlsx", read_only=True)["Not evaluated"]
    ((_, _, _, status, reason, details, _),) = sheet.iter_rows(min_row=2, values_only=True)
    assert (status, "disk_full" in str(reason), details) == ("changes not confirmed", True, "no space")
    store.rejudge(second_look, lambda one: before if one == samples.site() else ours, samples.JUDGED_BY)
    assert store.load_run(second_look).sites[0].judgement.changes == site.judgement.changes


def test_whoever_is_killed_in_between_loses_nothing_and_comes_too_late(
    store: Store, second_look: str
) -> None:
    before = store.load_run(second_look).sites
    stale = taken(store)
    later = NOW + timedelta(minutes=20)
    fresh = taken(store, B, later)
    assert fresh.round == stale.round == 1000
    with pytest.raises(StaleLeaseError):
        save_second(store, stale, samples.site(), _second(), later)
    assert store.load_run(second_look).sites == before
    save_second(store, fresh, samples.site(), _second(), later + MINUTE)
    assert store.load_run(second_look).sites != before
    assert store.work.claim(A, later + timedelta(hours=1)) is None


def test_an_institution_is_found_in_an_earlier_run_by_its_number(store: Store) -> None:
    run_id = samples.begin(store)
    seen = samples.site()
    known = replace(seen, institution=replace(seen.institution, registration_number="9000"))
    store.save_site(run_id, 0, known, samples.judgement())
    earlier = EarlierRun(store, run_id)
    moved = replace(known.institution, url="https://elsewhere.example/", name="Other")
    summary, sample = earlier.summary(moved), earlier.sample(moved)
    assert summary is not None
    assert summary.judgement.answers == samples.judgement().answers
    assert sample is not None
    assert (sample.pinned_from, sample.random) == (run_id, (samples.URL, samples.NEWS))
    assert first_sample(store, run_id, 0) == sample
    stranger = replace(moved, registration_number="1")
    assert (earlier.summary(stranger), earlier.sample(stranger)) == (None, None)
