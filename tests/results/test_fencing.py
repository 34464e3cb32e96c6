"""Whatever workers, leases and clocks do, each task gets one result and only the newest fence gives it."""

from __future__ import annotations

import tempfile
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, multiple, rule

from results.claiming import Claimant
from results.errors import StaleLeaseError
from results.models import RunState
from results.store import Store
from results.work_records import Again, Lease
from tests.results import samples
from tests.results.test_work import NOW, made

OWNERS = st.sampled_from(["a", "b", "c"]).map(lambda name: Claimant(owner=name))
TASKS = 3


class Workers(RuleBasedStateMachine):
    """Three workers with one clock that jumps; the model knows the newest fence of each task."""

    leases = Bundle("leases")

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.store = Store.open(str(Path(self.folder.name) / "runs.sqlite3"))
        self.run_id = made(self.store, TASKS)
        self.now = NOW
        self.newest: dict[int, int] = {}
        self.held: set[int] = set()
        self.done: set[int] = set()

    def teardown(self) -> None:
        """However it went, the run can be brought to its end, once."""
        self.now += timedelta(days=2)
        while lease := self.store.work.claim(Claimant(owner="last"), self.now):
            self._save(lease)
            self.done.add(lease.task_id)
        assert len(self.done) == TASKS
        assert [site.position for site in self.store.load_run(self.run_id).sites] == list(range(TASKS))
        assert [self.store.work.close(self.run_id, self.now) for _ in range(2)] == [True, False]
        assert self.store.work.state(self.run_id) is RunState.FINISHED
        for position in range(TASKS):
            outcomes = [one.outcome for one in self.store.work.attempts(self.run_id, position)]
            assert outcomes.count("done") == 1
            assert outcomes[-1] == "done"
        self.store.close()
        self.folder.cleanup()

    def _save(self, lease: Lease, again: Again | None = None) -> None:
        self.store.save_result(lease, samples.unreachable(), samples.unreachable_judgement(), self.now, again)

    @rule(days=st.sampled_from([-400, -1, 0, 0, 0, 1, 400]), seconds=st.integers(-90, 90))
    def clock_moves(self, days: int, seconds: int) -> None:
        self.now += timedelta(days=days, seconds=seconds)
        self.now = max(self.now, NOW - timedelta(days=900))

    @rule(target=leases, worker=OWNERS)
    def claim(self, worker: Claimant) -> object:
        lease = self.store.work.claim(worker, self.now)
        if lease is None:
            return multiple()
        assert lease.task_id not in self.done, "finished work is not done again"
        assert lease.fence == self.newest.get(lease.task_id, 0) + 1
        self.newest[lease.task_id] = lease.fence
        self.held.add(lease.task_id)
        return lease

    @rule(lease=leases)
    def heartbeat(self, lease: Lease) -> None:
        assert self.store.work.heartbeat(lease, Claimant(owner=lease.owner), self.now) == self._is_newest(
            lease
        )

    @rule(lease=leases, tried_again=st.booleans())
    def save(self, lease: Lease, tried_again: bool) -> None:
        again = Again(not_before=self.now + timedelta(minutes=1), round=lease.round + 1)
        if not self._is_newest(lease):
            with pytest.raises(StaleLeaseError):
                self._save(lease)
            return
        self._save(lease, again if tried_again else None)
        self.held.discard(lease.task_id)
        if not tried_again:
            self.done.add(lease.task_id)

    @rule(lease=consumes(leases))
    def release(self, lease: Lease) -> None:
        assert self.store.work.release(lease, self.now) == self._is_newest(lease)
        if self._is_newest(lease):
            self.held.discard(lease.task_id)

    @rule(worker=OWNERS)
    def worker_dies(self, worker: Claimant) -> None:
        self.store.work.free_lost(self.now, lambda owner: owner == worker.owner)
        counts = self.store.work.progress(self.run_id, self.now).tasks
        assert counts.leased <= len(self.held)
        # Who was taken for dead may come back; whoever holds a task then is asked of the store.
        self.held = {task for task in self.held if self._leased(task)}

    @invariant()
    def nothing_done_is_open(self) -> None:
        counts = self.store.work.progress(self.run_id, self.now).tasks
        assert (counts.done, counts.total) == (len(self.done), TASKS)

    def _is_newest(self, lease: Lease) -> bool:
        return lease.task_id in self.held and lease.fence == self.newest[lease.task_id]

    def _leased(self, task_id: int) -> bool:
        # The database is fresh: ids count from 1.
        return self.store.work.attempts(self.run_id, task_id - 1)[-1].outcome == ""


TestWorkers = Workers.TestCase
TestWorkers.settings = settings(max_examples=15, stateful_step_count=25, deadline=None)


def test_workers_at_once_never_get_the_same_task(store: Store) -> None:
    run_id = made(store, 24)

    def take_all(number: int) -> list[int]:
        taken = []
        while lease := store.work.claim(Claimant(owner=f"w{number}"), NOW):
            taken.append(lease.position)
            store.save_result(lease, samples.unreachable(), samples.unreachable_judgement(), NOW)
            store.work.close(run_id, NOW)
        return taken

    with ThreadPoolExecutor(4) as pool:
        taken = [position for one in pool.map(take_all, range(4)) for position in one]
    assert sorted(taken) == list(range(24))
    assert len(store.load_run(run_id).sites) == 24
    assert store.work.state(run_id) is RunState.FINISHED
