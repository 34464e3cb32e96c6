"""The demo sites behave as their stories say, over real HTTP."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import httpx
import pytest
from lxml import html  # type: ignore[import-untyped]  # lxml ships no types

from demo.server import SiteServer, serve
from demo.site import SITES, DemoSite

EXPECTED = tomllib.loads((SITES.parent / "expected.toml").read_text(encoding="utf-8"))
EXTERNAL = {"www.facebook.com", "x.com", "www.instagram.com", "www.linkedin.com"}


@pytest.fixture(scope="module")
def servers() -> Iterator[dict[str, SiteServer]]:
    with serve() as running:
        yield {server.site.name: server for server in running}


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    with httpx.Client(timeout=10, trust_env=False) as client:
        yield client


def test_what_is_expected_is_said_of_every_site(servers: dict[str, SiteServer]) -> None:
    assert EXPECTED.keys() == servers.keys()


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_every_page_is_served_and_asks_nothing_of_other_hosts(
    servers: dict[str, SiteServer], client: httpx.Client, name: str
) -> None:
    server = servers[name]
    assert len(server.site.documents) >= 8
    for path in server.site.documents:
        answer = client.get(server.base + path)
        assert answer.status_code == 200
        assert "{{" not in answer.text
        tree = html.fromstring(answer.content)
        hosts = {urlsplit(urljoin(server.url, str(address))).netloc for _, _, address, _ in tree.iterlinks()}
        assert hosts - EXTERNAL <= {urlsplit(server.url).netloc, ""}
        loaded = tree.xpath("//img/@src | //script/@src | //iframe/@src | //link[@rel='stylesheet']/@href")
        assert all(str(address).startswith("/") for address in loaded)


@pytest.mark.parametrize("name", sorted(set(EXPECTED) - {"novadu-arhivs"}))
def test_the_links_of_the_whole_sites_lead_somewhere(
    servers: dict[str, SiteServer], client: httpx.Client, name: str
) -> None:
    server = servers[name]
    pages = [html.fromstring(client.get(server.base + path).content) for path in server.site.documents]
    own = {str(href) for page in pages for href in page.xpath("//a/@href") if str(href).startswith("/")}
    assert own, "a site without links would prove nothing"
    assert {href: client.get(server.base + href).status_code for href in own} == dict.fromkeys(own, 200)


@pytest.mark.parametrize(
    ("name", "path", "word"),
    [("upju-agentura", "/meklet?q=", "laiv"), ("klusuma-birojs", "/find?text=", "noise")],
)
def test_a_working_search_finds_a_word_and_not_a_made_up_one(
    servers: dict[str, SiteServer], client: httpx.Client, name: str, path: str, word: str
) -> None:
    found = html.fromstring(client.get(servers[name].base + path + word).content)
    nothing = html.fromstring(client.get(servers[name].base + path + "xqzvkwjq").content)
    assert len(found.xpath("//ul[@class='results']/li")) >= 2
    assert nothing.xpath("//ul[@class='results']/li") == []


def test_a_query_is_shown_as_text_not_as_markup(servers: dict[str, SiteServer], client: httpx.Client) -> None:
    answer = client.get(
        servers["upju-agentura"].base + "/meklet", params={"q": '"><script>alert(1)</script>'}
    )
    assert "<script" not in answer.text


def test_the_archive_is_broken_in_the_ways_it_is_there_to_show(
    servers: dict[str, SiteServer], client: httpx.Client
) -> None:
    base = servers["novadu-arhivs"].base
    assert client.get(f"{base}/izstade").status_code == 500
    assert client.get(f"{base}/fondi/saimniecibas").status_code == 404
    assert client.get(f"{base}/raditaji").headers["content-type"].startswith("text/plain")
    assert int(client.head(f"{base}/digitalizets").headers["content-length"]) == 200 * 1024 * 1024
    with pytest.raises(httpx.TooManyRedirects):
        client.get(f"{base}/katalogs", follow_redirects=True)
    with pytest.raises(httpx.ReadTimeout):
        client.get(f"{base}/pasutit", timeout=0.3)


def test_files_outside_a_site_are_not_served(servers: dict[str, SiteServer], client: httpx.Client) -> None:
    for path in ("/..%2fsite.toml", "/%2e%2e/site.toml", "/../site.toml"):
        assert client.get(servers["upju-agentura"].base + path).status_code == 404


def test_news_and_posts_stay_fresh_whatever_the_day() -> None:
    site = DemoSite(SITES / "upju-agentura", lambda: date(2031, 3, 2))
    page = site.page("/", None, "http://127.0.0.1")
    assert page is not None
    assert "2031. gada 26. februāris" in page
    post = re.search(r"/status/(\d+)", page)
    assert post is not None
    instant = datetime.fromtimestamp(((int(post[1]) >> 22) + 1288834974657) / 1000, UTC)
    assert instant.date() == date(2031, 2, 27)


def test_hanging_requests_do_not_keep_the_server_from_ending() -> None:
    with serve() as running:
        archive = next(server for server in running if server.site.name == "novadu-arhivs")
        with pytest.raises(httpx.ReadTimeout):
            httpx.get(f"{archive.base}/pasutit", timeout=0.2, trust_env=False)


def test_every_address_that_is_expected_to_fail_is_linked() -> None:
    pages = "".join(
        path.read_text(encoding="utf-8") for path in Path(SITES / "novadu-arhivs").rglob("*.html")
    )
    archive = EXPECTED["novadu-arhivs"]
    assert all(f'href="{path}"' in pages for path in (*archive["skipped"], *archive["failed"]))
