from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Sequence

import pytest

from crawler import gates as module
from crawler.addresses import targets_of
from crawler.evidence import AuditSettings, Institution, settings_of
from crawler.fetch import Fetcher
from crawler.gates import Gates
from crawler.guard import EgressGuard
from crawler.own_pace import OwnPace
from crawler.politeness import Answered
from crawler.resolver import SystemResolver
from crawler.urls import SiteScope
from tests.crawler.servers import SiteServer, Steps

ADDRESSES = {
    "a.example": ["192.0.2.7"],
    "b.example": ["192.0.2.7", "192.0.2.8"],
    "c.example": ["192.0.2.9"],
}


async def resolver(host: str) -> Sequence[str]:
    if host not in ADDRESSES:
        raise socket.gaierror(socket.EAI_NONAME, "no such name")
    return ADDRESSES[host]


def gates(clock: Steps, rate: float = 10.0) -> Gates:
    return Gates(rate, 4, resolver=resolver, now=clock, sleep=clock.sleep)


async def ask(
    all_: Gates, url: str, times: int = 1, answered: Answered = Answered.WELL, retry_after: float = 0.0
) -> int:
    let_in = 0
    for _ in range(times):
        entry = await all_.enter(url)
        if entry is not None:
            let_in += 1
            await entry.leave(answered, retry_after)
    return let_in


@pytest.mark.parametrize(
    ("other", "seconds"),
    [
        ("http://b.example/", 1.9),  # the same server, whatever the scheme
        ("https://b.example/", 1.9),
        ("https://192.0.2.7/", 1.9),
        ("http://c.example/", 1.0),  # another one: both go at full rate, side by side
        ("http://b.example:8080/", 1.0),
    ],
)
async def test_hosts_on_one_address_share_its_rate(other: str, seconds: float) -> None:
    clock = Steps()
    all_ = gates(clock)
    for _ in range(10):
        await ask(all_, "http://a.example/")
        await ask(all_, other)
    assert clock.time == pytest.approx(seconds, abs=0.15)


async def test_no_more_at_once_on_one_address_than_on_one_host() -> None:
    all_ = gates(Steps(), rate=1000)
    entries = [await all_.enter(f"http://{host}.example/") for host in "abab"]
    fifth = asyncio.create_task(all_.enter("http://b.example/"))
    await asyncio.sleep(0.01)
    assert not fifth.done()
    assert entries[0] is not None
    await entries[0].leave(Answered.WELL)
    assert await fifth is not None


async def test_who_is_asked_for_less_slows_the_whole_server_down() -> None:
    clock = Steps()
    all_ = gates(clock)
    await ask(all_, "http://a.example/", 2, Answered.SLOW_DOWN)
    began = clock.time
    await ask(all_, "http://b.example/", 6)
    assert clock.time - began > 1.0  # 2.5 a second and recovering, where 10 had taken half a second
    began = clock.time
    await ask(all_, "http://c.example/", 6)
    assert clock.time - began == pytest.approx(0.5)


async def test_a_broken_site_does_not_shut_out_its_neighbours() -> None:
    clock = Steps()
    all_ = gates(clock)
    assert await ask(all_, "http://a.example/", 9, Answered.FAILED) == 5
    assert await ask(all_, "http://b.example/", 3) == 3


async def test_retry_after_binds_the_host_that_said_it() -> None:
    clock = Steps()
    all_ = gates(clock)
    await ask(all_, "http://a.example/", retry_after=60)
    await ask(all_, "http://b.example/")
    assert clock.time < 1
    await ask(all_, "http://a.example/")
    assert clock.time >= 60


async def test_a_host_without_an_address_has_only_its_own_gate() -> None:
    assert await ask(gates(Steps()), "http://nowhere.example/", 3) == 3


async def test_a_cancelled_wait_gives_its_place_back() -> None:
    all_ = gates(Steps(), rate=1000)
    entries = [await all_.enter("http://a.example/") for _ in range(4)]
    waiting = asyncio.create_task(all_.enter("http://b.example/"))
    await asyncio.sleep(0.01)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    for entry in entries:
        assert entry is not None
        await entry.leave(Answered.WELL)
    again = [await all_.enter("http://b.example/") for _ in range(4)]
    assert all(again)


async def test_gates_at_rest_are_forgotten_and_no_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_GATES", 8)
    clock = Steps()
    all_ = gates(clock)
    slowed = all_.of("http://slow.example/")
    await ask(all_, "http://slow.example/", 1, Answered.SLOW_DOWN)
    for number in range(50):
        clock.time += 1
        await ask(all_, f"http://h{number}.example/")
    assert all_.of("http://slow.example/") is slowed
    assert len(all_._hosts) <= 9


async def test_names_on_one_real_server_are_asked_as_one_host() -> None:
    async with SiteServer({"/": "<p>Teksts"}) as server:
        settings, shared = AuditSettings(seed=1, rate=20.0), SystemResolver()
        urls = [f"http://{name}.localhost:{server.port}/?{n}" for n in range(5) for name in "abcd"]
        async with (
            EgressGuard([one for url in urls for one in targets_of(url)], shared) as guard,
            Fetcher(settings, proxy=guard.url, resolver=shared) as fetcher,
        ):
            began = time.monotonic()
            answers = await asyncio.gather(*map(fetcher.get, urls))
            seconds = time.monotonic() - began
    assert all(answer.status == 200 for answer in answers), [answer.failure for answer in answers]
    assert seconds >= 19 / 20
    assert server.busiest <= 4


async def test_a_site_with_a_rate_of_its_own_keeps_it_and_the_others_keep_theirs() -> None:
    clock = Steps()
    all_ = gates(clock, rate=10)
    pace = OwnPace(2.0, SiteScope.of("http://a.example/"))
    for _ in range(5):
        entry = await all_.enter("http://a.example/", pace.at("http://a.example/"))
        assert entry is not None
        await entry.leave(Answered.WELL)
    assert clock.time == pytest.approx(2.0, abs=0.1)
    await ask(all_, "http://c.example/", 11)
    assert clock.time == pytest.approx(3.0, abs=0.1)


async def test_of_two_sites_at_one_host_the_gentler_holds_and_a_server_bears_the_fastest_of_its_hosts() -> (
    None
):
    all_ = gates(Steps(), rate=10)
    rates = [all_.of("http://a.example/", rate).rate for rate in (20.0, 5.0, 20.0)]
    assert rates == [20.0, 5.0, 5.0]
    clock = Steps()
    fast = gates(clock, rate=10)
    for _ in range(41):
        entry = await fast.enter("http://c.example/", 20.0)
        assert entry is not None
        await entry.leave(Answered.WELL)
    assert clock.time == pytest.approx(2.0, abs=0.1)


@pytest.mark.parametrize(("own", "there"), [(1.0, 1.0), (50.0, 5.0), (None, None)])
def test_where_an_address_leads_nobody_is_asked_harder_than_by_the_run(
    own: float | None, there: float | None
) -> None:
    settings = {} if own is None else {"rate": own}
    institution = Institution(url="https://old.example.lv/", own_settings=settings)
    pace = OwnPace.of(institution, settings_of(institution, AuditSettings(seed=1)))
    pace.reached(SiteScope.of("https://new.example.com/"), 5.0)
    assert pace.at("https://www.example.lv/x") == own
    assert pace.at("https://new.example.com/") == there
    assert pace.at("https://third.example.org/") is None
