"""What must come to its end, whatever is cancelled around it."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

_Done = TypeVar("_Done")


async def unbroken(work: Coroutine[Any, Any, _Done]) -> _Done:
    """The result of what must come to its end: being cancelled meanwhile takes effect after it."""
    task = asyncio.ensure_future(work)
    cancelled = False
    while not task.done():
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError:
            if task.cancelled():
                raise
            cancelled = True
        except BaseException:  # noqa: BLE001  (raised below, from the task itself)
            break
    if cancelled:
        task.exception()
        raise asyncio.CancelledError
    return task.result()
