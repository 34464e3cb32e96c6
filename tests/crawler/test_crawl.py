from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import msgspec
import pytest

from crawler.addresses import targets_of
from crawler.crawl import crawl
from crawler.evidence import (
    AuditSettings,
    Crawl,
    FailureReason,
    Institution,
    RobotsPolicy,
    SkipReason,
)
from crawler.fetch import Fetcher
from crawler.guard import EgressGuard
from tests.crawler.servers import Answer, Asked, Route, SiteServer, Steps, redirect

FAST = AuditSettings(seed=1, rate=100_000, timeout=5)
NOW = datetime(2026, 11, 21, tzinfo=UTC)


def page(*links: str, title: str = "t", more: str = "") -> str:
    anchors = "".join(f"<a href='{link}'>x</a>" for link in links)
    return f"<!doctype html><html lang=lv><title>{title}</title><h1>{title}</h1>{anchors}{more}"


def text(body: str) -> Answer:
    return Answer(body, type="text/plain")


async def crawled(
    server: SiteServer,
    path: str = "/",
    settings: AuditSettings = FAST,
    *,
    allowed_hosts: tuple[str, ...] = (),
    seeds: Sequence[str] = (),
    stop: asyncio.Event | None = None,
) -> Crawl:
    steps = Steps()
    institution = Institution(url=f"{server.url}{path}", allowed_hosts=allowed_hosts)
    async with Fetcher(settings, now=steps, sleep=steps.sleep) as fetcher:
        return await crawl(institution, settings, fetcher, seeds=seeds, stop=stop, clock=lambda: NOW)


async def crawl_of(routes: Mapping[str, Route], settings: AuditSettings = FAST) -> tuple[Crawl, SiteServer]:
    async with SiteServer(routes) as server:
        return await crawled(server, settings=settings), server


def paths(urls: Sequence[str]) -> list[str]:
    return ["/" + url.split("/", 3)[3] for url in urls]


def fetched(result: Crawl) -> list[str]:
    return paths([one.url for one in result.urls])


def skipped(result: Crawl) -> dict[str, str]:
    return {url: one.reason.value for one in result.skipped for url in paths([one.url])}


async def test_goes_breadth_first_in_order_of_discovery() -> None:
    result, server = await crawl_of(
        {
            "/": page("/b", "/a", title="Home"),
            "/b": page("/b1", "/a1"),
            "/a": page("/a1", "/"),
            "/a1": page(),
            "/b1": page("/deep"),
            "/deep": page(),
        },
    )
    assert fetched(result) == ["/", "/b", "/a", "/b1", "/a1", "/deep"]
    assert [one.depth for one in result.urls] == [0, 1, 1, 2, 2, 3]
    assert paths([one.found_on for one in result.urls[1:]]) == ["/", "/", "/b", "/b", "/b1"]
    assert (result.failure, result.truncated) == (None, False)
    assert paths(result.known_urls) == ["/", "/a", "/a1", "/b", "/b1", "/deep"]
    assert result.site == f"127.0.0.1:{server.port}"
    home = result.urls[0]
    assert (home.title, home.heading, home.lang, home.status, home.is_page) == (
        "Home",
        "Home",
        "lv",
        200,
        True,
    )
    assert home.size == len(page("/b", "/a", title="Home"))


async def test_the_order_does_not_depend_on_timing() -> None:
    chance = random.Random(7)
    graph = {f"/{n}": [f"/{m}" for m in chance.sample(range(80), 6)] for n in range(80)}
    variants = [f"/?p={n}" for n in range(60)]

    async def once(seed: int) -> Crawl:
        delays = random.Random(seed)

        def slow(asked: Asked) -> Answer:
            return Answer(page(*graph.get(asked.target, [])), delay=delays.random() / 100)

        routes: dict[str, Route] = dict.fromkeys(graph, slow)
        routes["/"] = lambda asked: (
            Answer(page("/0", *variants), delay=0.01) if asked.target == "/" else Answer(page("/79"))
        )
        async with SiteServer(routes) as server:
            return await crawled(server, settings=msgspec.structs.replace(FAST, max_urls=70))

    results = [await once(seed) for seed in range(3)]
    assert len({tuple(fetched(result)) for result in results}) == 1
    assert len({tuple(paths(result.known_urls)) for result in results}) == 1
    assert len([one for one in results[0].urls if one.is_page]) == 70


