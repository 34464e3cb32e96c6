"""Time limits on browser calls, some of which never return."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


def forget(task: asyncio.Future[Any]) -> None:
    """Takes an abandoned future's error, so that asyncio does not report it as never retrieved."""
    if not task.cancelled():
        task.exception()


async def bounded(
    call: Coroutine[Any, Any, T], seconds: float, *, unless: asyncio.Future[Exception] | None = None
) -> T:
    """Await a browser call for at most `seconds`.

    The call itself is never cancelled (Playwright calls cancelling undefined): it is left behind and
    ends when its page is closed.

    Raises:
        TimeoutError: it took longer.
        Exception: whatever `unless` resolved to before the call was done, or the call's own error.

    """
    task = asyncio.ensure_future(call)
    waited: set[Awaitable[Any]] = {task} if unless is None else {task, unless}
    try:
        await asyncio.wait(
            [asyncio.ensure_future(one) for one in waited],
            timeout=max(seconds, 0.001),
            return_when=asyncio.FIRST_COMPLETED,
        )
    finally:
        if not task.done():
            task.add_done_callback(forget)
    if task.done():
        return task.result()
    if unless is not None and unless.done():
        raise unless.result()
    raise TimeoutError


async def finished(call: Coroutine[Any, Any, object], seconds: float) -> bool:
    """Whether a closing call ended within `seconds`, by success or by an error that no longer matters.
    Cancelling the caller leaves the call running.
    """
    task = asyncio.ensure_future(call)
    task.add_done_callback(forget)
    done, _ = await asyncio.wait([task], timeout=seconds)
    return bool(done)


def unbroken(call: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
    """A call that goes on to its end when whoever awaits it by `asyncio.shield` is cancelled: asyncio
    itself holds tasks weakly, and Playwright calls cancelling undefined.
    """
    task = asyncio.ensure_future(call)
    _under_way.add(task)
    task.add_done_callback(_under_way.discard)
    task.add_done_callback(forget)
    return task


_under_way: set[asyncio.Task[Any]] = set()
