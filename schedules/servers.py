"""Asks, before a site is audited, whether another worker is at the same server."""

from __future__ import annotations

import asyncio
from datetime import datetime

from crawler.log import logger
from results.errors import ResultsError, StaleLeaseError
from results.servers import settle
from results.store import Store
from results.work_records import Lease
from schedules.open_runs import OpenRun

_log = logger("worker")


async def may_ask(lease: Lease, opened: OpenRun, store: Store, now: datetime) -> bool:
    """Whether the audit may begin; if not, the task was given back, or is another's already. A database that
    does not answer holds nobody up: what it is told at the end counts.
    """
    server = await opened.instruments.server_of(lease.institution)
    if not server:
        return True
    try:
        is_free = await asyncio.to_thread(settle, store.engine, lease, server, now)
    except StaleLeaseError:
        return False
    except ResultsError as error:
        _log.warning("server_not_noted", institution=lease.institution.url, detail=str(error))
        return True
    if not is_free:
        _log.info("server_busy", institution=lease.institution.url, server=server)
    return is_free