async def test_no_more_requests_at_once_than_the_settings_allow() -> None:
    routes: dict[str, Route] = {f"/{n}": Answer(page(), delay=0.02) for n in range(20)}
    routes["/"] = page(*routes)
    _, server = await crawl_of(routes, msgspec.structs.replace(FAST, host_concurrency=3))
    assert server.busiest == 3


async def test_the_page_cap_ends_the_crawl_and_the_rest_stays_known() -> None:
    routes: dict[str, Route] = {f"/{n}": page(f"/x{n}") for n in range(10)}
    routes["/"] = page(*routes)
    result, _ = await crawl_of(routes, msgspec.structs.replace(FAST, max_urls=4))
    assert fetched(result) == ["/", "/0", "/1", "/2"]
    assert result.truncated
    assert result.skipped_counts == {"page_cap": 10}
    assert set(paths(result.known_urls)) == {"/", *routes, "/x0", "/x1", "/x2"}


async def test_the_depth_cap_holds_and_what_lies_beyond_stays_known() -> None:
    routes: dict[str, Route] = {f"/{n}": page(f"/{n + 1}") for n in range(9)}
    result, _ = await crawl_of({"/": page("/0"), **routes}, msgspec.structs.replace(FAST, max_depth=2))
    assert fetched(result) == ["/", "/0", "/1"]
    assert skipped(result) == {"/2": "too_deep"}
    assert paths(result.known_urls) == ["/", "/0", "/1", "/2"]


async def test_a_site_of_errors_ends() -> None:
    async with SiteServer({"/": page(*(f"/gone{n}" for n in range(500)))}) as server:
        result = await crawled(server, settings=msgspec.structs.replace(FAST, max_urls=10))
    assert len(server.asked) <= 60
    assert result.truncated
    assert result.urls[1].failure is not None
    assert result.urls[1].failure.reason is FailureReason.HTTP_404
    assert "/gone0" not in paths(result.known_urls)


async def test_other_hosts_documents_and_traps_are_left_with_their_reason() -> None:
    calendar = "/cal?year=2090&month=5"
    result, server = await crawl_of(
        {
            "/": page(
                "https://other.lv/o",
                "/a.pdf",
                "/B.DOCX?x",
                "/a.pdf#2",
                "/i.jpg",
                calendar,
                "/x/y/x/y/x/y/",
                "/p?PHPSESSID=1",
                "/p?PHPSESSID=2",
                f"/{'l' * 2000}",
                "http://a b/x",
                "mailto:a@b.lv",
                "/ok",
            ),
            "/p": page(),
            "/ok": page("http://a b/x", "https://other.lv/?PHPSESSID=1"),
        },
    )
    assert fetched(result) == ["/", "/p", "/ok"]
    assert skipped(result) == {
        "/o": "out_of_scope",
        "/": "out_of_scope",
        "/x": "invalid_url",
        "/a.pdf": "document",
        "/B.DOCX?x": "document",
        "/i.jpg": "document",
        calendar: "calendar_trap",
        "/x/y/x/y/x/y/": "path_loop",
        "/p?PHPSESSID=1": "session_id",
        f"/{'l' * 2000}": "url_too_long",
    }
    assert result.skipped_counts["invalid_url"] == 1
    assert result.documents == {"doc": 1, "image": 1, "pdf": 1}
    assert all("PHPSESSID" not in target for target in server.targets)


