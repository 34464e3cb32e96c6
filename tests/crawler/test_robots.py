from __future__ import annotations

import pytest

from crawler.evidence import AuditSettings, FailureReason, RobotsPolicy
from crawler.fetch import Fetcher
from crawler.robots import Robots, fetch_robots, robots_failure
from tests.crawler.servers import Answer, SiteServer, Steps, redirect


async def robots_of(server: SiteServer, policy: RobotsPolicy = RobotsPolicy.RESPECT) -> Robots:
    async with Fetcher(
        AuditSettings(seed=1, rate=1000, timeout=5), now=(steps := Steps()), sleep=steps.sleep
    ) as fetcher:
        return await fetch_robots(fetcher, f"{server.url}/some/page", policy)


def text(body: str) -> Answer:
    return Answer(body, type="text/plain")


async def test_the_group_of_our_name_goes_before_the_one_for_all() -> None:
    rules = text(
        "User-agent: *\nDisallow: /\n\nUser-agent: Eindekss\nDisallow: /private\nAllow: /private/open$\n"
        "Crawl-delay: 2.5\nSitemap: https://ex.lv/map.xml"
    )
    async with SiteServer({"/robots.txt": rules}) as server:
        robots = await robots_of(server)
    assert not robots.forbids(f"{server.url}/a")
    assert robots.forbids(f"{server.url}/private/x")
    assert not robots.forbids(f"{server.url}/private/open")
    assert robots.record.crawl_delay == 2.5
    assert robots.record.sitemaps == ("https://ex.lv/map.xml",)
    assert not robots.record.disallows_all
    assert (robots.record.status, robots.record.url) == (200, f"{server.url}/robots.txt")


async def test_a_shut_site_is_respected_or_only_recorded() -> None:
    async with SiteServer({"/robots.txt": text("User-agent: *\nDisallow: /")}) as server:
        respected = await robots_of(server)
        ignored = await robots_of(server, RobotsPolicy.IGNORE)
    assert respected.forbids(f"{server.url}/")
    assert not ignored.forbids(f"{server.url}/")
    assert respected.record.disallows_all
    assert ignored.record.disallows_all
    assert ignored.record.policy is RobotsPolicy.IGNORE
    assert "Disallow: /" in ignored.record.text
    assert robots_failure(respected.record).reason is FailureReason.ROBOTS_DISALLOWED


@pytest.mark.parametrize("status", [401, 403, 404, 410, 429])
async def test_none_to_be_had_allows_all(status: int) -> None:
    async with SiteServer({"/robots.txt": Answer("User-agent: *\nDisallow: /", status=status)}) as server:
        robots = await robots_of(server)
    assert not robots.forbids(f"{server.url}/a")
    assert (robots.record.failure, robots.record.text, robots.record.status) == (None, "", status)


@pytest.mark.parametrize("status", [500, 502, 503])
async def test_a_failing_server_forbids_all_and_the_reason_is_kept(status: int) -> None:
    async with SiteServer({"/robots.txt": Answer(status=status)}) as server:
        robots = await robots_of(server)
    assert robots.forbids(f"{server.url}/a")
    assert robots.record.disallows_all
    assert robots.record.failure is not None
    failure = robots_failure(robots.record)
    assert failure.reason is FailureReason.ROBOTS_DISALLOWED
    assert str(status) in failure.detail


async def test_a_host_out_of_reach_forbids_all_for_its_own_reason() -> None:
    async with SiteServer() as gone:
        pass
    robots = await robots_of(gone)
    assert robots.forbids(f"{gone.url}/")
    assert robots_failure(robots.record).reason is FailureReason.CONNECTION_REFUSED


@pytest.mark.parametrize(("redirects", "forbidden"), [(5, True), (6, False)])
async def test_redirects_are_followed_five_times(redirects: int, forbidden: bool) -> None:
    async with SiteServer({"/robots.txt": redirect("/1")}) as server:
        server.routes.update({f"/{number}": redirect(f"/{number + 1}") for number in range(1, redirects)})
        server.routes[f"/{redirects}"] = text("User-agent: *\nDisallow: /")
        assert (await robots_of(server)).forbids(f"{server.url}/a") == forbidden


async def test_only_the_first_512_kib_count() -> None:
    filler = "#" + "x" * 1022 + "\n"
    body = "User-agent: *\nDisallow: /early\n" + filler * 600 + "Disallow: /late\n"
    async with SiteServer({"/robots.txt": text(body)}) as server:
        robots = await robots_of(server)
    assert robots.forbids(f"{server.url}/early")
    assert not robots.forbids(f"{server.url}/late")
    assert len(robots.record.text) == 512 * 1024


@pytest.mark.parametrize(
    "body", ["", "<html><h1>Sveiki</h1>", "\x00\xff garbage: : :", "Disallow: /", "Crawl-delay: soon"]
)
async def test_nonsense_forbids_nothing(body: str) -> None:
    async with SiteServer({"/robots.txt": body}) as server:
        assert not (await robots_of(server)).forbids(f"{server.url}/a")
