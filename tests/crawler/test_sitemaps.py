from __future__ import annotations

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.evidence import AuditSettings
from crawler.fetch import Fetcher
from crawler.sitemaps import MAX_FILES, SitemapUrls, fetch_sitemaps, parse_sitemap
from tests.crawler.servers import Answer, SiteServer, Steps, redirect

SPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


async def read(server: SiteServer, *paths: str) -> SitemapUrls:
    async with Fetcher(
        AuditSettings(seed=1, rate=10_000, timeout=5), now=(steps := Steps()), sleep=steps.sleep
    ) as fetcher:
        urls = [f"{server.url}{path}" for path in paths]
        return await fetch_sitemaps(fetcher, urls, lambda url: url.startswith(server.url))


def xml(body: str) -> Answer:
    return Answer(body, type="application/xml")


def urlset(*urls: str) -> str:
    return f"<urlset {SPACE}>" + "".join(f"<url><loc>{url}</loc></url>" for url in urls) + "</urlset>"


def index(*urls: str) -> str:
    return (
        f"<sitemapindex {SPACE}>"
        + "".join(f"<sitemap><loc>{url}</loc></sitemap>" for url in urls)
        + "</sitemapindex>"
    )


@pytest.mark.parametrize(
    ("body", "pages"),
    [
        (
            f'<?xml version="1.0"?>\n<urlset {SPACE}><url><loc> https://a.lv/?x=1&amp;y </loc></url>',
            ["https://a.lv/?x=1&y"],
        ),
        ("\n \ufeff<urlset><url><loc>https://a.lv/</loc></url></urlset>", ["https://a.lv/"]),
        (
            "<s:urlset xmlns:s='x'><s:url><s:loc><![CDATA[https://a.lv/]]></s:loc></s:url></s:urlset>",
            ["https://a.lv/"],
        ),
        (
            "<urlset><url><loc>https://a.lv/1</loc></url><url><loc>https://a.lv/2</loc>",
            ["https://a.lv/1", "https://a.lv/2"],
        ),
        ("https://a.lv/1\r\n\r\n# no\nhttps://a.lv/2 \n", ["https://a.lv/1", "https://a.lv/2"]),
        (
            "<x xmlns:i='http://www.google.com/schemas/sitemap-image/1.1'><loc>https://a.lv/</loc><i:loc>no</i:loc></x>",
            ["https://a.lv/"],
        ),
        ("<feed><entry><link href='https://a.lv/e'/></entry></feed>", ["https://a.lv/e"]),
        (
            "<rss><channel><link>https://a.lv/no</link><item><link>https://a.lv/i</link></item></channel></rss>",
            ["https://a.lv/i"],
        ),
        (
            "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/hostname'>]><urlset><url><loc>https://a.lv/&e;</loc></url></urlset>",
            ["https://a.lv/"],
        ),
        ("", []),
        ("<", []),
        ("<urlset/>", []),
        ("<<<>>>", []),
        ("nothing here", []),
        ("<urlset><url><loc></loc></url></urlset>", []),
    ],
)
def test_reads_every_kind(body: str, pages: list[str]) -> None:
    assert list(parse_sitemap(body.encode()).pages) == pages
    assert list(parse_sitemap(gzip.compress(body.encode())).pages) == pages


def test_a_billion_laughs_stay_unlaughed() -> None:
    entities = "".join(f"<!ENTITY e{n} '{f'&e{n - 1};' * 10}'>" for n in range(1, 12))
    body = (
        f"<!DOCTYPE x [<!ENTITY e0 'ha'>{entities}]><urlset><url><loc>https://a.lv/&e11;</loc></url></urlset>"
    )
    assert sum(map(len, parse_sitemap(body.encode()).pages)) < 100


def test_a_gzip_bomb_is_cut_at_the_cap() -> None:
    assert parse_sitemap(gzip.compress(bytes(50_000_000)), cap=100_000).pages == ()


def test_broken_gzip_gives_nothing() -> None:
    assert parse_sitemap(b"\x1f\x8bnonsense") == parse_sitemap(b"")


@given(st.binary(max_size=300))
def test_any_bytes_are_survived(body: bytes) -> None:
    parse_sitemap(body)
    parse_sitemap(b"<urlset>" + body)


async def test_indexes_are_followed_three_deep_and_each_file_once() -> None:
    async with SiteServer() as server:
        for depth in range(1, 5):
            server.routes[f"/{depth}.xml"] = xml(
                f"<x>{index(f'/{depth + 1}.xml', '/1.xml')}{urlset(f'/p{depth}')}</x>"
            )
        found = await read(server, "/1.xml")
    assert found.pages == tuple(f"{server.url}/p{depth}" for depth in (1, 2, 3))
    assert server.targets == ["/1.xml", "/2.xml", "/3.xml"]


async def test_pages_come_in_order_normalised_and_once() -> None:
    async with SiteServer(
        {"/a.xml": xml(urlset("/2", "/1", "/2#x", "mailto:x", "https://other.lv/"))}
    ) as server:
        found = await read(server, "/a.xml", "/a.xml")
    assert found.pages == (f"{server.url}/2", f"{server.url}/1", "https://other.lv/")
    assert found.files == (f"{server.url}/a.xml",)


async def test_files_that_may_not_be_fetched_are_not() -> None:
    async with SiteServer({"/a.xml": xml(index("https://other.lv/s.xml"))}) as server:
        assert (await read(server, "/a.xml")).files == (f"{server.url}/a.xml",)


async def test_gzipped_redirected_and_missing_files() -> None:
    packed = Answer(gzip.compress(urlset("/1").encode()), type="application/gzip")
    encoded = Answer(
        gzip.compress(urlset("/2").encode()), type="application/xml", headers={"Content-Encoding": "gzip"}
    )
    routes = {
        "/a.xml.gz": packed,
        "/b.xml": encoded,
        "/c.xml": redirect("/d/e.xml"),
        "/d/e.xml": xml(urlset("3")),
    }
    async with SiteServer({**routes, "/soft404.xml": "<html><link>https://x.lv/</link>"}) as server:
        found = await read(server, "/a.xml.gz", "/b.xml", "/c.xml", "/gone.xml", "/soft404.xml")
    assert found.pages == tuple(f"{server.url}{path}" for path in ("/1", "/2", "/d/3"))


async def test_the_caps_on_files_and_pages_hold() -> None:
    async with SiteServer() as server:
        server.routes["/many.xml"] = xml(index(*(f"/{number}.xml" for number in range(200))))
        server.fallback = xml(urlset("/p"))
        found = await read(server, "/many.xml")
        assert len(found.files) == len(server.asked) == MAX_FILES
        assert found.truncated
        server.routes["/long.xml"] = xml(urlset(*(f"/{number}" for number in range(50_010))))
        long = await read(server, "/long.xml")
        assert (len(long.pages), long.truncated) == (50_000, True)
