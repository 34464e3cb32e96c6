"""Asks the gate about a stored run, and keeps its verdict with the run."""

from __future__ import annotations

from datetime import datetime

import msgspec
from sqlalchemy import Engine, func
from sqlmodel import Session, col, select

from checks.finding import Outcome
from checks.judge import SiteStatus
from results import models
from results.errors import RunNotFoundError
from results.quality import Earlier, Examined, examine
from results.quality_records import Quality
from results.run_policy import RunPolicy
from results.streaming import RunReader
from results.task_models import Task
from results.transactions import surviving, writing

_LOOKED_BACK = 3
"""Earlier runs of the same name or schedule that a column is held against."""
_EVALUATED = (SiteStatus.EVALUATED, SiteStatus.PARTLY_EVALUATED)
_DECIDED = (Outcome.PASSED, Outcome.FAILED)


@surviving
def examine_run(engine: Engine, run_id: str, now: datetime) -> Quality:
    """The gate's verdict on a run as it is judged now; stored with the run. RunNotFoundError."""
    reader = RunReader(engine, run_id)
    with Session(engine) as session:
        tasks = session.exec(select(func.count()).select_from(Task).where(Task.run_id == run_id)).one()
        asked = Examined(
            institutions=tasks or len(reader.institutions()),
            versions=reader.run.versions,
            earlier=tuple(_earlier(session, one) for one in _same_series(session, run_id)),
            limit_percent=RunPolicy.of(reader.run.policy).max_not_evaluable,
        )
    found = examine(asked, reader.sites(), now)
    with Session(writing(engine)) as session, session.begin():
        run = session.get(models.Run, run_id)
        if run is None:
            raise RunNotFoundError(f"There is no run {run_id}.")
        run.quality = msgspec.to_builtins(found)
        session.add(run)
    return found


@surviving
def unexamined(engine: Engine) -> tuple[str, ...]:
    """Finished runs of ours without a verdict, the oldest first: whoever ended them was stopped before it
    asked. Runs without tasks are an older version's, and have none.
    """
    has_tasks = select(Task.id).where(col(Task.run_id) == col(models.Run.id)).exists()
    ended = (models.Run.state == models.RunState.FINISHED, models.Run.source == "audit", has_tasks)
    query = select(models.Run.id, models.Run.quality).where(*ended).order_by(col(models.Run.id))
    with Session(engine) as session:
        return tuple(run_id for run_id, quality in session.exec(query) if quality is None)


def same_series(engine: Engine, run_id: str, limit: int = 1) -> tuple[str, ...]:
    """Ids of the finished runs of the same schedule or name that began before a run, the newest first; none
    for a run without either.
    """
    with Session(engine) as session:
        return tuple(_same_series(session, run_id)[:limit])


def _same_series(session: Session, run_id: str) -> list[str]:
    run = session.get(models.Run, run_id)
    if run is None:
        raise RunNotFoundError(f"There is no run {run_id}.")
    alike = col(models.Run.name) == run.name
    if run.schedule_id is not None:
        alike = col(models.Run.schedule_id) == run.schedule_id
    elif not run.name:
        return []
    query = (
        select(models.Run.id)
        .where(
            alike,
            models.Run.id != run_id,
            models.Run.started_at < run.started_at,
            models.Run.state == models.RunState.FINISHED,
            models.Run.source == run.source,
        )
        .order_by(col(models.Run.started_at).desc())
        .limit(_LOOKED_BACK)
    )
    return list(session.exec(query))


def _earlier(session: Session, run_id: str) -> Earlier:
    """The distribution of a run's answers, counted by the database."""
    of_run = (
        select(models.SiteJudgement.id)
        .join(models.Judgement, col(models.Judgement.id) == col(models.SiteJudgement.judgement_id))
        .where(
            models.Judgement.run_id == run_id,
            col(models.Judgement.is_current),
            col(models.SiteJudgement.status).in_(_EVALUATED),
        )
    )
    columns = (col(models.Answer.code), col(models.Answer.value_number), col(models.Answer.value_text))
    query = (
        select(models.Answer)
        .with_only_columns(*columns, func.count())
        .where(
            col(models.Answer.site_judgement_id).in_(of_run),
            col(models.Answer.outcome).in_(_DECIDED),
        )
        .group_by(*columns)
    )
    values: dict[str, dict[str, int]] = {}
    for code, number, text, many in session.execute(query):
        values.setdefault(code, {})[str(text if number is None else number)] = many
    return Earlier(run_id=run_id, sites=len(session.exec(of_run).all()), values=values)
