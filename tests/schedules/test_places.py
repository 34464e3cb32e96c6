"""Places that runs share: the older run gets the next one."""

from __future__ import annotations

import asyncio

from schedules.places import Places


async def test_the_least_rank_goes_first_and_who_gave_up_is_passed_over() -> None:
    places, order = Places(1), []

    async def one(rank: str) -> None:
        await places.acquire(rank)
        order.append(rank)
        places.release()

    await places.acquire("")
    waiting = [asyncio.ensure_future(one(rank)) for rank in ("c", "b", "a", "b")]
    await asyncio.sleep(0)
    waiting[2].cancel()
    await asyncio.sleep(0)
    places.release()
    await asyncio.gather(*waiting, return_exceptions=True)
    assert order == ["b", "b", "c"]
    await asyncio.wait_for(places.acquire(""), 1)
