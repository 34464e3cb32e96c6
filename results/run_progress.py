"""How far a run is: counted from its tasks, at a moment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec
from sqlalchemy import ColumnElement, or_
from sqlmodel import Session, col, func, select

from crawler.evidence import Failure, FailureReason
from results.later_failures import by_reason, later_failures
from results.models import Run, RunState
from results.quality_records import Quality
from results.run_policy import RunPolicy
from results.run_window import Window
from results.task_models import Attempt, Task, TaskState
from results.work_records import Attempted, Outlook, RunProgress, TaskCounts

RATE_OVER = timedelta(hours=1)
"""The rate is that of the last hour: what was done before a pause says little of what comes."""


def progress(session: Session, run: Run, now: datetime) -> RunProgress:
    """Counts, failures, rate and estimate of a run."""
    counts = _counts(session, run.id)
    is_going = run.state in (RunState.RUNNING, RunState.PAUSED)
    rate = _rate(session, run.id, now) if is_going else None
    return RunProgress(
        run_id=run.id,
        name=run.name,
        state=RunState(run.state),
        started_at=run.started_at,
        finished_at=run.finished_at,
        tasks=counts,
        failures=_failures(session, run.id),
        workers=_workers(session, run.id, now),
        rate=rate,
        remaining=timedelta(hours=counts.open / rate) if rate and is_going and counts.open else None,
        opens_at=_opens_at(run, now) if is_going and counts.open else None,
        quality=msgspec.convert(run.quality, Quality | None),
        later_failures=by_reason(later_failures(session, run.id)),
    )


def open_tasks(session: Session, run_id: str) -> Sequence[Task]:
    """The tasks of a run that are not done, in the order of the list."""
    left = (Task.run_id == run_id, Task.state != TaskState.DONE)
    return session.exec(select(Task).where(*left).order_by(col(Task.position))).all()


def outlook(session: Session, run: Run, now: datetime) -> Outlook:
    """Tasks that are open, and the moment from which one may be taken."""
    counts = _counts(session, run.id)
    waiting = (Task.run_id == run.id, Task.state == TaskState.WAITING)
    dues = select(func.min(func.coalesce(Task.not_before, now)))
    due = session.exec(dues.where(*waiting)).first()
    moments = [moment for moment in (due, _opens_at(run, now)) if moment is not None]
    return Outlook(
        state=RunState(run.state),
        waiting=counts.waiting,
        leased=counts.leased,
        next_at=max(moments, default=None),
    )


def open_counts(session: Session) -> dict[str, int]:
    """Tasks by state, of all runs that are not over."""
    states = (
        select(Task.state, func.count())
        .join(Run, col(Run.id) == col(Task.run_id))
        .where(col(Run.state).in_((RunState.RUNNING, RunState.PAUSED)))
        .group_by(col(Task.state))
    )
    found = {str(state): count for state, count in session.exec(states)}
    return dict.fromkeys(map(str, TaskState), 0) | found


def attempts(session: Session, run_id: str, position: int) -> tuple[Attempted, ...]:
    """All leases of one task, in their order."""
    query = (
        select(Attempt)
        .join(Task, col(Task.id) == col(Attempt.task_id))
        .where(Task.run_id == run_id, Task.position == position)
    )
    return tuple(_attempted(one) for one in session.exec(query.order_by(col(Attempt.fence))))


def _attempted(row: Attempt) -> Attempted:
    failure = None
    if row.failure_reason is not None:
        failure = Failure(FailureReason(row.failure_reason), row.failure_detail or "")
    return Attempted(
        owner=row.owner,
        fence=row.fence,
        started_at=row.started_at,
        finished_at=row.finished_at,
        outcome=row.outcome,
        failure=failure,
    )


def _counts(session: Session, run_id: str) -> TaskCounts:
    states = select(Task.state, func.count()).where(Task.run_id == run_id).group_by(col(Task.state))
    by_state = Counter({state: count for state, count in session.exec(states)})  # noqa: C416 - rows are no pairs to mypy
    return TaskCounts(
        waiting=by_state[TaskState.WAITING],
        leased=by_state[TaskState.LEASED],
        done=by_state[TaskState.DONE],
        cancelled=by_state[TaskState.CANCELLED],
        again=_count(session, run_id, col(Task.state) == TaskState.WAITING, _has_result()),
    )


def _has_result() -> ColumnElement[bool]:
    return (
        select(Attempt.id)
        .where(col(Attempt.task_id) == col(Task.id), col(Attempt.outcome) == "again")
        .exists()
    )


def _count(session: Session, run_id: str, *conditions: ColumnElement[bool]) -> int:
    of_run = select(func.count()).select_from(Task).where(Task.run_id == run_id, *conditions)
    return session.exec(of_run).one()


def _failures(session: Session, run_id: str) -> dict[str, int]:
    reasons = (
        select(Task.failure_reason, func.count())
        .where(Task.run_id == run_id, col(Task.failure_reason).is_not(None))
        .group_by(col(Task.failure_reason))
    )
    found = [(str(reason), count) for reason, count in session.exec(reasons)]
    return dict(sorted(found, key=lambda item: (-item[1], item[0])))


def _workers(session: Session, run_id: str, now: datetime) -> int:
    """Owners of leases that they keep up: whoever was killed keeps none up."""
    held = (Task.run_id == run_id, Task.state == TaskState.LEASED, col(Task.lease_until) > now)
    return session.exec(select(func.count(func.distinct(Task.owner))).where(*held)).one()


def _rate(session: Session, run_id: str, now: datetime) -> float | None:
    """Institutions done an hour, from the first attempt that reaches into the last hour until now."""
    since = now - RATE_OVER
    done = _count(
        session, run_id, col(Task.state) == TaskState.DONE, col(Task.finished_at).between(since, now)
    )
    recent = or_(col(Attempt.finished_at).is_(None), col(Attempt.finished_at) >= since)
    began = session.exec(
        select(func.min(Attempt.started_at))
        .join(Task, col(Task.id) == col(Attempt.task_id))
        .where(Task.run_id == run_id, recent)
    ).first()
    if began is None or not done:
        return None
    span = now - max(began, since)
    return round(done / (span / timedelta(hours=1)), 1) if span > timedelta(0) else None


def _opens_at(run: Run, now: datetime) -> datetime | None:
    policy = RunPolicy.of(run.policy)
    if not policy.window or policy.held:
        return None
    window = Window.parse(policy.window, policy.timezone)
    return None if window.is_open(now) else window.opens(now)