async def test_documents_without_a_telling_name_are_counted_and_not_read() -> None:
    async def endless(asked: Asked, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/pdf\r\n\r\n")
        while True:
            writer.write(b"%PDF" * 1000)
            await writer.drain()
            await asyncio.sleep(0.01)

    routes: dict[str, Route] = {
        "/": page("/download?id=1", "/again", "/save", "/b"),
        "/again": redirect("/download?id=1"),
        "/b": page(),
        "/save": Answer(page(), headers={"Content-Disposition": "attachment; filename=a.html"}),
    }
    async with SiteServer(routes) as server:
        server.raw["/download"] = endless
        result = await crawled(server)
    reasons = {
        path: one.failure and one.failure.reason
        for path, one in zip(fetched(result), result.urls, strict=True)
    }
    assert reasons == {
        "/": None,
        "/download?id=1": "not_html",
        "/again": "not_html",
        "/save": "download",
        "/b": None,
    }
    assert result.documents == {"other": 1, "pdf": 1}
    assert paths(result.known_urls) == ["/", "/b"]


async def test_many_pages_behind_one_script_are_all_found_but_facets_are_capped() -> None:
    articles = [f"/index.php?id={n}" for n in range(100)]
    facets = [f"/shop?a={n}&b={m}&c=1&d=1&e=1" for n in range(10) for m in range(10)]
    result, _ = await crawl_of({"/": page(*facets, *articles), "/index.php": page(), "/shop": page()})
    assert set(articles) <= set(fetched(result))
    assert sum(url.startswith("/shop") for url in fetched(result)) == 30
    assert result.skipped_counts == {"query_variants": 70}


async def test_skips_are_kept_to_a_cap_and_counted_in_full() -> None:
    result, _ = await crawl_of({"/": page(*(f"https://o{n}.lv/" for n in range(900)), "/a.pdf")})
    assert result.skipped_counts == {"document": 1, "out_of_scope": 900}
    assert len(result.skipped) == 401
    assert result.skipped[-1].reason is SkipReason.DOCUMENT


async def test_a_directory_and_its_index_page_are_one_page_where_they_are_the_same() -> None:
    home = page("/index.html", "/b/", "/b/index.php", "/c")
    routes = {"/": home, "/index.html": home, "/b/": page("/d"), "/b/index.php": page(), "/c": home}
    result, _ = await crawl_of({**routes, "/d": page()})
    assert fetched(result) == ["/", "/index.html", "/b/", "/b/index.php", "/c", "/d"]
    assert paths(result.known_urls) == ["/", "/b/", "/b/index.php", "/c", "/d"]


async def test_duplicates_by_redirect_are_one_page() -> None:
    result, _ = await crawl_of({"/": page("/old", "/new"), "/old": redirect("/new", 301), "/new": page()})
    assert fetched(result) == ["/", "/old", "/new"]
    assert paths([one.final_url for one in result.urls]) == ["/", "/new", "/new"]
    assert paths(result.urls[1].redirects) == ["/old"]
    assert paths(result.known_urls) == ["/", "/new"]


async def test_feeds_frames_refreshes_and_bases_lead_on() -> None:
    more = (
        "<base href='/dir/'><link rel=alternate type=application/rss+xml href=/feed>"
        "<iframe src=frame></iframe>"
        "<meta http-equiv=refresh content='60; url=/later'>"
    )
    result, _ = await crawl_of(
        {"/": page("here", more=more), "/dir/here": page(), "/dir/frame": page(), "/later": page()}
    )
    assert fetched(result) == ["/", "/dir/here", "/dir/frame", "/later"]
    assert paths(result.feeds) == ["/feed"]


# Sitemaps


async def test_sitemaps_are_found_by_robots_txt_and_by_name() -> None:
    async with SiteServer({"/": page("/linked"), "/linked": page()}) as server:
        for path in ("/m1", "/m2", "/s", "/m-doc.pdf"):
            server.routes[path] = page()
        robots = f"User-agent: *\nDisallow: /shut\nSitemap: {server.url}/my-map.xml\nSitemap: https://other.lv/map.xml"
        server.routes["/robots.txt"] = text(robots)
        server.routes["/my-map.xml"] = text(f"{server.url}/m1\n{server.url}/m-doc.pdf\n{server.url}/shut/1\n")
        server.routes["/sitemap.xml"] = Answer(
            f"<urlset><url><loc>{server.url}/m2</loc></url><url><loc>{server.url}/linked</loc></url></urlset>",
            type="application/xml",
        )
        result = await crawled(server)
    assert fetched(result) == ["/", "/linked", "/m1", "/m2"]
    assert result.sitemap_urls == 5
    assert skipped(result) == {"/m-doc.pdf": "document", "/shut/1": "robots_disallowed"}
    assert paths(result.known_urls) == ["/", "/linked", "/m1", "/m2"]
    assert len(result.robots.sitemaps) == 2


async def test_a_large_sitemap_fills_the_population_beyond_the_cap() -> None:
    async with SiteServer({"/": page()}) as server:
        server.fallback = page()
        server.routes["/robots.txt"] = text("User-agent: *\nDisallow: /p1")
        server.routes["/sitemap.xml"] = text("\n".join(f"{server.url}/p{n}" for n in range(3000)))
        began = time.monotonic()
        result = await crawled(server, settings=msgspec.structs.replace(FAST, max_urls=5))
        assert time.monotonic() - began < 4
    assert len([one for one in result.urls if one.is_page]) == 5
    allowed = {f"/p{n}" for n in range(3000) if not f"{n}".startswith("1")}
    assert set(paths(result.known_urls)) == {"/", *allowed}
    assert result.truncated


# robots.txt


async def test_pages_that_robots_txt_forbids_are_recorded_and_never_members() -> None:
    routes: dict[str, Route] = {
        "/robots.txt": text("User-agent: *\nDisallow: /shut"),
        "/": page("/shut", "/to-shut", "/open"),
        "/to-shut": redirect("/shut"),
        "/open": page(),
        "/shut": page(),
    }
    result, server = await crawl_of(routes)
    assert "/shut" not in server.targets
    assert skipped(result) == {"/shut": "robots_disallowed"}
    assert result.urls[1].failure is not None
    assert result.urls[1].failure.reason is FailureReason.ROBOTS_DISALLOWED
    assert paths(result.known_urls) == ["/", "/open"]
    ignoring, _ = await crawl_of(routes, msgspec.structs.replace(FAST, robots=RobotsPolicy.IGNORE))
    assert paths(ignoring.known_urls) == ["/", "/open", "/shut"]
    assert ignoring.robots.policy is RobotsPolicy.IGNORE
    assert "Disallow: /shut" in ignoring.robots.text


async def test_a_shut_site_is_not_entered_unless_told_to() -> None:
    routes: dict[str, Route] = {"/robots.txt": text("User-agent: *\nDisallow: /"), "/": page()}
    result, server = await crawl_of(routes)
    assert result.failure is not None
    assert result.failure.reason is FailureReason.ROBOTS_DISALLOWED
    assert result.robots.disallows_all
    assert server.targets == ["/robots.txt"]
    assert skipped(result) == {"/": "robots_disallowed"}
    ignoring, _ = await crawl_of(routes, msgspec.structs.replace(FAST, robots=RobotsPolicy.IGNORE))
    assert (ignoring.failure, paths(ignoring.known_urls)) == (None, ["/"])


@pytest.mark.parametrize(("cap", "least"), [(10.0, 3 * 3.0), (1.0, 3 * 1.0)])
async def test_a_crawl_delay_is_kept_up_to_the_cap(cap: float, least: float) -> None:
    steps = Steps()
    settings = msgspec.structs.replace(FAST, crawl_delay_cap=cap)
    routes: dict[str, Route] = {
        "/robots.txt": text("User-agent: *\nCrawl-delay: 3"),
        "/": page("/a"),
        "/a": page(),
    }
    async with SiteServer(routes) as server, Fetcher(settings, now=steps, sleep=steps.sleep) as fetcher:
        result = await crawl(Institution(url=server.url), settings, fetcher)
    assert result.robots.crawl_delay == 3
    assert len(server.asked) == 4  # robots.txt, /, sitemap.xml, /a
    assert least - 1 * cap <= steps.time <= least + 0.1


# The start


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (Answer(status=404), "http_404"),
        (Answer(status=401), "http_401"),
        (Answer(status=403), "http_403"),
        (Answer(status=500), "http_5xx"),
        (Answer(b"%PDF", type="application/pdf"), "not_html"),
        (redirect("/"), "redirect_loop"),
        (Answer(page(), headers={"Content-Disposition": "attachment"}), "download"),
        (
            Answer("<title>Just a moment...</title>", status=403, headers={"cf-mitigated": "challenge"}),
            "challenge_page",
        ),
        (Answer("<title>Just a moment...</title><script>window._cf_chl_opt={}</script>"), "challenge_page"),
        (Answer(b"x" * 11_000_000), "too_large"),
        (redirect("mailto:a@b.lv"), "invalid_url"),
    ],
)
async def test_a_start_that_gives_no_page_says_why(answer: Answer, reason: str) -> None:
    result, _ = await crawl_of({"/": answer})
    assert result.failure is not None
    assert result.failure.reason == reason
    assert result.known_urls == ()
    assert result.urls[0].failure == result.failure


