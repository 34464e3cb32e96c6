"""The rules by which tasks change hands; every function works in the transaction of its caller.

A lease says when others may try, a fence decides: it grows with each lease, and only its newest value may
store or change anything. So a clock that moves, or differs between machines, can cost time but no result.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, and_, or_, update
from sqlmodel import Session, col, func, select
from sqlmodel.sql.expression import SelectOfScalar

from crawler.evidence import Failure, Institution
from results.errors import StaleLeaseError
from results.models import Run, RunState
from results.run_policy import RunPolicy
from results.run_window import is_open
from results.task_models import Attempt, Task, TaskState
from results.work_records import Again, Lease

LONGEST_LEASE = timedelta(minutes=15)
"""No lease is longer: one that ends later was given by a clock that has moved since."""
LONGEST_WAIT = timedelta(hours=12)
"""No task waits longer for its next attempt, for the same reason."""
ORDER = (col(Task.priority).desc(), col(Task.run_id), col(Task.round), col(Task.position))
"""That in which tasks are taken; `ix_task_claim` holds them so."""


class Claimant(msgspec.Struct, frozen=True, kw_only=True):
    """Who takes tasks, and on what terms."""

    owner: str
    lease_for: timedelta = timedelta(seconds=60)
    shy_for: timedelta = timedelta(0)
    """How long a task that failed here by our fault is left to other workers."""


def mind_windows(session: Session, now: datetime) -> None:
    """Pauses runs whose window has closed, and lets those go on whose window has opened."""
    alive = col(Run.state).in_((RunState.RUNNING, RunState.PAUSED))
    for run in session.exec(select(Run).where(alive, col(Run.policy).is_not(None))):
        policy = RunPolicy.of(run.policy)
        if not policy.window or policy.held:
            continue
        state = RunState.RUNNING if is_open(policy.window, policy.timezone, now) else RunState.PAUSED
        if run.state != state:
            run.state = state
            session.add(run)
    session.flush()


def next_task(
    session: Session, claimant: Claimant, now: datetime, *conditions: ColumnElement[bool]
) -> Task | None:
    """The task to do next, locked: the highest priority, then the older run, lower round, earlier place.
    Another transaction that looks at the same moment gets another task.
    """
    # Two questions, each of which an index answers in order: one that asks for both sorts all that waits.
    found = [
        session.exec(_first(which, *conditions)).first() for which in (_waiting(claimant, now), expired(now))
    ]
    return min((task for task in found if task is not None), key=_place, default=None)


def _first(*conditions: ColumnElement[bool]) -> SelectOfScalar[Task]:
    query = select(Task).where(_of_running_runs(), *conditions).order_by(*ORDER).limit(1)
    return query.with_for_update(skip_locked=True, of=Task)


def _place(task: Task) -> tuple[int, str, int, int]:
    return -task.priority, task.run_id, task.round, task.position


def claimable(claimant: Claimant, now: datetime) -> ColumnElement[bool]:
    """Tasks that may be taken now."""
    return and_(_of_running_runs(), or_(_waiting(claimant, now), expired(now)))


def _of_running_runs() -> ColumnElement[bool]:
    return col(Task.run_id).in_(select(Run.id).where(col(Run.state) == RunState.RUNNING))


def _waiting(claimant: Claimant, now: datetime) -> ColumnElement[bool]:
    others = or_(
        col(Task.owner) != claimant.owner,
        col(Task.not_before).is_(None),
        col(Task.not_before) <= now - claimant.shy_for,
    )
    return and_(col(Task.state) == TaskState.WAITING, _due(now), others)


def _due(now: datetime) -> ColumnElement[bool]:
    moment = col(Task.not_before)
    return or_(moment.is_(None), moment <= now, moment > now + LONGEST_WAIT)


def expired(now: datetime) -> ColumnElement[bool]:
    """Leases that nobody keeps up."""
    until = col(Task.lease_until)
    return and_(col(Task.state) == TaskState.LEASED, or_(until <= now, until > now + LONGEST_LEASE))


def take(session: Session, task: Task, claimant: Claimant, now: datetime) -> Lease:
    """Gives a locked task to the claimant, with a new fence; a lease before it counts as lost."""
    if task.state == TaskState.LEASED:
        lose(session, task, now)
    task.state, task.owner = TaskState.LEASED, claimant.owner
    task.fence, task.attempts = task.fence + 1, task.attempts + 1
    task.lease_until, task.not_before = now + claimant.lease_for, None
    session.add(task)
    session.add(Attempt(task_id=_id(task), fence=task.fence, owner=claimant.owner, started_at=now))
    session.flush()
    return Lease(
        task_id=_id(task),
        run_id=task.run_id,
        position=task.position,
        institution=msgspec.convert(task.institution, Institution),
        fence=task.fence,
        owner=claimant.owner,
        until=now + claimant.lease_for,
        attempt=task.attempts,
        lost=_losses(session, _id(task)),
        round=task.round,
        retry_until=task.retry_until,
    )


def lose(session: Session, task: Task, now: datetime) -> None:
    """Notes that the holder of a task did not come back; the task is free."""
    note(session, _id(task), task.fence, now, "lost")
    task.state, task.owner, task.lease_until = TaskState.WAITING, "", None
    session.add(task)


def held(session: Session, lease: Lease) -> Task:
    """The task, locked, if the lease is the newest. StaleLeaseError."""
    task = session.exec(select(Task).where(Task.id == lease.task_id).with_for_update()).first()
    if task is None or task.state != TaskState.LEASED or task.fence != lease.fence:
        raise StaleLeaseError(
            f"{lease.institution.url}: attempt {lease.fence} is not the newest of this task any more."
        )
    return task


def conclude(
    session: Session,
    task: Task,
    again: Again | None,
    failure: Failure | None,
    now: datetime,
    *,
    is_kept: bool = True,
) -> None:
    """Ends a held task's lease: done, or to be done once more. Where its result is not kept, the task goes on
    telling of the one before, and the lease alone says what failed.
    """
    note(session, _id(task), task.fence, now, "again" if again else "done", failure)
    if is_kept:
        task.failure_reason = str(failure.reason) if failure else None
        task.failure_detail = failure.detail if failure else None
    task.lease_until = None
    if again is None:
        task.state, task.finished_at, task.owner = TaskState.DONE, now, ""
    else:
        task.state, task.round = TaskState.WAITING, again.round
        task.not_before = min(again.not_before, now + LONGEST_WAIT)
        task.retry_until = again.retry_until
        task.owner = task.owner if again.elsewhere else ""
    session.add(task)


def give_back(session: Session, task: Task, failure: Failure | None, now: datetime) -> None:
    """Frees a held task as if it had not been taken."""
    note(session, _id(task), task.fence, now, "released", failure)
    task.state, task.owner, task.lease_until = TaskState.WAITING, "", None
    task.attempts -= 1
    session.add(task)


def note(
    session: Session, task_id: int, fence: int, now: datetime, outcome: str, failure: Failure | None = None
) -> None:
    """Writes down what came of an attempt."""
    said: dict[str, Any] = {"finished_at": now, "outcome": outcome}
    if failure is not None:
        said |= {"failure_reason": str(failure.reason), "failure_detail": failure.detail}
    this = (col(Attempt.task_id) == task_id, col(Attempt.fence) == fence)
    session.exec(update(Attempt).where(*this).values(**said))


def _losses(session: Session, task_id: int) -> int:
    lost = (Attempt.task_id == task_id, Attempt.outcome == "lost")
    return session.exec(select(func.count()).select_from(Attempt).where(*lost)).one()


def _id(task: Task) -> int:
    assert task.id is not None  # noqa: S101 - a row that was read from the database
    return task.id
