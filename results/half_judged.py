"""Judgements that are not whole yet: each has a row in the table `hold`, and is neither shown nor counted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import Session, col, delete, select

from results import models
from results.registry_models import Hold

_LONGEST = timedelta(days=1)
"""After so long a judgement that is not whole was left behind by who was killed."""
_MARK = "judgement "


def mark(session: Session, judgement_id: int, begun_at: datetime) -> None:
    """Notes that a judgement has begun."""
    session.add(Hold(name=f"{_MARK}{judgement_id}", owner="", until=begun_at + _LONGEST))


def unmark(session: Session, judgement_id: int) -> None:
    """Notes that a judgement is whole, or gone."""
    session.execute(delete(Hold).where(col(Hold.name) == f"{_MARK}{judgement_id}"))


def half_judged(session: Session) -> frozenset[int]:
    """Ids of all judgements that are not whole."""
    return frozenset(_ids(session.exec(select(Hold).where(col(Hold.name).startswith(_MARK))).all()))


def whole(session: Session, run_id: str) -> tuple[int, ...]:
    """Ids of a run's judgements that are whole, in the order in which they were made."""
    found = session.exec(select(models.Judgement.id).where(models.Judgement.run_id == run_id))
    return tuple(sorted({one for one in found if one is not None} - half_judged(session)))


def left_behind(session: Session, run_id: str, now: datetime) -> frozenset[int]:
    """Ids of a run's judgements that nobody is at any more, and that will never be whole."""
    of_run = set(session.exec(select(models.Judgement.id).where(models.Judgement.run_id == run_id)))
    old = select(Hold).where(col(Hold.name).startswith(_MARK), col(Hold.until) <= now)
    return frozenset(one for one in _ids(session.exec(old).all()) if one in of_run)


def _ids(holds: Sequence[Hold]) -> list[int]:
    return [int(hold.name.removeprefix(_MARK)) for hold in holds]