@pytest.mark.parametrize("url", ["", "nonsense", "ftp://ex.lv/", "http://a b/"])
async def test_no_url_is_a_failure_and_no_request(url: str) -> None:
    async with Fetcher(FAST) as fetcher:
        result = await crawl(Institution(url=url), FAST, fetcher)
    assert result.failure is not None
    assert result.failure.reason is FailureReason.INVALID_URL


@pytest.mark.parametrize(
    ("url", "reason"),
    [("http://nowhere.invalid/", "unknown_host"), ("https://inside.lv/", "address_refused")],
)
async def test_hosts_out_of_reach_are_told_by_their_own_reason(url: str, reason: str) -> None:
    async def resolver(host: str) -> list[str]:
        if host == "inside.lv":
            return ["192.168.0.1"]
        raise OSError("no such host")

    async with EgressGuard(resolver=resolver) as guard, Fetcher(FAST, proxy=guard.url) as fetcher:
        result = await crawl(Institution(url=url), FAST, fetcher)
    assert result.failure is not None
    assert result.failure.reason == reason
    assert result.urls == ()


async def test_the_site_becomes_that_of_the_address_that_it_moved_to() -> None:
    async with (
        SiteServer() as old,
        SiteServer({"/lv": page("/a"), "/a": page(old_link := "/b"), "/b": page()}) as new,
    ):
        old.routes["/"] = redirect(f"{new.url}/lv", 301)
        result = await crawled(old)
    assert old_link in fetched(result)
    assert result.failure is None
    assert result.site == f"127.0.0.1:{new.port}"
    assert result.start_url == f"{old.url}/"
    assert result.urls[0].final_url == f"{new.url}/lv"
    assert result.robots.url == f"{new.url}/robots.txt"


