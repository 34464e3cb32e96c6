"""Judges what a run has stored again: the new judgement is shown when it is whole, and never in part.

Until then it is marked (`half_judged`). Whatever ends in between, the program, the machine or the database,
leaves a marked judgement, which nothing shows or counts; a later one of the run removes it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, update
from sqlmodel import Session, col, delete, select

from checks.judge import SiteJudgement
from crawler.evidence import Site
from results import models, rows
from results.confirming import settled_again
from results.errors import JudgementStateError, PublishedRunError, RunUnderWayError
from results.evidence_store import EvidenceStore, storable
from results.half_judged import left_behind, mark, unmark
from results.records import JudgementRecord
from results.stored_runs import require_evidence, stored_run
from results.stored_sites import add_judgement, added, row_id
from results.task_models import Task, TaskState
from results.transactions import surviving, writing


def rejudge(
    engine: Engine,
    evidence: EvidenceStore,
    run_id: str,
    judge: Callable[[Site], SiteJudgement],
    judged_by: JudgementRecord,
) -> int:
    """As `Store.rejudge`."""
    new = _begun(engine, run_id, judged_by)
    try:
        # A result that came in between is judged, too, before the new judgement is shown.
        while not _shown(engine, run_id, new):
            _judge_sites(engine, evidence, run_id, new, judge)
    except BaseException:
        with _writing(engine) as session:
            _remove(session, new)
        raise
    return new


@surviving
def make_current(engine: Engine, judgement_id: int) -> None:
    """As `Store.make_current`."""
    with _writing(engine) as session:
        chosen = session.get(models.Judgement, judgement_id)
        if chosen is None:
            raise JudgementStateError(f"There is no judgement {judgement_id}.")
        session.get(models.Run, chosen.run_id, with_for_update=True)
        _make_current(session, chosen)


def _begun(engine: Engine, run_id: str, judged_by: JudgementRecord) -> int:
    with _writing(engine) as session:
        run = stored_run(session, run_id)
        require_evidence(run)
        if run.source != "audit":
            raise PublishedRunError(f"Run {run_id} ({run.source}) can't be judged: nothing was observed.")
        _require_rest(session, run)
        for left in left_behind(session, run_id, judged_by.created_at):
            _remove(session, left)
        new = row_id(added(session, rows.judgement_row(run_id, judged_by, current=False)))
        mark(session, new, judged_by.created_at)
        return new


def _require_rest(session: Session, run: models.Run) -> None:
    """RunUnderWayError where results may come in at any moment, which the old rules would judge."""
    waiting = (TaskState.WAITING,) if run.state == models.RunState.RUNNING else ()
    at_work = (Task.run_id == run.id, col(Task.state).in_((TaskState.LEASED, *waiting)))
    if session.exec(select(Task.id).where(*at_work).limit(1)).first() is not None:
        raise RunUnderWayError(f"Run {run.id} is under way: its results still come in.")


def _shown(engine: Engine, run_id: str, judgement_id: int) -> bool:
    """Shows the judgement from now on, if it has all sites."""
    with _writing(engine) as session:
        # Who stores a result of the run waits for this lock; on SQLite whoever writes is alone.
        session.get(models.Run, run_id, with_for_update=True)
        if _unjudged(session, run_id, judgement_id, 1):
            return False
        _make_current(session, session.get_one(models.Judgement, judgement_id))
        unmark(session, judgement_id)
    return True


def _make_current(session: Session, chosen: models.Judgement) -> None:
    others = update(models.Judgement).where(col(models.Judgement.run_id) == chosen.run_id)
    session.exec(others.values(is_current=False))
    chosen.is_current = True
    session.add(chosen)


def _remove(session: Session, judgement_id: int) -> None:
    session.exec(delete(models.Judgement).where(col(models.Judgement.id) == judgement_id))
    unmark(session, judgement_id)


def _judge_sites(
    engine: Engine,
    evidence: EvidenceStore,
    run_id: str,
    judgement_id: int,
    judge: Callable[[Site], SiteJudgement],
) -> None:
    with Session(engine) as session:
        sites = _unjudged(session, run_id, judgement_id)
    for row, changes in sites:
        judged = judge(evidence.load_site(row.evidence))
        if row.again is not None:
            judged = settled_again(judged, judge(evidence.load_site(row.again)), changes)
        with _writing(engine) as session:
            # Another result may have taken the site's place; that one is judged in the next round.
            if session.get(models.Site, row_id(row), with_for_update=True) is not None:
                add_judgement(session, judgement_id, row_id(row), storable(judged))


def _unjudged(
    session: Session, run_id: str, judgement_id: int, most: int | None = None
) -> list[tuple[models.Site, Mapping[str, Any] | None]]:
    """Sites of the judgement that the run shows, with their changes, that another has not yet."""
    done = select(models.SiteJudgement.site_id).where(models.SiteJudgement.judgement_id == judgement_id)
    found = session.exec(
        select(models.Site, models.SiteJudgement.changes)
        .join(models.SiteJudgement, col(models.SiteJudgement.site_id) == col(models.Site.id))
        .join(models.Judgement, col(models.Judgement.id) == col(models.SiteJudgement.judgement_id))
        .where(col(models.Site.run_id) == run_id, col(models.Judgement.is_current))
        .where(col(models.Site.id).not_in(done))
        .limit(most)
    )
    return [(site, changes) for site, changes in found]


@contextmanager
def _writing(engine: Engine) -> Iterator[Session]:
    with Session(writing(engine), expire_on_commit=False) as session, session.begin():
        yield session
