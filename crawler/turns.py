"""A page capture takes its turn at its host's gate, as every request of the crawl does."""

from __future__ import annotations

import time
from asyncio import Lock
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime
from typing import Protocol

from crawler.evidence import Failure, FailureReason
from crawler.fetch import Fetcher
from crawler.gates import Entry
from crawler.log import about, failure_words, logger
from crawler.politeness import Answered, retry_after_seconds
from crawler.slots import Slots

_log = logger("turns")
CIRCUIT_OPEN = Failure(FailureReason.CONNECTION_LOST, "not asked: the host failed several times in a row")
_BUSY = frozenset({429, 503})
_PAUSE_AFTER_REFUSAL = 1.0


class Seen(Protocol):
    """What tells how a host took it."""

    @property
    def status(self) -> int | None:
        """Of the main response."""

    @property
    def failure(self) -> Failure | None:
        """Why there is nothing to see."""


class Turns:
    """The turns of one site's captures: first the host's, then one of the run's slots."""

    def __init__(self, fetcher: Fetcher, slots: Slots, clock: Callable[[], datetime]) -> None:
        """Gates are the fetcher's; `clock` (aware) reads Retry-After dates."""
        self._fetcher, self._slots, self._clock = fetcher, slots, clock
        # One at a time waits for a slot: two that had passed the gate would begin without a delay between.
        self._queue = Lock()

    @asynccontextmanager
    async def at(self, url: str) -> AsyncIterator[Turn | None]:
        """A turn once it has come; None where the host is to be left alone for now."""
        async with AsyncExitStack() as held:
            held.enter_context(about(page=url))
            async with self._queue:
                entry = await self._fetcher.enter(url)
                turn = Turn(entry, self._clock) if entry else None
                if turn is not None:
                    held.push_async_callback(turn.end)
                    await held.enter_async_context(self._slots.page())
                else:
                    _log.info("host_left_alone")
            yield turn


class Turn:
    """One capture's entry until it is given back."""

    def __init__(self, entry: Entry, clock: Callable[[], datetime]) -> None:
        self._entry, self._clock = entry, clock
        self._answered: Answered | None = None
        self._pause = 0.0
        self._began = time.monotonic()

    def note(self, seen: Seen, headers: Iterable[tuple[str, str]] = ()) -> None:
        """Take in how the host answered; `headers` of a response, names in lower case."""
        self._answered = how_answered(seen)
        seconds = round(time.monotonic() - self._began, 2)
        what = type(seen).__name__
        _log.info("looked", what=what, seconds=seconds, status=seen.status, **failure_words(seen.failure))
        if seen.status in _BUSY:
            asked = retry_after_seconds(dict(headers).get("retry-after", ""), self._clock())
            self._pause = asked or _PAUSE_AFTER_REFUSAL

    async def end(self) -> None:
        """Give it back."""
        await self._entry.leave(self._answered, self._pause)


def how_answered(seen: Seen) -> Answered | None:
    """How a host took a capture; None where nobody knows, since a browser fails for reasons of its own."""
    timed_out = seen.failure is not None and seen.failure.reason is FailureReason.TIMEOUT
    if seen.status in _BUSY or timed_out:
        return Answered.SLOW_DOWN
    return Answered.WELL if seen.status is not None and seen.status < 500 else None
