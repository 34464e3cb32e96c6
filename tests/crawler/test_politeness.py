from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest

from crawler.politeness import MAX_PAUSE, Answered, HostGate, retry_after_seconds


class Time:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        assert seconds > 0
        self.now += seconds
        await asyncio.sleep(0)


def gate(time: Time, rate: float = 10.0, concurrency: int = 4) -> HostGate:
    return HostGate(rate, concurrency, now=time, sleep=time.sleep)


async def ask(host: HostGate, answered: Answered, times: int = 1, retry_after: float = 0.0) -> None:
    for _ in range(times):
        ticket = await host.enter()
        assert ticket is not None
        await host.leave(ticket, answered, retry_after)


async def test_requests_keep_the_rate() -> None:
    time = Time()
    await ask(gate(time, rate=4), Answered.WELL, times=9)
    assert time.now == pytest.approx(102.0)


async def test_no_more_requests_at_once_than_allowed() -> None:
    time = Time()
    host = gate(time, concurrency=3)
    tickets = [await host.enter() for _ in range(3)]
    fourth = asyncio.create_task(host.enter())
    await asyncio.sleep(0.01)
    assert not fourth.done()
    assert tickets[0] is not None
    await host.leave(tickets[0], Answered.WELL)
    assert await fourth is not None


async def test_slowing_down_halves_rate_and_concurrency_once_for_what_was_under_way() -> None:
    time = Time()
    host = gate(time, rate=8)
    tickets = [await host.enter() for _ in range(4)]
    time.now += 1
    for ticket in tickets:
        assert ticket is not None
        await host.leave(ticket, Answered.SLOW_DOWN)
    assert (host.rate, host.concurrency) == (4, 2)


async def test_recovers_in_small_steps_up_to_the_ceiling() -> None:
    time = Time()
    host = gate(time, rate=10)
    await ask(host, Answered.SLOW_DOWN)
    assert host.rate == 5
    await ask(host, Answered.WELL)
    assert host.rate == pytest.approx(5.2)
    await ask(host, Answered.WELL, times=60)
    assert (host.rate, host.concurrency) == (10, 4)


async def test_never_slower_than_one_request_in_ten_seconds() -> None:
    time = Time()
    host = gate(time, rate=1)
    for _ in range(20):
        await ask(host, Answered.SLOW_DOWN)
        await ask(host, Answered.WELL)
    for _ in range(4):
        await ask(host, Answered.SLOW_DOWN)
    assert 0.1 <= host.rate < 0.2


async def test_retry_after_is_waited_for_and_capped() -> None:
    time = Time()
    host = gate(time)
    await ask(host, Answered.SLOW_DOWN, retry_after=7)
    await ask(host, Answered.WELL)
    assert time.now == pytest.approx(107)
    await ask(host, Answered.SLOW_DOWN, retry_after=86_400)
    await ask(host, Answered.WELL)
    assert time.now == pytest.approx(107 + MAX_PAUSE, abs=1)


async def test_a_crawl_delay_is_a_floor() -> None:
    time = Time()
    host = gate(time, rate=100)
    host.keep_delay(2)
    host.keep_delay(1)
    await ask(host, Answered.WELL, times=4)
    assert time.now == pytest.approx(106)


async def test_failures_in_a_row_open_the_circuit_and_one_request_probes_it() -> None:
    time = Time()
    host = gate(time)
    await ask(host, Answered.FAILED, times=4)
    assert bool(host.is_open) is False
    await ask(host, Answered.FAILED)
    assert bool(host.is_open) is True
    assert await host.enter() is None
    time.now += 31
    probe = await host.enter()
    assert probe is not None
    assert await host.enter() is None  # one probe at a time
    await host.leave(probe, Answered.WELL)
    assert bool(host.is_open) is False
    await ask(host, Answered.WELL, times=3)


async def test_a_failed_probe_opens_the_circuit_for_twice_as_long() -> None:
    time = Time()
    host = gate(time)
    await ask(host, Answered.FAILED, times=5)
    time.now += 31
    await ask(host, Answered.FAILED)
    time.now += 40
    assert await host.enter() is None
    time.now += 21
    assert await host.enter() is not None


async def test_an_audit_that_begins_is_let_through_and_one_more_failure_opens_the_circuit_again() -> None:
    time = Time()
    host = gate(time)
    await ask(host, Answered.FAILED, times=5)
    host.ask_anew()
    desktop, phone = await host.enter(), await host.enter()
    assert desktop is not None
    assert phone is not None
    await host.leave(desktop, Answered.FAILED)
    assert await host.enter() is None
    await host.leave(phone, Answered.WELL)
    assert await host.enter() is not None


async def test_an_answer_between_failures_keeps_the_circuit_closed() -> None:
    host = gate(Time())
    for _ in range(5):
        await ask(host, Answered.FAILED, times=4)
        await ask(host, Answered.WELL)
    assert bool(host.is_open) is False


async def test_those_who_wait_are_sent_away_when_the_circuit_opens() -> None:
    host = gate(Time(), concurrency=1)
    await ask(host, Answered.FAILED, times=4)
    last = await host.enter()
    waiting = [asyncio.create_task(host.enter()) for _ in range(3)]
    await asyncio.sleep(0.01)
    assert last is not None
    await host.leave(last, Answered.FAILED)
    assert await asyncio.gather(*waiting) == [None] * 3


async def test_a_cancelled_wait_gives_its_place_back() -> None:
    async def for_ever(seconds: float) -> None:
        await asyncio.Event().wait()

    host = HostGate(1, 1, sleep=for_ever)
    ticket = await host.enter()
    assert ticket is not None
    await host.leave(ticket, None)
    waiting = asyncio.create_task(host.enter())
    await asyncio.sleep(0.01)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    assert host._under_way == 0


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120.0),
        (" 5 ", 5.0),
        ("Sat, 21 Nov 2026 00:01:30 GMT", 90.0),
        ("Fri, 20 Nov 2026 00:00:00 GMT", 0.0),
        ("", 0.0),
        ("soon", 0.0),
        ("-5", 0.0),
        ("1e9", 0.0),
        ("Sat, 21 Nov 2026 00:00:30", 30.0),
        ("²", 0.0),
    ],
)
def test_retry_after_is_seconds_or_a_date(value: str, seconds: float) -> None:
    assert retry_after_seconds(value, datetime(2026, 11, 21, tzinfo=UTC)) == seconds
