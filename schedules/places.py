"""Places for sites under way, shared by runs: who ranks first gets the next."""

from __future__ import annotations

import asyncio
import heapq
import itertools


class Places:
    """So many sites at once, of all who share them. For one event loop."""

    def __init__(self, number: int) -> None:
        """`number` places; at least one."""
        self._free = number
        self._waiting: list[tuple[str, int, asyncio.Future[None]]] = []
        self._numbers = itertools.count()

    async def acquire(self, rank: str) -> None:
        """Take a place; of all who wait the least rank goes first, and of the same who came first."""
        if self._free > 0:
            self._free -= 1
            return
        place = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (rank, next(self._numbers), place))
        try:
            await place
        except asyncio.CancelledError:
            if place.done() and not place.cancelled():
                self.release()
            raise

    def release(self) -> None:
        """Give a place back."""
        while self._waiting:
            _, _, place = heapq.heappop(self._waiting)
            if not place.done():
                place.set_result(None)
                return
        self._free += 1
