"""The queue of Procrastinate on our PostgreSQL: it wakes workers on any machine, and decides nothing.

A job carries the id of a task that was due when it was made. Leases, retries and priority are in the task
table alone: whoever gets a job takes the task that is next there, so that a job too many, too few, twice or
late changes no result. Locks of Procrastinate are not used (its recipe for stalled jobs fails on them), nor
its retries. Everything works through PgBouncer in transaction mode: no statement counts on the one before it.
"""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Any, LiteralString

import procrastinate
import psycopg
from procrastinate.exceptions import NoResult
from procrastinate.schema import SchemaManager
from procrastinate.sync_psycopg_connector import wrap_exceptions
from procrastinate.types import JSONDict
from psycopg import AsyncConnection, AsyncCursor
from psycopg.rows import DictRow, dict_row
from sqlalchemy.engine import URL

from results.postgresql import conninfo

SCHEMA = "eindekss_queue"
"""The PostgreSQL schema that holds Procrastinate's tables, apart from ours."""
QUEUE = "tasks"
AUDIT = "audit"
_LOCK = 0x71756575
"""Key of the advisory lock of who sets the queue up."""
_CHUNK = 1000
STALLED_SECONDS = 30
"""A worker that was silent for so long counts as stalled, which is Procrastinate's own limit."""


class Connector(procrastinate.PsycopgConnector):
    """Each query in a transaction of its own that says where Procrastinate's tables are: a setting of the
    connection would not reach through PgBouncer.
    """

    @asynccontextmanager
    async def _query(
        self, query: LiteralString, arguments: dict[str, Any]
    ) -> AsyncIterator[AsyncCursor[DictRow]]:
        with wrap_exceptions():
            async with self.pool.connection() as connection, connection.transaction():
                await connection.execute(f"SET LOCAL search_path TO {SCHEMA}")
                async with connection.cursor(row_factory=dict_row) as cursor:
                    await cursor.execute(query, self._wrap_json(arguments))
                    yield cursor

    async def execute_query_async(self, query: LiteralString, **arguments: Any) -> None:  # noqa: ANN401 - Procrastinate's signature
        """As Procrastinate's own."""
        async with self._query(query, arguments):
            return

    async def execute_query_one_async(self, query: LiteralString, **arguments: Any) -> dict[str, Any]:  # noqa: ANN401 - Procrastinate's signature
        """As Procrastinate's own. NoResult where there is no row."""
        async with self._query(query, arguments) as cursor:
            row = await cursor.fetchone()
        if row is None:
            raise NoResult
        return row

    async def execute_query_all_async(self, query: LiteralString, **arguments: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - Procrastinate's signature
        """As Procrastinate's own."""
        async with self._query(query, arguments) as cursor:
            return await cursor.fetchall()


def connector(url: URL) -> Connector:
    """A connector to the queue of a database, not open yet."""
    return Connector(
        conninfo=conninfo(url), kwargs={"prepare_threshold": None}, min_size=1, max_size=4, timeout=30.0
    )


async def set_up(url: URL) -> None:
    """Make the queue where it is not there, or anew where it is another release's: it holds nothing that is
    not in the task table. psycopg.Error.
    """
    sql = SchemaManager.get_schema()
    mark = f"Procrastinate's queue of eindekss, {hashlib.sha256(sql.encode()).hexdigest()}"
    async with await AsyncConnection.connect(conninfo(url), prepare_threshold=None) as connection:
        await connection.execute(f"SELECT pg_advisory_xact_lock({_LOCK})")
        found = await connection.execute(
            "SELECT obj_description(oid) FROM pg_namespace WHERE nspname = %s", [SCHEMA]
        )
        row = await found.fetchone()
        if row == (mark,):
            return
        await connection.execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE; CREATE SCHEMA {SCHEMA}")
        await connection.execute(f"SET LOCAL search_path TO {SCHEMA}")
        await connection.execute(sql)
        await connection.execute(
            psycopg.sql.SQL("COMMENT ON SCHEMA {} IS {}").format(psycopg.sql.Identifier(SCHEMA), mark)
        )


async def hears(url: URL) -> bool:
    """Whether notifications arrive: not through a pooler in transaction mode, which gives every transaction
    another server process than the one it named when connecting.
    """
    async with await AsyncConnection.connect(conninfo(url), prepare_threshold=None) as connection:
        row = await (await connection.execute("SELECT pg_backend_pid()")).fetchone()
        return row == (connection.info.backend_pid,)


async def defer(app: procrastinate.App, tasks: Iterable[int]) -> int:
    """Make a job for each of these tasks that no waiting job carries; how many. ConnectorException."""
    carried = await _carried(app)
    missing = [task for task in tasks if task not in carried]
    for start in range(0, len(missing), _CHUNK):
        jobs: list[JSONDict] = [{"task_id": task} for task in missing[start : start + _CHUNK]]
        await app.configure_task(AUDIT, queue=QUEUE).batch_defer_async(*jobs)
    return len(missing)


async def _carried(app: procrastinate.App) -> set[int]:
    """Tasks of jobs that wait. One that somebody is at counts for nothing: its task is leased then, not
    due, or its worker went away.
    """
    rows = await app.connector.execute_query_all_async(
        "SELECT (args->>'task_id')::bigint AS task_id FROM procrastinate_jobs WHERE status = 'todo'"
    )
    return {row["task_id"] for row in rows}


async def drop_stalled(app: procrastinate.App) -> None:
    """Remove jobs of workers that went away: nobody would, and their tasks get new ones. A worker that was
    only blocked finds its job gone, and its lease, if another took the task. ConnectorException.
    """
    await app.connector.execute_query_async(
        """
        DELETE FROM procrastinate_jobs job WHERE job.status = 'doing' AND NOT EXISTS (
            SELECT 1 FROM procrastinate_workers worker WHERE worker.id = job.worker_id
               AND worker.last_heartbeat > now() - %(seconds)s * interval '1 second')
        """,
        seconds=2 * STALLED_SECONDS,
    )
