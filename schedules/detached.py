"""Makes a run and leaves it to workers, here or on other machines."""

from __future__ import annotations

import asyncio
import os
import secrets
from datetime import datetime

from crawler.axe import load_axe
from results.language import _
from results.store import Store
from schedules.new_runs import RunRequest, create_run
from schedules.shared_clock import SharedClock


def left_to_workers(request: RunRequest, store: Store) -> str:
    """Make the run, wake workers where they can be woken; what to tell the reader.

    Raises:
        CrawlerError: axe-core is missing.
        ResultsError: the run can't be made.
    """
    now = SharedClock(store.engine)()
    run_id = create_run(request, store, axe=load_axe(os.environ), now=now, entropy=secrets.token_bytes)
    if store.engine.dialect.name == "postgresql":
        _wake(store, now)
    said = _("Run {run} is left to `eindekss worker`; `eindekss status {run} --watch` tells how far it is.")
    return said.format(run=run_id)


def _wake(store: Store, now: datetime) -> None:
    """Workers look by themselves within seconds: a queue that can't be reached now is no failure."""
    from crawler.log import logger
    from schedules.dispatch import AWAY, trouble
    from schedules.dispatch_queue import wake

    try:
        asyncio.run(wake(store.engine, now))
    except AWAY as error:
        logger("dispatch").warning("queue_away", **trouble(error, store.engine.url))
