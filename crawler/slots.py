"""Bounds how many pages a run has open in the browser at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

OPEN_FOR_EACH = 2
"""Pages open for each that keeps the processor busy: the others wait for their network."""


class Slots:
    """At most twice `busy` pages are open: about half of a page's time is waiting for a quiet network.

    Measured on two cores (bench/throughput.py): four open pages do the work of two that never wait; more
    only take longer each.
    """

    def __init__(self, busy: int, open_for_each: int = OPEN_FOR_EACH) -> None:
        """`busy` pages are to keep the processor busy; at least one."""
        self._open = asyncio.Semaphore(open_for_each * busy)

    @asynccontextmanager
    async def page(self) -> AsyncIterator[None]:
        """Around a whole capture."""
        async with self._open:
            yield
