"""Keeps decisions: what changes is added, nothing is overwritten."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

import msgspec
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from results import models
from results.database import writing
from results.panel.decisions import Automatic, Decision, Verdict
from results.panel_models import DecisionRow

_Key = tuple[int, str, str]


class Added(msgspec.Struct, frozen=True, kw_only=True):
    """What an import did."""

    new: int
    changed: int
    """Of these the expert had decided otherwise before; that stays on record."""
    same: int


def add_decisions(engine: Engine, run_id: str, decisions: Sequence[Decision]) -> Added:
    """Stores decisions, all or nothing. What an expert said before is not stored twice."""
    with Session(writing(engine)) as session, session.begin():
        # Two imports at the same time come one after the other: an expert has one current decision.
        session.get(models.Run, run_id, with_for_update=True)
        before = {_key(row): row for row in session.exec(_current(run_id))}
        new = changed = 0
        for decision in decisions:
            old = before.get((decision.position, decision.code, decision.expert))
            if old is not None and _decision(old).says_the_same(decision):
                continue
            new, changed = new + (old is None), changed + (old is not None)
            if old is not None:
                old.is_current = False
                session.add(old)
            session.add(_row(run_id, decision))
    return Added(new=new, changed=changed, same=len(decisions) - new - changed)


def load_decisions(engine: Engine, run_id: str) -> dict[tuple[int, str], tuple[Decision, ...]]:
    """The current decisions of a run, by the site's position and code; of each expert one, by name."""
    found: dict[tuple[int, str], tuple[Decision, ...]] = {}
    with Session(engine) as session:
        for decision in _decisions(session.exec(_current(run_id))):
            key = (decision.position, decision.code)
            found[key] = (*found.get(key, ()), decision)
    return found


def decisions_by_site(session: Session, run_id: str) -> dict[int, tuple[Decision, ...]]:
    """The same by the site's position, each site's by code and expert, in the caller's transaction."""
    found = _decisions(session.exec(_current(run_id)))
    return {position: tuple(group) for position, group in groupby(found, lambda one: one.position)}


def load_history(engine: Engine, run_id: str) -> tuple[Decision, ...]:
    """Every decision of a run that was ever made, in the order in which they came."""
    query = select(DecisionRow).where(DecisionRow.run_id == run_id).order_by(col(DecisionRow.id))
    with Session(engine) as session:
        return tuple(_decisions(session.exec(query)))


def _current(run_id: str):  # type: ignore[no-untyped-def]  # noqa: ANN202 - SQLModel's select has no name for it
    return (
        select(DecisionRow)
        .where(DecisionRow.run_id == run_id, col(DecisionRow.is_current))
        .order_by(col(DecisionRow.position), col(DecisionRow.code), col(DecisionRow.expert))
    )


def _decisions(rows: Iterable[DecisionRow]) -> Iterator[Decision]:
    return map(_decision, rows)


def _key(row: DecisionRow) -> _Key:
    return row.position, row.code, row.expert


def _row(run_id: str, decision: Decision) -> DecisionRow:
    value = decision.value
    return DecisionRow(
        run_id=run_id,
        position=decision.position,
        code=decision.code,
        expert=decision.expert,
        verdict=str(decision.verdict),
        value_number=value if isinstance(value, int) else None,
        value_text=value if isinstance(value, str) else None,
        reason=decision.reason,
        automatic=msgspec.to_builtins(decision.automatic),
        source=decision.source,
        decided_at=decision.decided_at,
    )


def _decision(row: DecisionRow) -> Decision:
    return Decision(
        position=row.position,
        code=row.code,
        expert=row.expert,
        verdict=Verdict(row.verdict),
        value=row.value_text if row.value_number is None else row.value_number,
        reason=row.reason,
        automatic=msgspec.convert(row.automatic, Automatic),
        source=row.source,
        decided_at=row.decided_at,
    )
