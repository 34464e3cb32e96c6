"""What waits for somebody: tasks that may be taken now, runs whose end nobody has noted yet."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Engine
from sqlmodel import Session, col, select

from results.claiming import ORDER, Claimant, claimable, mind_windows
from results.models import Run, RunState
from results.task_models import Task, TaskState
from results.transactions import surviving, writing

_ANYBODY = Claimant(owner="")


@surviving
def due_tasks(engine: Engine, now: datetime) -> tuple[int, ...]:
    """Ids of all tasks that a worker could take now, those to take first in front."""
    with Session(writing(engine)) as session, session.begin():
        mind_windows(session, now)
        found = session.exec(select(Task.id).where(claimable(_ANYBODY, now)).order_by(*ORDER))
        return tuple(task for task in found if task is not None)


@surviving
def runs_to_close(engine: Engine) -> tuple[str, ...]:
    """Runs under way without an open task: whoever did the last one ended before it could say so."""
    alive = col(Run.state).in_((RunState.RUNNING, RunState.PAUSED))
    of_run = select(Task.id).where(col(Task.run_id) == col(Run.id))
    is_open = col(Task.state).in_((TaskState.WAITING, TaskState.LEASED))
    with Session(engine) as session:
        query = select(Run.id).where(alive, of_run.exists(), ~of_run.where(is_open).exists())
        return tuple(session.exec(query.order_by(col(Run.id))))


@surviving
def is_anything_open(engine: Engine) -> bool:
    """Whether a run that goes on has an open task, be it one that waits for its time."""
    running = select(Run.id).where(col(Run.state) == RunState.RUNNING)
    is_open = col(Task.state).in_((TaskState.WAITING, TaskState.LEASED))
    with Session(engine) as session:
        return bool(
            session.exec(select(select(Task.id).where(is_open, col(Task.run_id).in_(running)).exists())).one()
        )
