"""Keeps a crew at work: by asking the database again and again, on either engine."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import psycopg
from procrastinate.exceptions import ConnectorException
from sqlalchemy.engine import URL

from crawler.log import logger
from results.errors import ResultsError
from results.postgresql import from_psycopg, place
from schedules.crew import Crew

_log = logger("dispatch")
LOOK_SECONDS = 2.0
"""How long a task waits at most for a crew with a place that asks the database."""
TIDY_SECONDS = 10.0
"""How long what a dead worker left lies about at most, after its lease."""
AWAY = (ResultsError, ConnectorException, psycopg.Error, OSError)
"""What passes by itself once the server is back, or there is room on its disk."""


def trouble(error: BaseException, database: URL) -> dict[str, str]:
    """What one of these means and what to do about it, as an event's values. Procrastinate's own errors say
    nothing: what they came from does.
    """
    cause = error.__cause__ if isinstance(error, ConnectorException) and error.__cause__ else error
    if not isinstance(cause, ResultsError):
        cause = from_psycopg(cause, place(database), connected=True) or cause
    remedy = {"remedy": cause.remedy} if isinstance(cause, ResultsError) else {}
    return {"detail": str(cause)[:300], **remedy}


async def dispatch_by_looking(crew: Crew) -> None:
    """Work until the crew is stopped; all that was under way has ended then."""
    tidying = asyncio.create_task(again_and_again(crew, lambda: asyncio.to_thread(crew.tidy)))
    try:
        while not crew.is_stopped:
            await _look(crew)
    finally:
        crew.stop()
        await tidying
        await crew.ended()


async def _look(crew: Crew) -> None:
    try:
        begun = await crew.begin()
    except AWAY as error:
        _log.warning("database_away", **trouble(error, crew.database))
        begun = None
    if begun is None:
        await crew.rest(LOOK_SECONDS)


async def again_and_again(crew: Crew, work: Callable[[], Awaitable[None]]) -> None:
    """Do something every so often until the crew is stopped; a server that is away is tried again."""
    while not crew.is_stopped:
        try:
            await work()
        except AWAY as error:
            _log.warning("not_tidied", **trouble(error, crew.database))
        await crew.rest(TIDY_SECONDS)