async def test_robots_txt_of_the_new_address_is_asked_before_it() -> None:
    shut: dict[str, Route] = {"/": page(), "/robots.txt": text("User-agent: *\nDisallow: /")}
    async with SiteServer(shut) as new, SiteServer({"/": redirect(new.url)}) as old:
        result = await crawled(old)
    assert result.failure is not None
    assert result.failure.reason is FailureReason.ROBOTS_DISALLOWED
    assert new.targets == ["/robots.txt"]


async def test_a_login_elsewhere_is_no_new_address() -> None:
    async with (
        SiteServer({"/login": page()}) as login,
        SiteServer({"/": redirect(f"{login.url}/login?x=1")}) as server,
    ):
        result = await crawled(server)
    assert result.failure is not None
    assert result.failure.reason is FailureReason.LOGIN_REDIRECT
    assert result.site == f"127.0.0.1:{server.port}"
    assert login.asked == []


async def test_a_start_behind_a_login_of_its_own_is_told() -> None:
    form = page(more="<form><input type=password></form>")
    result, _ = await crawl_of({"/": redirect("/login"), "/login": form})
    assert result.failure is not None
    assert result.failure.reason is FailureReason.LOGIN_REDIRECT
    # A home page that offers to log in is a page.
    assert (await crawl_of({"/": form}))[0].failure is None


async def test_a_quick_meta_refresh_at_the_start_is_a_redirect() -> None:
    def refresh(to: str, seconds: int = 0) -> str:
        return page(more=f"<meta http-equiv=refresh content='{seconds};url={to}'>")

    result, _ = await crawl_of({"/": refresh("/lv/"), "/lv/": page("/a", title="Sākums"), "/a": page()})
    assert (fetched(result), result.urls[0].title) == (["/", "/a"], "Sākums")
    assert paths([result.urls[0].final_url, *result.urls[0].redirects]) == ["/lv/", "/"]
    slow, _ = await crawl_of({"/": refresh("/lv/", 30), "/lv/": page()})
    assert fetched(slow) == ["/", "/lv/"]
    circle, _ = await crawl_of({"/": refresh("/b"), "/b": refresh("/")})
    assert circle.failure is None


async def test_pages_that_lead_off_the_site_are_no_members() -> None:
    async with SiteServer({"/": page(), "/login": page()}) as other, SiteServer() as server:
        server.routes.update(
            {"/": page("/out", "/in"), "/out": redirect(other.url), "/in": redirect(f"{other.url}/login")}
        )
        result = await crawled(server)
    assert [one.failure and one.failure.reason for one in result.urls] == [
        None,
        FailureReason.OUT_OF_SCOPE,
        FailureReason.LOGIN_REDIRECT,
    ]
    assert other.asked == []
    assert paths(result.known_urls) == ["/"]


async def test_allowed_hosts_belong_and_have_a_robots_txt_of_their_own() -> None:
    async with SiteServer({"/x": page(), "/shut": page()}) as other, SiteServer() as server:
        other.routes["/robots.txt"] = text("User-agent: *\nDisallow: /shut")
        server.routes["/"] = page(f"{other.url}/x", f"{other.url}/shut")
        result = await crawled(server, allowed_hosts=(f"127.0.0.1:{other.port}",))
    assert set(result.known_urls) == {f"{server.url}/", f"{other.url}/x"}
    assert result.skipped_counts == {"robots_disallowed": 1}


