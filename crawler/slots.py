"""Bounds how many pages a run has open, and how many of them use the processor."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Slots:
    """At most `busy` pages are loaded or measured at once; as many again may be open and merely wait.

    Two busy pages are the plateau on two cores, but a page that waits for a quiet network keeps no core
    busy: while it does, the next one may begin.
    """

    def __init__(self, busy: int) -> None:
        """`busy` pages at once; at least one."""
        self._open = asyncio.Semaphore(2 * busy)
        self._busy = asyncio.Semaphore(busy)

    @asynccontextmanager
    async def page(self) -> AsyncIterator[None]:
        """Around a whole capture."""
        async with self._open, self._busy:
            yield

    @asynccontextmanager
    async def idle(self) -> AsyncIterator[None]:
        """Within `page`, around times of mere waiting."""
        self._busy.release()
        try:
            yield
        finally:
            await self._busy.acquire()
