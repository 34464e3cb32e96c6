"""A commit whose answer was lost: the server made it and went away before it could say so.

Whoever saves again is then refused by the fence that they themselves ended. Each lease has a fence of its
own, so an attempt of that fence that ended with a result ended with theirs.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Engine
from sqlmodel import Session, col, select

from results.errors import StaleLeaseError, TransactionLostError
from results.models import Site
from results.task_models import Attempt
from results.transactions import surviving
from results.work_records import Lease

_WITH_RESULT = ("done", "again")


def recognised(engine: Engine, lease: Lease, evidence: str, save: Callable[[], bool]) -> bool:
    """What `save` gives back, done again where the server went away; where the first time had been committed,
    whether the site's result, or its second audit, rests on the evidence with this digest.

    Raises:
        StaleLeaseError: the lease is not the newest, and did not end with a result of its holder.

    """
    try:
        return save()
    except TransactionLostError:
        pass
    try:
        return surviving(save)()
    except StaleLeaseError:
        found = surviving(_kept)(engine, lease, evidence)
        if found is None:
            raise
        return found


def _kept(engine: Engine, lease: Lease, evidence: str) -> bool | None:
    """None where the lease ended without a result."""
    ended = (Attempt.task_id == lease.task_id, Attempt.fence == lease.fence)
    of_site = (Site.run_id == lease.run_id, col(Site.position) == lease.position)
    with Session(engine) as session:
        outcome = session.exec(select(Attempt.outcome).where(*ended)).first()
        if outcome not in _WITH_RESULT:
            return None
        return evidence in (session.exec(select(Site.evidence, Site.again).where(*of_site)).first() or ())
