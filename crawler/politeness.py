"""How hard one host may be asked: concurrency, rate and pauses that follow how it answers.

Clock and sleep are parameters, so that what takes minutes of politeness is tested in no time.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import Enum

import msgspec

MAX_PAUSE = 120.0
"""Seconds: a longer Retry-After is cut to this."""
_LOWEST_RATE = 0.1
_STEPS_TO_RECOVER = 50
_FAILURES_TO_OPEN = 5
_FIRST_BREAK = 30.0
_LONGEST_BREAK = 300.0

Sleep = Callable[[float], Awaitable[None]]


class Answered(Enum):
    """How a host took a request."""

    WELL = "well"
    """Any answer that is not one of the others, 404 included."""
    SLOW_DOWN = "slow_down"
    """429, 503 or a time-out: it has too much to do."""
    FAILED = "failed"
    """No connection, a lost one, or another 5xx."""


class Ticket(msgspec.Struct, frozen=True):
    """Leave to send one request; given back with how it was answered."""

    started: float


class HostGate:
    """One host's adaptive limits (additive increase, multiplicative decrease, RFC 5681's idea).

    `rate` requests a second and `concurrency` requests at once are the ceiling. Both halve when the host
    asks for less, once for all requests then under way, and come back in small steps. Five failures in a
    row open the circuit: nobody is let through for 30 s, then one request, and so on, ever longer.
    """

    def __init__(
        self,
        rate: float,
        concurrency: int,
        *,
        now: Callable[[], float] = time.monotonic,
        sleep: Sleep = asyncio.sleep,
        breaks: bool = True,
    ) -> None:
        """`breaks`: whether failures open the circuit."""
        self._breaks = breaks
        self._full_rate = rate
        self._full_concurrency = concurrency
        self._now = now
        self._sleep = sleep
        self.rate = rate
        self.delay_floor = 0.0
        self._next_slot = 0.0
        self._under_way = 0
        self._freed = asyncio.Condition()
        self._halved_at = float("-inf")
        self._failures = 0
        self._break = _FIRST_BREAK
        self._closed_until = float("-inf")

    @property
    def concurrency(self) -> int:
        """Requests allowed at once now."""
        return max(1, round(self._full_concurrency * self.rate / self._full_rate))

    @property
    def ceiling(self) -> float:
        """Requests a second that it lets through where nothing is wrong."""
        return self._full_rate

    def set_ceiling(self, rate: float) -> None:
        """Another ceiling; a host that was slowed down goes on from where it is."""
        was_full = self.rate == self._full_rate
        self._full_rate = rate
        self.rate = rate if was_full else min(self.rate, rate)

    @property
    def is_open(self) -> bool:
        """Whether the circuit is open: asking is of no use now."""
        return (
            self._breaks
            and self._failures >= _FAILURES_TO_OPEN
            and (self._now() < self._closed_until or self._under_way > 0)
        )

    @property
    def is_at_rest(self) -> bool:
        """Whether a new gate would do what this one does."""
        is_fresh = self._failures == 0 and self.rate == self._full_rate and self.delay_floor == 0
        return is_fresh and self._under_way == 0 and self._now() >= self._next_slot

    def ask_anew(self) -> None:
        """Closes an open circuit, until one more failure: another audit must not speak by what an earlier
        one met. Rate and pauses that the host asked for stay.
        """
        self._failures = min(self._failures, _FAILURES_TO_OPEN - 1)

    def keep_delay(self, seconds: float) -> None:
        """At least so long between two requests, as Crawl-delay asks."""
        self.delay_floor = max(self.delay_floor, seconds)

    async def enter(self) -> Ticket | None:
        """Wait for one's turn; None where the circuit is open."""
        async with self._freed:
            while not self.is_open and self._under_way >= self.concurrency:
                await self._freed.wait()
            if self.is_open:
                return None
            self._under_way += 1
        try:
            await self._wait_for_slot()
        except BaseException:
            await self._leave()
            raise
        return Ticket(self._now())

    async def leave(self, ticket: Ticket, answered: Answered | None, retry_after: float = 0.0) -> None:
        """Give the ticket back. `answered` None: nobody knows (interrupted). `retry_after` in seconds."""
        if answered is Answered.WELL:
            self._recover()
        elif answered is not None:
            self._count_failure(ticket, answered)
        if retry_after > 0:
            self._next_slot = max(self._next_slot, self._now() + min(retry_after, MAX_PAUSE))
        await self._leave()

    async def _leave(self) -> None:
        async with self._freed:
            self._under_way -= 1
            self._freed.notify_all()

    async def _wait_for_slot(self) -> None:
        while (wait := self._next_slot - self._now()) > 0:
            await self._sleep(wait)
        # No await between seeing the slot free and taking it: no two requests share it.
        self._next_slot = self._now() + max(1 / self.rate, self.delay_floor)

    def _recover(self) -> None:
        self._failures = 0
        self._break = _FIRST_BREAK
        self.rate = min(self._full_rate, self.rate + self._full_rate / _STEPS_TO_RECOVER)

    def _count_failure(self, ticket: Ticket, answered: Answered) -> None:
        if answered is Answered.SLOW_DOWN and ticket.started >= self._halved_at:
            self.rate = max(min(_LOWEST_RATE, self._full_rate), self.rate / 2)
            self._halved_at = self._now()
        self._failures += 1
        if self._failures == _FAILURES_TO_OPEN:
            self._closed_until = self._now() + self._break
        elif self._failures > _FAILURES_TO_OPEN and ticket.started >= self._closed_until:
            self._break = min(2 * self._break, _LONGEST_BREAK)
            self._closed_until = self._now() + self._break


def retry_after_seconds(value: str, now: datetime) -> float:
    """Seconds to wait by a Retry-After header (RFC 9110 section 10.2.3: seconds or an HTTP date).

    0.0 for nothing, nonsense and the past. `now` is aware.
    """
    text = value.strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        date = parsedate_to_datetime(text)
    except ValueError:
        return 0.0
    aware = date if date.tzinfo else date.replace(tzinfo=UTC)
    return max(0.0, (aware - now).total_seconds())
