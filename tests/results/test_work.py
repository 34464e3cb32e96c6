"""Tasks: who may take which, whose word counts, when a run is over; on both engines."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from msgspec.structs import replace
from rich.console import Console
from sqlalchemy import event, text

from checks.judge import SiteStatus
from crawler.evidence import Institution
from results.claiming import LONGEST_WAIT, Claimant
from results.comparison_view import run_title
from results.document import document
from results.errors import RunExistsError, RunStateError, StaleLeaseError
from results.gate import examine_run
from results.language import Language, speaking
from results.models import RunState
from results.run_policy import RunPolicy
from results.run_window import WindowError
from results.store import Store
from results.wording import run_notes
from results.work_records import Again, Lease, NewRun, Priority
from schedules.run_status import status_view
from tests.results import samples

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
ALWAYS = RunPolicy()
A, B = Claimant(owner="a"), Claimant(owner="b")


def made(
    store: Store,
    count: int = 3,
    run_id: str = "20261121-090000-aaaaaa",
    priority: int = Priority.WAVE,
    policy: RunPolicy = ALWAYS,
) -> str:
    """A run of so many institutions."""
    return store.work.create(
        NewRun(
            id=run_id,
            institutions=tuple(Institution(url=f"https://{n}.example/") for n in range(count)),
            settings=samples.SETTINGS,
            judged_by=samples.JUDGED_BY,
            versions={"eindekss": "1"},
            started_at=NOW,
            policy=policy,
            priority=priority,
        )
    )


def taken(store: Store, claimant: Claimant = A, now: datetime = NOW, **which: object) -> Lease:
    lease = store.work.claim(claimant, now, **which)  # type: ignore[arg-type]  # run_id or task_id
    assert lease is not None
    return lease


def save(store: Store, lease: Lease, again: Again | None = None, now: datetime = NOW) -> bool:
    return store.save_result(lease, samples.site(), samples.judgement(), now, again)


def test_tasks_are_taken_in_order_and_each_once(store: Store) -> None:
    made(store)
    leases = [taken(store, claimant) for claimant in (A, B, A)]
    assert [lease.position for lease in leases] == [0, 1, 2]
    assert store.work.claim(B, NOW) is None


def test_who_waits_goes_before_a_wave(store: Store) -> None:
    made(store)
    taken(store)
    made(store, 1, "20261121-090001-bbbbbb", Priority.INTERACTIVE)
    assert [taken(store).run_id[-6:] for _ in range(3)] == ["bbbbbb", "aaaaaa", "aaaaaa"]


def test_the_older_of_two_waves_goes_first(store: Store) -> None:
    made(store, 1, "20261121-090001-bbbbbb")
    made(store, 1)
    assert [taken(store).run_id[-6:] for _ in range(2)] == ["aaaaaa", "bbbbbb"]


def test_a_lease_that_nobody_keeps_up_is_free_again_and_its_holder_is_refused(store: Store) -> None:
    run_id = made(store, 1)
    old = taken(store, A)
    assert store.work.claim(B, NOW + 59 * SECOND) is None
    new = taken(store, B, NOW + 61 * SECOND)
    assert (new.fence, new.attempt, new.lost) == (old.fence + 1, 2, 1)
    assert not store.work.heartbeat(old, A, NOW + 62 * SECOND)
    assert not store.work.release(old, NOW)
    with pytest.raises(StaleLeaseError):
        save(store, old)
    assert store.load_run(run_id).sites == ()
    assert save(store, new)
    assert [one.outcome for one in store.work.attempts(run_id, 0)] == ["lost", "done"]


def test_a_heartbeat_keeps_a_lease(store: Store) -> None:
    made(store, 1)
    lease = taken(store)
    assert store.work.heartbeat(lease, A, NOW + 50 * SECOND)
    assert store.work.claim(B, NOW + 100 * SECOND) is None
    assert store.work.claim(B, NOW + 111 * SECOND) is not None


def test_a_result_is_stored_once_whoever_repeats_it(store: Store) -> None:
    run_id = made(store, 1)
    lease = taken(store)
    assert save(store, lease)
    with pytest.raises(StaleLeaseError):
        save(store, lease)
    assert len(store.load_run(run_id).sites) == 1


@pytest.mark.parametrize("moved", [timedelta(days=-400), timedelta(days=400)])
def test_a_clock_that_moved_neither_blocks_a_task_nor_doubles_its_result(
    store: Store, moved: timedelta
) -> None:
    run_id = made(store, 2)
    odd = taken(store, A, NOW + moved)
    later = taken(store, B, NOW)
    retaken = store.work.claim(B, NOW + MINUTE)
    assert retaken is not None, "a lease of another time must not hold for ever"
    assert {later.position, retaken.position} == {0, 1} or retaken.fence > 1
    with pytest.raises(StaleLeaseError):
        save(store, odd, now=NOW + moved)
    assert store.load_run(run_id).sites == ()


def test_a_wait_written_by_a_clock_ahead_is_not_waited_for(store: Store) -> None:
    made(store, 1)
    ahead = NOW + timedelta(days=400)
    save(store, taken(store), Again(not_before=ahead + MINUTE, round=1), ahead)
    assert store.work.claim(A, NOW + MINUTE) is not None


def test_no_wait_is_longer_than_the_longest(store: Store) -> None:
    made(store, 1)
    save(store, taken(store), Again(not_before=NOW + timedelta(days=9), round=1))
    assert store.work.claim(A, NOW + LONGEST_WAIT - SECOND) is None
    assert store.work.claim(A, NOW + LONGEST_WAIT) is not None


def test_what_is_tried_again_waits_its_time_and_its_round(store: Store) -> None:
    made(store)
    save(store, taken(store), Again(not_before=NOW + MINUTE, round=1))
    assert [taken(store, A, NOW + 2 * MINUTE).position for _ in range(3)] == [1, 2, 0]


def test_our_failure_is_left_to_another_worker_for_a_while(store: Store) -> None:
    made(store, 1)
    shy = Claimant(owner="a", shy_for=MINUTE)
    save(store, taken(store, shy), Again(not_before=NOW, round=0, elsewhere=True))
    assert store.work.claim(shy, NOW + 59 * SECOND) is None
    assert taken(store, B, NOW).attempt == 2


def test_our_failure_is_tried_again_at_once_where_nobody_else_is(store: Store) -> None:
    made(store, 1)
    save(store, taken(store), Again(not_before=NOW, round=0, elsewhere=True))
    assert taken(store).attempt == 2


def test_what_is_given_back_was_no_attempt(store: Store) -> None:
    run_id = made(store, 1)
    assert store.work.release(taken(store), NOW)
    again = taken(store)
    assert (again.attempt, again.lost, again.fence) == (1, 0, 2)
    assert [one.outcome for one in store.work.attempts(run_id, 0)] == ["released", ""]


def test_the_last_task_ends_the_run_and_one_caller_is_told(store: Store) -> None:
    run_id = made(store, 2)
    first, last = taken(store), taken(store)
    save(store, first)
    assert not store.work.close(run_id, NOW)
    save(store, last)
    assert [store.work.close(run_id, NOW) for _ in range(2)] == [True, False]
    assert store.work.state(run_id) is RunState.FINISHED


def test_a_run_to_be_tried_again_is_not_over(store: Store) -> None:
    run_id = made(store, 1)
    save(store, taken(store), Again(not_before=NOW, round=1))
    assert not store.work.close(run_id, NOW)
    assert len(store.load_run(run_id).sites) == 1, "the latest result is there all the same"


def test_an_evaluated_result_stays_when_a_later_one_says_less(store: Store) -> None:
    run_id = made(store, 1)
    again = Again(not_before=NOW, round=1)
    stored = []
    for judgement in (
        samples.internal_error_judgement(),
        samples.unreachable_judgement(),
        samples.internal_error_judgement(),
        samples.judgement(),
        samples.unreachable_judgement(),
    ):
        lease = taken(store)
        store.save_result(lease, samples.unreachable(), judgement, NOW, again)
        stored.append(store.load_run(run_id).sites[0].judgement.status)
    ours, not_evaluable = SiteStatus.INTERNAL_ERROR, SiteStatus.NOT_EVALUABLE
    partly = samples.judgement().status
    assert stored == [ours, not_evaluable, not_evaluable, partly, partly]


def test_a_try_that_fails_by_our_fault_is_told_beside_the_result_that_stands(store: Store) -> None:
    run_id = made(store, 1)
    unreachable, ours = samples.unreachable_judgement(), samples.internal_error_judgement()
    again = Again(not_before=NOW, round=1)
    assert store.save_result(taken(store), samples.unreachable(), unreachable, NOW, again)
    assert not store.save_result(taken(store), samples.unreachable(), ours, NOW)
    progress, record = store.work.progress(run_id, NOW), store.load_run(run_id)
    assert (progress.failures, progress.later_failures) == ({"unknown_host": 1}, {"disk_full": 1})
    assert record.sites[0].judgement.failure == unreachable.failure
    told = "A later audit saw less, and the earlier result stands: https://0.example/ (disk_full)."
    assert told in run_notes(record)


def test_a_cancelled_run_takes_nothing_more_in(store: Store) -> None:
    run_id = made(store, 3)
    done, under_way = taken(store), taken(store)
    save(store, done)
    assert store.work.cancel(run_id, NOW) == 2
    assert not store.work.heartbeat(under_way, A, NOW)
    with pytest.raises(StaleLeaseError):
        save(store, under_way)
    assert store.work.claim(A, NOW) is None
    assert len(store.load_run(run_id).sites) == 1
    with pytest.raises(RunStateError):
        store.work.cancel(run_id, NOW)
    with pytest.raises(RunStateError):
        store.work.resume(run_id)


def test_a_paused_run_begins_nothing_until_it_is_resumed(store: Store) -> None:
    run_id = made(store, 2)
    under_way = taken(store)
    store.work.pause(run_id)
    assert store.work.claim(A, NOW) is None
    assert save(store, under_way)
    store.work.resume(run_id)
    assert taken(store).position == 1


def test_outside_its_window_a_run_pauses_and_goes_on_by_itself(store: Store) -> None:
    run_id = made(store, 2, policy=RunPolicy(window="20:00-06:00", timezone="Europe/Riga"))
    night = datetime(2026, 11, 21, 18, 0, tzinfo=UTC)
    assert store.work.claim(A, NOW) is None
    assert store.work.state(run_id) is RunState.PAUSED
    assert store.work.claim(A, night) is not None
    assert store.work.state(run_id) is RunState.RUNNING
    assert store.work.claim(A, night + timedelta(hours=10)) is None
    store.work.pause(run_id)
    assert store.work.claim(A, night) is None, "by hand is by hand"


def test_a_run_is_made_whole_or_not_at_all(store: Store) -> None:
    run_id = made(store)
    with pytest.raises(RunExistsError):
        made(store)
    with pytest.raises(WindowError):
        made(store, run_id="b", policy=RunPolicy(window="at night"))
    assert [run.id for run in store.runs()] == [run_id]


def test_a_dead_owners_tasks_are_free_at_once(store: Store) -> None:
    run_id = made(store, 2)
    taken(store, A)
    taken(store, B)
    assert store.work.free_lost(NOW, lambda owner: owner == "a", run_id) == 1
    assert taken(store, B).position == 0
    assert store.work.free_lost(NOW + 61 * SECOND, lambda _: False) == 2


def test_a_run_with_somebody_at_work_is_not_stopped(store: Store) -> None:
    run_id = made(store, 1)
    lease = taken(store)
    assert not store.work.interrupt(run_id, NOW)
    assert store.work.release(lease, NOW)
    assert store.work.interrupt(run_id, NOW)
    assert store.work.claim(A, NOW) is None
    store.work.resume(run_id)
    assert store.work.claim(A, NOW) is not None


def test_versions_of_several_workers_are_all_named(store: Store) -> None:
    run_id = made(store)
    for chromium in ("155", "156", "155"):
        store.work.note_versions(run_id, {"chromium": chromium, "eindekss": "1"})
    assert store.load_run(run_id).versions == {"chromium": "155 and 156", "eindekss": "1"}


def test_progress_counts_and_estimates(store: Store) -> None:
    run_id = made(store, 4)
    for _ in range(2):
        save(store, taken(store), now=NOW + 10 * MINUTE)
    lease = taken(store, A, NOW + 10 * MINUTE)
    unreachable = samples.unreachable_judgement()
    again = Again(not_before=NOW + 30 * MINUTE, round=1)
    store.save_result(lease, samples.unreachable(), unreachable, NOW + 20 * MINUTE, again)
    taken(store, B, NOW + 20 * MINUTE)
    told = store.work.progress(run_id, NOW + 20 * MINUTE)
    counts = told.tasks
    assert (counts.total, counts.waiting, counts.leased, counts.done, counts.again) == (4, 1, 1, 2, 1)
    assert told.failures == {"unknown_host": 1}
    assert (told.rate, told.remaining, told.workers) == (6.0, 20 * MINUTE, 1)


def test_a_run_of_nothing_is_over_at_once(store: Store) -> None:
    run_id = made(store, 0)
    assert store.work.outlook(run_id, NOW).is_over
    assert store.work.close(run_id, NOW)


def test_who_has_no_final_result_is_named(store: Store) -> None:
    run_id = made(store)
    save(store, taken(store))
    taken(store)
    record = store.load_run(run_id)
    left = [(one.url, one.state) for one in document(record).run.open]
    assert left == [("https://1.example/", "leased"), ("https://2.example/", "waiting")]
    assert "Without a final result: https://1.example/, https://2.example/." in run_notes(record)

    store.work.cancel(run_id, NOW)
    assert {one.state for one in store.load_run(run_id).open} == {"cancelled"}


def test_a_run_that_the_gate_did_not_look_at_says_so_once_it_is_over(store: Store) -> None:
    run_id, said = made(store, 1), "Its results were not looked at by the quality gate."
    save(store, taken(store))
    assert said not in run_notes(store.load_run(run_id))
    store.work.close(run_id, NOW)
    record = store.load_run(run_id)
    assert said in run_notes(record)
    assert "not looked at" in run_title(record)
    console = Console(width=200, record=True, file=StringIO())
    console.print(status_view([store.work.progress(run_id, NOW)]))
    assert said in console.export_text()
    with speaking(Language.LV):
        console.print(status_view([store.work.progress(run_id, NOW)]))
    latvian = console.export_text()
    assert all(word in latvian for word in ("Stāvoklis", "pabeigta", "Kvalitātes pārbaude"))

    examine_run(store.engine, run_id, NOW)
    assert said not in run_notes(store.load_run(run_id))
    assert said not in run_notes(replace(record, source="report"))


def test_a_claim_sorts_nothing_however_many_tasks_wait(store: Store) -> None:
    for number in range(3):
        made(store, 1500, f"20261121-09000{number}-aaaaaa")
    asked: list[tuple[str, object]] = []
    engine = store.engine
    event.listen(engine, "before_cursor_execute", lambda *told: asked.append((told[2], told[3])))
    taken(store)
    claims = [one for one in asked if "ORDER BY task.priority" in one[0]]
    assert len(claims) == 2
    is_sqlite = engine.dialect.name == "sqlite"
    with engine.connect() as connection:
        if not is_sqlite:
            connection.execute(text("ANALYZE"))
        for statement, values in claims:
            explain = f"EXPLAIN {'QUERY PLAN ' if is_sqlite else ''}{statement}"
            told = str(connection.exec_driver_sql(explain, values).all())  # type: ignore[arg-type]
            assert "ix_task_claim" in told
            assert "TEMP B-TREE" not in told
            assert "Sort" not in told
