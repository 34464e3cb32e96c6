"""Audits that came later and told less: the earlier result stands, and it is told why they changed nothing.

They are second audits, which were to confirm what had changed, and further tries at a site that could not be
evaluated in which eindekss itself failed.
"""

from __future__ import annotations

from collections import Counter

import msgspec
from sqlalchemy import or_
from sqlmodel import Session, col, select

from crawler.evidence import Failure, FailureReason, Institution
from results.task_models import SECOND_AUDIT, Attempt, Task, TaskState


class LaterFailure(msgspec.Struct, frozen=True):
    """An institution whose last audit told less than the result that stands."""

    institution: Institution
    failure: Failure


def later_failures(session: Session, run_id: str) -> tuple[LaterFailure, ...]:
    """Those of a run, in the order of its list, by the lease that ended their task. A task tells of the
    result that stands, its lease of its own audit.
    """
    ended = (Task.run_id == run_id, Task.state == TaskState.DONE)
    is_other = or_(
        col(Task.round) >= SECOND_AUDIT,
        col(Task.failure_reason).is_(None),
        col(Task.failure_reason) != col(Attempt.failure_reason),
    )
    query = (
        select(Task.institution, Attempt.failure_reason, Attempt.failure_detail)
        .join(Attempt, (col(Attempt.task_id) == col(Task.id)) & (col(Attempt.fence) == col(Task.fence)))
        .where(*ended, col(Attempt.failure_reason).is_not(None), is_other)
        .order_by(col(Task.position))
    )
    return tuple(
        LaterFailure(
            msgspec.convert(institution, Institution), Failure(FailureReason(str(reason)), detail or "")
        )
        for institution, reason, detail in session.exec(query)
    )


def by_reason(failures: tuple[LaterFailure, ...]) -> dict[str, int]:
    """How many, by reason, the most first."""
    return dict(Counter(str(one.failure.reason) for one in failures).most_common())
