"""The command `scheduler`: fires the schedules of a database and carries out their runs."""

from __future__ import annotations

import asyncio
import math
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from crawler.axe import load_axe
from crawler.chromium import find_chromium
from crawler.credentials import Credentials
from crawler.slots import Slots
from results.claiming import Claimant
from results.commands import DEFAULT_DATABASE
from results.language import N_
from results.store import Store
from schedules.carrying import errors_told
from schedules.errors import SettingsError
from schedules.firing import FOLLOW_SECONDS, Firing
from schedules.institutions import Database
from schedules.logs import LogWish, log_wish, logging_as
from schedules.options import taking
from schedules.owners import this_owner
from schedules.pool import SITES_PER_PAGE_SLOT, interrupting
from schedules.runner import Means, opened_by
from schedules.shared_clock import SharedClock, kept
from schedules.working import Pools


@taking({"logs": log_wish})
def scheduler(
    *,
    no_work: Annotated[
        bool, typer.Option("--no-work", help="Only make runs; workers carry them out.")
    ] = False,
    concurrency: Annotated[
        int, typer.Option(help="Institutions at once, of all its runs together.", min=1, max=64)
    ] = 4,
    follow_seconds: Annotated[
        float, typer.Option(min=0.1, max=600, help="How often the table of schedules is looked at.")
    ] = FOLLOW_SECONDS,
    database: Database = DEFAULT_DATABASE,
    logs: LogWish,
) -> None:
    """Fire the schedules, and carry out their runs, until stopped (Ctrl-C, SIGTERM)."""
    with errors_told(), logging_as(logs), opened(database, create=True) as store:
        firing = firing_here(store)
        if no_work:
            asyncio.run(_make_only(firing, follow_seconds))
        else:
            asyncio.run(_work_too(firing, follow_seconds, concurrency))


async def _make_only(firing: Firing, follow_seconds: float) -> None:
    async with kept(firing.clock):
        await _serve(firing, follow_seconds)


async def _work_too(firing: Firing, follow_seconds: float, places: int) -> None:
    chromium = find_chromium(os.environ)
    if chromium is None:
        raise SettingsError(N_("no Chromium to render pages with; `eindekss doctor` says the ways out"))
    means = Means(
        store=firing.store,
        chromium=chromium,
        axe=firing.axe,
        clock=firing.clock,
        entropy=firing.entropy,
        report=lambda _: None,
        credentials=Credentials.of(os.environ),
    )
    slots = Slots(math.ceil(places / SITES_PER_PAGE_SLOT))
    async with opened_by(means, Claimant(owner=firing.owner), slots=slots) as worker:
        await _serve(firing, follow_seconds, Pools(worker, places=places))


async def _serve(firing: Firing, follow_seconds: float, worker: Pools | None = None) -> None:
    from schedules.scheduler import Scheduler  # APScheduler reads the entry points of all that is installed

    scheduler = Scheduler(firing, worker=worker, follow_seconds=follow_seconds)
    with interrupting(scheduler.stop):
        await scheduler.run()


@contextmanager
def opened(database: str, *, create: bool = False) -> Iterator[Store]:
    """The store of a database, closed afterwards. Raises as `Store.open`."""
    store = Store.open(database, create=create)
    try:
        yield store
    finally:
        store.close()


def firing_here(store: Store) -> Firing:
    """With what this process makes the runs of schedules. AxeMissingError."""
    return Firing(
        store=store,
        axe=load_axe(os.environ),
        owner=this_owner(),
        clock=SharedClock(store.engine),
        entropy=secrets.token_bytes,
    )
