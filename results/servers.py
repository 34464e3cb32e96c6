"""One worker at a server at a time: institutions whose hosts share an address share its rate.

The limits of a rate are kept by whoever asks, in its own memory. So whoever audits a site notes its server
(address and port) with the task, and while a task of his is under way no other worker, and no other run,
begins one of the same server: it goes back, and is taken when the server is free. What a person waits for is
not held up.
"""

from __future__ import annotations

import hashlib
from datetime import datetime

from sqlalchemy import ColumnElement, Engine, and_, func, not_, or_, true
from sqlmodel import Session, col, select

from results.claiming import Claimant, give_back, held
from results.task_models import Task, TaskState
from results.transactions import surviving, writing
from results.work_records import Lease, Priority


def not_asked_elsewhere(session: Session, claimant: Claimant, now: datetime) -> ColumnElement[bool]:
    """Tasks whose server, as far as it is known, no other worker and no other run is at."""
    columns = (col(Task.server), col(Task.owner), col(Task.run_id))
    taken = [
        col(Task.server) == server
        if owner != claimant.owner
        else and_(col(Task.server) == server, col(Task.run_id) != run_id)
        for server, owner, run_id in session.execute(select(*columns).where(*_under_way(now)).distinct())
    ]
    if not taken:
        return true()
    return or_(col(Task.server).is_(None), _is_waited_for(), not_(or_(*taken)))


@surviving
def settle(engine: Engine, lease: Lease, server: str, now: datetime) -> bool:
    """Notes the server that a task's audit is to ask. False where another worker or another run is at it: the
    task is given back then. StaleLeaseError.
    """
    with Session(writing(engine)) as session, session.begin():
        if engine.dialect.name == "postgresql":
            # Two who come at once see each other; SQLite's transactions that write come one after the other.
            session.execute(select(func.pg_advisory_xact_lock(_key(server))))
        task = held(session, lease)
        task.server = server
        session.add(task)
        others = or_(col(Task.owner) != lease.owner, col(Task.run_id) != lease.run_id)
        same = select(Task.id).where(*_under_way(now), col(Task.server) == server, others)
        is_free = task.priority > Priority.WAVE or session.exec(same.limit(1)).first() is None
        if not is_free:
            give_back(session, task, None, now)
    return is_free


def _under_way(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return col(Task.state) == TaskState.LEASED, col(Task.server).is_not(None), col(Task.lease_until) > now


def _is_waited_for() -> ColumnElement[bool]:
    return col(Task.priority) > int(Priority.WAVE)


def _key(server: str) -> int:
    """A signed 64-bit number, as PostgreSQL's advisory locks take it."""
    return int.from_bytes(hashlib.sha256(f"server {server}".encode()).digest()[:8], "big", signed=True)
