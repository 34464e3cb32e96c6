"""Keeps a crew at work by Procrastinate's jobs, on PostgreSQL; the queue may break, the crew goes on."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Awaitable, Callable
from datetime import datetime

import procrastinate
from sqlalchemy import Engine
from sqlalchemy.engine import URL

from crawler.log import logger
from results.waking import due_tasks
from schedules import queue
from schedules.crew import Crew
from schedules.dispatch import AWAY, again_and_again, trouble

_log = logger("dispatch")
FETCH_SECONDS = 5.0
"""How long a job lies at most where no notification arrives."""
AGAIN_SECONDS = 2.0
"""Pause before a queue that broke is opened again."""
_NIGHTLY = "0 3 * * *"
# Without any periodic task Procrastinate's monitor of its side tasks ends as soon as it begins, and nobody
# notices that the one that listens has died.


async def dispatch_by_queue(
    crew: Crew, engine: Engine, clock: Callable[[], datetime], *, places: int
) -> None:
    """Work until the crew is stopped; all that was under way has ended then.

    Whatever happens to the queue, its connections or Procrastinate's worker, it is opened again, while what
    the crew is at goes on.
    """
    tidying = asyncio.create_task(again_and_again(crew, lambda: asyncio.to_thread(crew.tidy)))
    try:
        while not crew.is_stopped:
            try:
                await _until_broken(crew, engine, clock, places)
            except AWAY as error:
                _log.warning("queue_away", **trouble(error, engine.url))
            if not crew.is_stopped:
                await crew.rest(AGAIN_SECONDS)
    finally:
        crew.stop()
        await tidying
        await crew.ended()


async def wake(engine: Engine, now: datetime) -> int:
    """Wake workers for all tasks that are due; how many jobs that took. psycopg.Error, ConnectorException."""
    await queue.set_up(engine.url)
    app = _app(engine.url, None)
    async with app.open_async():
        return await queue.defer(app, await asyncio.to_thread(due_tasks, engine, now))


def _app(url: URL, crew: Crew | None) -> procrastinate.App:
    app = procrastinate.App(connector=queue.connector(url))

    @app.task(name=queue.AUDIT, queue=queue.QUEUE)
    async def audit(task_id: int) -> None:  # noqa: ARG001 - the task table says what is next
        begun = None if crew is None else await crew.begin()
        if begun is not None:
            await asyncio.shield(begun)

    @app.periodic(cron=_NIGHTLY)
    @app.task(name="drop_stalled", queue=queue.QUEUE)
    async def drop_stalled(timestamp: int) -> None:  # noqa: ARG001 - Procrastinate's signature
        await queue.drop_stalled(app)

    return app


async def _until_broken(crew: Crew, engine: Engine, clock: Callable[[], datetime], places: int) -> None:
    """Open the queue and serve it until the crew is stopped, or something of it ends."""

    async def sweep() -> None:
        await queue.drop_stalled(app)
        await queue.defer(app, await asyncio.to_thread(due_tasks, engine, clock()))

    await queue.set_up(engine.url)
    listens = await queue.hears(engine.url)
    app = _app(engine.url, crew)
    async with app.open_async():
        _log.info("queue_open", notified=listens)
        serving = app.run_worker_async(
            name=f"{socket.gethostname()}:{os.getpid()}",
            queues=[queue.QUEUE],
            concurrency=places,
            fetch_job_polling_interval=FETCH_SECONDS,
            listen_notify=listens,
            install_signal_handlers=False,
            delete_jobs="always",
            # What is under way is the crew's: it goes on while the queue is opened again.
            shutdown_graceful_timeout=0,
        )
        await _first_end(serving, again_and_again(crew, sweep), crew.stopped())


async def _first_end(*parts: Awaitable[None]) -> None:
    """Wait until one of the parts ends, end the others, raise what it raised."""
    tasks = [asyncio.ensure_future(part) for part in parts]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    for task in done:
        task.result()
