"""Second audits that saw nothing: what had changed at their sites stays unconfirmed, and it is told why."""

from __future__ import annotations

from collections import Counter

import msgspec
from sqlmodel import Session, col, select

from crawler.evidence import Failure, FailureReason, Institution
from results.task_models import SECOND_AUDIT, Attempt, Task, TaskState


class SecondFailure(msgspec.Struct, frozen=True):
    """An institution whose second audit told nothing of what had changed."""

    institution: Institution
    failure: Failure


def second_failures(session: Session, run_id: str) -> tuple[SecondFailure, ...]:
    """Those of a run, in the order of its list. Each by the lease that ended its task: what was tried once
    more is told by its last word.
    """
    ended = (Task.run_id == run_id, Task.state == TaskState.DONE, Task.round >= SECOND_AUDIT)
    query = (
        select(Task.institution, Attempt.failure_reason, Attempt.failure_detail)
        .join(Attempt, (col(Attempt.task_id) == col(Task.id)) & (col(Attempt.fence) == col(Task.fence)))
        .where(*ended, col(Attempt.failure_reason).is_not(None))
        .order_by(col(Task.position))
    )
    return tuple(
        SecondFailure(
            msgspec.convert(institution, Institution), Failure(FailureReason(str(reason)), detail or "")
        )
        for institution, reason, detail in session.exec(query)
    )


def by_reason(failures: tuple[SecondFailure, ...]) -> dict[str, int]:
    """How many, by reason, the most first."""
    return dict(Counter(str(one.failure.reason) for one in failures).most_common())
