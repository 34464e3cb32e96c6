"""Keeps what a command's gate said with the judgement that it said it of.

It is what was said then: the baseline may have been changed since, and its entries may have expired.
"""

from __future__ import annotations

from datetime import datetime

import msgspec
from msgspec.structs import replace
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from results import models
from results.ci.items import Item
from results.ci.policy import Verdict
from results.errors import RunNotFoundError
from results.evidence_store import storable
from results.records import AXE_CHECK, SECOND_ENGINE
from results.transactions import surviving, writing

_FOUND = ("failed", "open", "accepted")
_OF_ENGINES = frozenset({AXE_CHECK, SECOND_ENGINE})


@surviving
def keep_verdict(engine: Engine, run_id: str, verdict: Verdict, now: datetime) -> None:
    """Keep the verdict on a run's current judgement, in place of an earlier one. RunNotFoundError."""
    current = select(models.Judgement.id).where(
        models.Judgement.run_id == run_id, col(models.Judgement.is_current)
    )
    with Session(writing(engine)) as session, session.begin():
        judgement_id = session.exec(current).first()
        if judgement_id is None:
            raise RunNotFoundError(f"There is no run {run_id}.")
        session.merge(
            models.GateVerdict(
                judgement_id=judgement_id,
                said_at=now,
                exit_code=verdict.code,
                verdict=msgspec.to_builtins(storable(_lean(verdict))),
            )
        )


@surviving
def kept_verdict(engine: Engine, run_id: str, judgement_id: int | None = None) -> Verdict | None:
    """What the gate said of a run's current judgement, or of another; None where none was asked."""
    of_run = (models.Judgement.run_id == run_id, col(models.Judgement.id) == models.GateVerdict.judgement_id)
    which = (
        col(models.Judgement.is_current) if judgement_id is None else col(models.Judgement.id) == judgement_id
    )
    with Session(engine) as session:
        found = session.exec(select(models.GateVerdict.verdict).where(*of_run, which)).first()
    return None if found is None else msgspec.convert(found, Verdict)


def _lean(verdict: Verdict) -> Verdict:
    """Without the elements that engines found, which the run's findings have: they are the most of it."""
    return replace(verdict, **{name: tuple(map(_bare, getattr(verdict, name))) for name in _FOUND})


def _bare(item: Item) -> Item:
    return replace(item, instances=()) if item.check in _OF_ENGINES else item
