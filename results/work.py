"""Work to be done: runs made of tasks, taken by workers, ended, paused, cancelled; how far they are.

The rows are the truth: a worker, a machine or the database may stop at any moment, and whoever looks next
goes on from them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime

import msgspec
from sqlalchemy import Engine, insert, or_, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from crawler.evidence import AuditSettings, Failure
from results import rows, run_progress
from results.claiming import Claimant, expired, give_back, held, lose, mind_windows, next_task, take
from results.errors import RunExistsError, RunNotFoundError, RunStateError, StaleLeaseError
from results.language import N_
from results.models import Judgement, Run, RunState
from results.run_policy import RunPolicy
from results.run_window import is_open
from results.servers import not_asked_elsewhere
from results.spoken_errors import Word
from results.task_models import Attempt, Task, TaskState
from results.transactions import surviving, writing
from results.work_records import Attempted, Lease, NewRun, Outlook, RunPlan, RunProgress

OPEN = (TaskState.WAITING, TaskState.LEASED)
UNFINISHED = (RunState.RUNNING, RunState.PAUSED, RunState.INTERRUPTED, RunState.FAILED)
"""States of runs that can go on."""


class Work:
    """The tasks of one database. Its methods may be called from any thread; each is one transaction."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def create(self, new: NewRun) -> str:
        """Makes a run, its first judgement and all its tasks, or nothing of it. Gives back the run's id.

        Raises:
            WindowError: the policy's window is none.
            RunExistsError: there is one with that id, or of that schedule and fire time.
        """
        is_open(new.policy.window, new.policy.timezone, new.started_at)
        try:
            with self._writing() as session:
                session.add(_run_row(new))
                session.flush()
                session.add(rows.judgement_row(new.id, new.judged_by, current=True))
                if new.institutions:
                    session.execute(insert(Task), _task_rows(new))
        except IntegrityError as error:
            of_schedule = f" of schedule {new.schedule_id} at {new.fire_time}" if new.schedule_id else ""
            raise RunExistsError(f"There is a run {new.id}{of_schedule} already.") from error
        return new.id

    def plan(self, run_id: str) -> RunPlan:
        """What a worker must know of a run. RunNotFoundError."""
        with self._reading() as session:
            run = _run(session, run_id)
            judgement = _current_judgement(session, run_id)
            institutions = select(Task.institution).where(Task.run_id == run_id).order_by(col(Task.position))
            return RunPlan(
                id=run.id,
                name=run.name,
                state=RunState(run.state),
                settings=msgspec.convert(run.settings, AuditSettings),
                judging=rows.judgement_settings(judgement),
                policy=RunPolicy.of(run.policy),
                targets=tuple(one["url"] for one in session.exec(institutions)),
            )

    def judged_with(self, run_id: str) -> tuple[dict[str, int], str]:
        """Versions of the checks, by id, and the hash of the terms that judge a run. RunNotFoundError."""
        with self._reading() as session:
            judgement = _current_judgement(session, run_id)
            return dict(judgement.checks), judgement.terms

    @surviving
    def note_versions(self, run_id: str, versions: Mapping[str, str]) -> None:
        """Adds the tools of a worker to the run's; where they differ, the run names all that were used."""
        with self._writing() as session:
            run = session.exec(select(Run).where(Run.id == run_id).with_for_update()).one()
            known = dict(run.versions)
            for tool, version in versions.items():
                used = known.get(tool, version).split(" and ")
                known[tool] = " and ".join(used if version in used else [*used, version])
            if known != run.versions:
                run.versions = known
                session.add(run)

    @surviving
    def claim(
        self, claimant: Claimant, now: datetime, *, run_id: str | None = None, task_id: int | None = None
    ) -> Lease | None:
        """Takes the task to do next, of one run or of all, or the one named; None where there is none that
        may be taken now.
        """
        wanted = [] if run_id is None else [col(Task.run_id) == run_id]
        wanted += [] if task_id is None else [col(Task.id) == task_id]
        with self._writing() as session:
            mind_windows(session, now)
            wanted.append(not_asked_elsewhere(session, claimant, now))
            task = next_task(session, claimant, now, *wanted)
            return None if task is None else take(session, task, claimant, now)

    @surviving
    def heartbeat(self, lease: Lease, claimant: Claimant, now: datetime) -> bool:
        """Keeps a lease up; False where it is lost, and the work is to be dropped."""
        newest = (
            col(Task.id) == lease.task_id,
            col(Task.fence) == lease.fence,
            col(Task.state) == TaskState.LEASED,
        )
        with self._writing() as session:
            kept = session.execute(update(Task).where(*newest).values(lease_until=now + claimant.lease_for))
        return bool(kept.rowcount)  # type: ignore[attr-defined]  # of an UPDATE

    @surviving
    def release(self, lease: Lease, now: datetime, failure: Failure | None = None) -> bool:
        """Gives a task back as if it had not been taken; False where the lease is lost anyway."""
        try:
            with self._writing() as session:
                give_back(session, held(session, lease), failure, now)
        except StaleLeaseError:
            return False
        return True

    @surviving
    def free_lost(self, now: datetime, is_dead: Callable[[str], bool], run_id: str | None = None) -> int:
        """Frees tasks whose lease ran out, or whose owner is known to be dead; how many."""
        of_run = [] if run_id is None else [col(Task.run_id) == run_id]
        leased = select(Task).where(col(Task.state) == TaskState.LEASED, *of_run)
        with self._reading() as session:
            owners = set(session.exec(select(Task.owner).where(leased.whereclause).distinct()))  # type: ignore[arg-type]  # it has one
        dead = [owner for owner in owners if is_dead(owner)]
        with self._writing() as session:
            lost = leased.where(or_(expired(now), col(Task.owner).in_(dead))).with_for_update(
                skip_locked=True
            )
            tasks = session.exec(lost).all()
            for task in tasks:
                lose(session, task, now)
            return len(tasks)

    @surviving
    def close(self, run_id: str, now: datetime) -> bool:
        """Ends a run whose tasks are all done; True for the one call that did it."""
        open_tasks = select(Task.id).where(col(Task.run_id) == run_id, col(Task.state).in_(OPEN)).exists()
        going = col(Run.state).in_((RunState.RUNNING, RunState.PAUSED))
        done = update(Run).where(col(Run.id) == run_id, going, ~open_tasks)
        with self._writing() as session:
            closed = session.execute(done.values(state=RunState.FINISHED, finished_at=now))
        return bool(closed.rowcount)  # type: ignore[attr-defined]  # of an UPDATE

    @surviving
    def interrupt(self, run_id: str, now: datetime, state: RunState = RunState.INTERRUPTED) -> bool:
        """Stops a run that nobody works on any more; False where others do, who go on with it."""
        busy = select(Task.id).where(col(Task.run_id) == run_id, col(Task.state) == TaskState.LEASED).exists()
        going = col(Run.state).in_((RunState.RUNNING, RunState.PAUSED))
        with self._writing() as session:
            stopped = session.execute(
                update(Run).where(col(Run.id) == run_id, going, ~busy).values(state=state, finished_at=now)
            )
        return bool(stopped.rowcount)  # type: ignore[attr-defined]  # of an UPDATE

    @surviving
    def cancel(self, run_id: str, now: datetime) -> int:
        """Ends a run for good; what is done is kept. How many tasks were open.

        A worker that is at one of them is refused from now on. RunStateError: it has ended already.
        """
        with self._writing() as session:
            run = _run(session, run_id)
            if run.state not in UNFINISHED:
                said = N_("Run {run} is {state}; there is nothing to cancel.")
                raise RunStateError(said, run=run_id, state=Word(run.state))
            run.state, run.finished_at = RunState.CANCELLED, now
            session.add(run)
            session.flush()
            of_run = select(Task.id).where(Task.run_id == run_id)
            under_way = (col(Attempt.task_id).in_(of_run), col(Attempt.finished_at).is_(None))
            session.exec(update(Attempt).where(*under_way).values(finished_at=now, outcome="cancelled"))
            open_tasks = update(Task).where(col(Task.run_id) == run_id, col(Task.state).in_(OPEN))
            ended = session.execute(
                open_tasks.values(
                    state=TaskState.CANCELLED,
                    owner="",
                    lease_until=None,
                    fence=Task.fence + 1,
                    finished_at=now,
                )
            )
        return int(ended.rowcount)  # type: ignore[attr-defined]  # of an UPDATE

    def pause(self, run_id: str) -> None:
        """Begins nothing new of a run until it is resumed; what is under way ends. RunStateError."""
        self._change(run_id, (RunState.RUNNING, RunState.PAUSED), RunState.PAUSED, held=True)

    def resume(self, run_id: str) -> None:
        """Lets a run go on that was paused or interrupted, or whose program was killed. RunStateError."""
        self._change(run_id, UNFINISHED, RunState.RUNNING, held=False)

    def outlook(self, run_id: str, now: datetime) -> Outlook:
        """What there is to wait for in a run. RunNotFoundError."""
        with self._reading() as session:
            return run_progress.outlook(session, _run(session, run_id), now)

    def progress(self, run_id: str, now: datetime) -> RunProgress:
        """How far a run is. RunNotFoundError."""
        with self._reading() as session:
            return run_progress.progress(session, _run(session, run_id), now)

    def open_counts(self) -> dict[str, int]:
        """Tasks by state, of all runs that are not over; every state is named."""
        with self._reading() as session:
            return run_progress.open_counts(session)

    def attempts(self, run_id: str, position: int) -> tuple[Attempted, ...]:
        """Every lease of one task, in their order."""
        with self._reading() as session:
            return run_progress.attempts(session, run_id, position)

    def state(self, run_id: str) -> RunState:
        """How a run stands. RunNotFoundError."""
        with self._reading() as session:
            return RunState(_run(session, run_id).state)

    @surviving
    def _change(self, run_id: str, allowed: tuple[RunState, ...], state: RunState, *, held: bool) -> None:
        with self._writing() as session:
            run = session.exec(select(Run).where(Run.id == run_id).with_for_update()).first()
            if run is None:
                raise RunNotFoundError(f"There is no run {run_id}.")
            if run.state not in allowed:
                raise RunStateError(N_("Run {run} is {state}."), run=run_id, state=Word(run.state))
            policy = msgspec.structs.replace(RunPolicy.of(run.policy), held=held)
            run.state, run.finished_at = state, None
            run.policy = msgspec.to_builtins(policy)
            session.add(run)

    @contextmanager
    def _writing(self) -> Iterator[Session]:
        with Session(writing(self._engine), expire_on_commit=False) as session, session.begin():
            yield session

    def _reading(self) -> Session:
        return Session(self._engine)


def _run_row(new: NewRun) -> Run:
    row = rows.run_row(
        new.id, new.name, new.settings, {"versions": dict(new.versions), "started_at": new.started_at}
    )
    row.source, row.policy = new.source, msgspec.to_builtins(new.policy)
    row.schedule_id, row.fire_time = new.schedule_id, new.fire_time
    return row


def _task_rows(new: NewRun) -> list[dict[str, object]]:
    return [
        {
            "run_id": new.id,
            "position": position,
            "institution": msgspec.to_builtins(institution),
            "priority": int(new.priority),
            "state": str(TaskState.WAITING),
            "round": 0,
            "attempts": 0,
            "fence": 0,
            "owner": "",
        }
        for position, institution in enumerate(new.institutions)
    ]


def _run(session: Session, run_id: str) -> Run:
    run = session.get(Run, run_id)
    if run is None:
        raise RunNotFoundError(f"There is no run {run_id}.")
    return run


def _current_judgement(session: Session, run_id: str) -> Judgement:
    current = (col(Judgement.run_id) == run_id, col(Judgement.is_current))
    found = session.exec(select(Judgement).where(*current)).first()
    if found is None:
        raise RunNotFoundError(f"There is no run {run_id} with a judgement.")
    return found
