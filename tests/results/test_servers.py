"""Institutions on one address are audited by one worker and run at a time; on both engines."""

from __future__ import annotations

from results.servers import settle
from results.store import Store
from results.work_records import Priority
from tests.results.test_work import MINUTE, NOW, A, B, made, save, taken

SHARED, OTHER = "192.0.2.7:443", "192.0.2.8:443"


def test_a_server_that_another_worker_is_at_is_left_to_it(store: Store) -> None:
    run_id = made(store, 4)
    first = taken(store, A)
    assert settle(store.engine, first, SHARED, NOW)
    second = taken(store, B)
    assert not settle(store.engine, second, SHARED, NOW)
    third = taken(store, B)
    assert (third.position, settle(store.engine, third, OTHER, NOW)) == (2, True)
    # What went back is known by now: the holder may take it, the other goes on behind it.
    assert taken(store, B).position == 3
    assert store.work.claim(B, NOW) is None
    assert taken(store, A).position == 1
    assert [one.outcome for one in store.work.attempts(run_id, 1)] == ["released", ""]


def test_a_server_is_free_once_its_task_is_done_or_nobody_keeps_it_up(store: Store) -> None:
    made(store, 2)
    first, second = taken(store, A), taken(store, B)
    assert settle(store.engine, first, SHARED, NOW)
    assert not settle(store.engine, second, SHARED, NOW)
    assert store.work.claim(B, NOW) is None
    save(store, first)
    again = taken(store, B)
    assert settle(store.engine, again, SHARED, NOW)
    late = NOW + 2 * MINUTE
    assert taken(store, A, late).position == 1


def test_who_is_waited_for_waits_for_no_wave_and_two_runs_of_a_worker_do(store: Store) -> None:
    made(store, 1)
    assert settle(store.engine, taken(store, A), SHARED, NOW)
    made(store, 1, "20261121-090001-bbbbbb")
    assert not settle(store.engine, taken(store, A), SHARED, NOW)
    made(store, 1, "20261121-090002-cccccc", Priority.INTERACTIVE)
    assert settle(store.engine, taken(store, B), SHARED, NOW)
