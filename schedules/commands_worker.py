"""The command `worker`: works on the runs of a database, whoever made them, until it is stopped."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Annotated, Any

import typer

from crawler.log import logger
from results.claiming import Claimant
from results.options import DEFAULT_DATABASE, DatabaseOption, EvidenceOption
from results.store import Store
from results.waking import is_anything_open
from schedules.carrying import carried, errors_told
from schedules.crew import Crew
from schedules.logs import LogWish, log_wish, logging_as
from schedules.metrics import MetricsWish, metrics_wish
from schedules.options import taking
from schedules.owners import this_owner
from schedules.pool import interrupting
from schedules.runner import Means, opened_by

_log = logger("worker")
_HINT = "it waits; `eindekss run --detach` and `eindekss scheduler` make runs"
_LOOK_SECONDS = 1.0
_SHY_FOR = timedelta(seconds=30)
"""A task that failed here by our fault is left to other workers for so long; there may be none."""
_PARTS: dict[str, Callable[..., Any]] = {"logs": log_wish, "metrics": metrics_wish}


def mount(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(worker)


@taking(_PARTS)
def worker(
    *,
    db: DatabaseOption = DEFAULT_DATABASE,
    evidence: EvidenceOption = None,
    concurrency: Annotated[int, typer.Option(help="Institutions at once.", min=1, max=64)] = 4,
    lease: Annotated[
        float,
        typer.Option(help="Seconds of silence after which others take its work up.", min=2, max=900),
    ] = 60.0,
    until_done: Annotated[
        bool, typer.Option("--until-done", help="End when no run has anything left to do.")
    ] = False,
    logs: LogWish,
    metrics: MetricsWish,
) -> None:
    """Work on all runs of a database, beside other workers, here and on other machines.

    On PostgreSQL it is woken; on SQLite it asks every two seconds. SIGTERM and Ctrl-C end it, and what it was
    at is given back.
    """
    claimant = Claimant(owner=this_owner(), lease_for=timedelta(seconds=lease), shy_for=_SHY_FOR)
    with logging_as(logs), errors_told():
        store = Store.open(db, evidence=evidence)
        try:
            if not is_anything_open(store.engine):
                _log.warning("no_run_is_open", database=store.engine.url.database, hint=_HINT)
            carried(
                lambda means: work(means, claimant, places=concurrency, until_done=until_done),
                store,
                None,
                sites=0,
                quiet=True,
                metrics=metrics,
            )
        finally:
            store.close()


async def work(means: Means, claimant: Claimant, *, places: int, until_done: bool) -> None:
    """Keep a crew at work until a signal comes or, if so wished, nothing is left to do.

    Raises:
        ResultsError: the database can't be asked whether anything is left.
    """
    # With Procrastinate and psycopg, which no other command needs on SQLite.
    from schedules.dispatch import dispatch_by_looking
    from schedules.dispatch_queue import dispatch_by_queue

    engine = means.store.engine
    async with opened_by(means, claimant) as worker_means:
        crew = Crew(worker_means, places=places)
        watching = asyncio.create_task(_until_done(crew, means.store) if until_done else crew.stopped())
        with interrupting(crew.stop):
            if engine.dialect.name == "postgresql":
                await dispatch_by_queue(crew, engine, means.clock, places=places)
            else:
                await dispatch_by_looking(crew)
        await watching


async def _until_done(crew: Crew, store: Store) -> None:
    try:
        while not crew.is_stopped and await asyncio.to_thread(is_anything_open, store.engine):
            await crew.rest(_LOOK_SECONDS)
    finally:
        crew.stop()