async def test_seeds_come_right_after_the_start() -> None:
    async with SiteServer({"/": page("/a", "/seed"), "/a": page(), "/seed": page()}) as server:
        result = await crawled(server, seeds=[f"{server.url}/seed#x", "nonsense", "https://other.lv/"])
    assert fetched(result) == ["/", "/seed", "/a"]


# Trouble on the way


async def test_a_host_that_dies_on_the_way_is_left() -> None:
    async def leave(asked: Asked, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        return

    async with SiteServer({"/": page(*(f"/{n}" for n in range(40)))}) as server:
        for number in range(40):
            server.raw[f"/{number}"] = leave
        result = await crawled(server)
    assert result.failure is None
    assert result.skipped_counts["circuit_open"] >= 25
    assert len(result.urls) + result.skipped_counts["circuit_open"] == 41
    assert paths(result.known_urls) == ["/"]


async def test_stopping_keeps_what_is_done() -> None:
    stop = asyncio.Event()
    routes: dict[str, Route] = {
        "/": page("/a", "/slow", "/b"),
        "/a": page("/c"),
        "/slow": Answer(page(), delay=30),
    }

    def stopping(asked: Asked) -> Answer:
        asyncio.get_running_loop().call_later(0.1, stop.set)
        return Answer(page())

    async with SiteServer({**routes, "/b": stopping}) as server:
        before = asyncio.all_tasks()
        result = await crawled(server, stop=stop)
        assert not {task for task in asyncio.all_tasks() - before if "_serve" not in repr(task)}
    assert fetched(result) == ["/", "/a"]
    assert (result.failure, result.truncated) == (None, True)
    assert skipped(result) == {"/slow": "interrupted", "/b": "interrupted", "/c": "interrupted"}
    assert paths(result.known_urls) == ["/", "/a"]


async def test_stopping_before_the_first_page_is_our_failure() -> None:
    stop = asyncio.Event()
    stop.set()
    async with SiteServer({"/": Answer(page(), delay=30)}) as server:
        result = await crawled(server, stop=stop)
    assert result.failure is not None
    assert result.failure.reason.is_ours


async def test_a_crawl_ends_when_its_time_is_over_and_says_what_it_left() -> None:
    settings = msgspec.structs.replace(FAST, crawl_seconds=1.0)
    routes: dict[str, Route] = {
        "/": page("/a", "/slow", "/b"),
        "/a": page("/c"),
        "/b": page(),
        "/slow": Answer(page(), delay=30),
    }
    result, _ = await crawl_of(routes, settings)
    assert fetched(result) == ["/", "/a"]
    assert (result.failure, result.truncated) == (None, True)
    assert skipped(result) == {"/slow": "time_cap", "/b": "time_cap", "/c": "time_cap"}
    assert paths(result.known_urls) == ["/", "/a", "/b", "/c", "/slow"]


async def test_a_start_that_does_not_answer_in_the_crawls_time_is_a_time_out() -> None:
    settings = msgspec.structs.replace(FAST, crawl_seconds=0.3)
    result, _ = await crawl_of({"/": Answer(page(), delay=30)}, settings)
    assert result.failure is not None
    assert result.failure.reason is FailureReason.TIMEOUT


async def test_cancelling_leaves_no_task_behind() -> None:
    async with SiteServer({"/": page("/slow"), "/slow": Answer(page(), delay=30)}) as server:
        before = asyncio.all_tasks()
        task = asyncio.create_task(crawled(server))
        await asyncio.sleep(0.3)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert not {task for task in asyncio.all_tasks() - before if "_serve" not in repr(task)}


async def test_progress_is_told() -> None:
    told: list[tuple[int, int]] = []
    async with (
        SiteServer({"/": page("/a", "/b"), "/a": page(), "/b": page()}) as server,
        Fetcher(FAST) as fetcher,
    ):
        await crawl(Institution(url=server.url), FAST, fetcher, progress=lambda *both: told.append(both))
    assert told == [(2, 1), (3, 0)]


async def test_sixty_pages_through_the_guard_take_well_under_two_seconds() -> None:
    body = "<p>text</p>" * 2000
    routes: dict[str, Route] = {f"/{n}": page(*(f"/{m}" for m in range(60)), more=body) for n in range(60)}
    routes["/"] = routes["/0"]
    async with (
        SiteServer(routes) as server,
        EgressGuard(targets_of(server.url)) as guard,
        Fetcher(FAST, proxy=guard.url) as fetcher,
    ):
        began = time.monotonic()
        result = await crawl(Institution(url=server.url), FAST, fetcher)
        assert time.monotonic() - began < 2
    assert len(result.known_urls) == 61
