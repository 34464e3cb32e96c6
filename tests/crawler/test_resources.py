"""Addresses that checks ask for: who is asked, what is sent, and that no token is kept."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from urllib.parse import quote

import msgspec
import pytest
import pytest_asyncio
from hypothesis import given
from hypothesis import strategies as st

from crawler.credentials import Credentials, may_carry_tokens
from crawler.errors import CredentialError
from crawler.evidence import AuditSettings, FailureReason, Fetched, FetchResource
from crawler.fetch import Fetcher
from crawler.resources import Resources
from crawler.robots_book import RobotsBook
from crawler.urls import SiteScope
from tests.crawler.servers import Answer, SiteServer, Steps, redirect

SECRET = "tok|en/2026+Ab=9~x"
SCOPE = SiteScope.of("http://iestade.example/", ())
FORBIDDEN = "User-agent: *\nDisallow: /"


@pytest_asyncio.fixture
async def server() -> AsyncIterator[SiteServer]:
    async with SiteServer() as site:
        yield site


async def fetched(plan: FetchResource, tokens: dict[str, str] | None = None, **chosen: object) -> Fetched:
    """What is kept of a plan's answer; the site itself is elsewhere."""
    settings = msgspec.convert({"seed": 1, "rate": 1000, "timeout": 10} | chosen, AuditSettings)
    steps = Steps()
    async with Fetcher(settings, now=steps, sleep=steps.sleep) as fetcher:
        robots = RobotsBook(fetcher, settings)
        resources = Resources(fetcher, robots, settings, Credentials(tokens), lambda: datetime.now(UTC))
        try:
            return await resources.fetch(plan, SCOPE)
        finally:
            await robots.close()


def asked_with(server: SiteServer, name: str, path: str = "/posts?fields=id") -> FetchResource:
    return FetchResource(url=f"{server.url}{path}", purpose="test", credential=name, is_for_programs=True)


async def test_x_gets_its_token_in_the_header_and_nothing_of_it_is_kept(
    server: SiteServer, caplog: pytest.LogCaptureFixture
) -> None:
    server.routes["/posts"] = lambda asked: Answer(f'{{"you sent": "{asked.headers["authorization"]}"}}')
    with caplog.at_level(logging.DEBUG):
        kept = await fetched(asked_with(server, "x"), {"x": SECRET}, interfaces={"x": server.url})
    assert server.asked[0].headers["authorization"] == f"Bearer {SECRET}"
    assert kept.body == '{"you sent": "Bearer [redacted]"}'
    assert SECRET not in repr(msgspec.to_builtins(kept)) + caplog.text


async def test_graph_gets_its_token_in_the_query_and_paging_loses_it(
    server: SiteServer, caplog: pytest.LogCaptureFixture
) -> None:
    written = quote(SECRET, safe="")
    escaped = SECRET.replace("/", r"\/")
    page = f'{{"next": "{server.url}/p?access_token={written}&after=A", "t": "{escaped}", "u": "{SECRET}"}}'
    server.routes["/posts"] = page
    with caplog.at_level(logging.DEBUG):
        kept = await fetched(asked_with(server, "graph"), {"graph": SECRET}, interfaces={"graph": server.url})
    assert server.asked[0].target == f"/posts?fields=id&access_token={written}"
    assert kept.final_url == kept.plan.url == f"{server.url}/posts?fields=id"
    said = repr(msgspec.to_builtins(kept)) + caplog.text
    assert all(form not in said for form in (SECRET, written, escaped))
    assert "access_token=[redacted]&after=A" in kept.body


async def test_a_page_token_that_an_answer_brings_is_not_kept_either(server: SiteServer) -> None:
    server.routes["/posts"] = '{"next": "https://graph.example/p?limit=1&access_token=EAAother"}'
    kept = await fetched(asked_with(server, "graph"), {"graph": SECRET}, interfaces={"graph": server.url})
    assert "EAAother" not in kept.body


@pytest.mark.parametrize("name", ["x", "graph", "threads"])
async def test_without_a_token_nobody_is_asked(server: SiteServer, name: str) -> None:
    kept = await fetched(asked_with(server, name), interfaces={name: server.url})
    assert kept.failure is not None
    assert kept.failure.reason is FailureReason.NO_CREDENTIALS
    assert f"EINDEKSS_{name.upper()}_TOKEN is not set" in kept.failure.detail
    assert server.asked == []


async def test_a_token_goes_nowhere_but_to_its_interface(server: SiteServer) -> None:
    for interfaces in ({}, {"x": f"{server.url}/v2"}, {"x": f"{server.url}0"}):
        kept = await fetched(asked_with(server, "x"), {"x": SECRET}, interfaces=interfaces)
        assert kept.failure is not None
        assert kept.failure.reason is FailureReason.NO_CREDENTIALS
    assert server.asked == []


@pytest.mark.parametrize("target", ["/elsewhere", "/posts", f"/p?access_token={SECRET}", f"http://[{SECRET}"])
async def test_a_token_is_not_sent_after_a_redirect(server: SiteServer, target: str) -> None:
    server.routes["/posts"] = redirect(target)
    kept = await fetched(asked_with(server, "x"), {"x": SECRET}, interfaces={"x": server.url})
    assert kept.failure is not None
    assert len(server.asked) == 1
    assert SECRET not in repr(msgspec.to_builtins(kept))


@pytest.mark.parametrize("name", ["x", "graph"])
async def test_an_interface_that_asks_for_less_is_logged_without_the_token(
    server: SiteServer, caplog: pytest.LogCaptureFixture, name: str
) -> None:
    server.routes["/posts"] = Answer("{}", 429, headers={"Retry-After": "1"})
    with caplog.at_level(logging.DEBUG):
        kept = await fetched(asked_with(server, name), {name: SECRET}, interfaces={name: server.url})
    assert kept.failure is not None
    assert kept.failure.reason is FailureReason.HTTP_429
    assert "host_asks_for_less" in caplog.text
    assert SECRET not in caplog.text
    assert quote(SECRET, safe="") not in caplog.text


async def test_an_interface_that_is_down_is_told_without_the_token(caplog: pytest.LogCaptureFixture) -> None:
    async with SiteServer() as gone:
        plan = asked_with(gone, "graph")
    with caplog.at_level(logging.DEBUG):
        kept = await fetched(plan, {"graph": SECRET}, interfaces={"graph": gone.url})
    assert kept.failure is not None
    assert kept.failure.reason is FailureReason.CONNECTION_REFUSED
    said = repr(msgspec.to_builtins(kept)) + caplog.text
    assert SECRET not in said
    assert quote(SECRET, safe="") not in said


@pytest.mark.parametrize(
    ("status", "reason"),
    [(401, FailureReason.HTTP_401), (403, FailureReason.HTTP_403), (404, FailureReason.HTTP_404)],
)
async def test_what_an_interface_says_of_its_refusal_is_kept(
    server: SiteServer, status: int, reason: FailureReason
) -> None:
    server.routes["/posts"] = Answer('{"error": {"code": 190}}', status, "application/json")
    kept = await fetched(asked_with(server, "graph"), {"graph": SECRET}, interfaces={"graph": server.url})
    assert kept.failure is not None
    assert (kept.failure.reason, kept.status, kept.body) == (reason, status, '{"error": {"code": 190}}')


async def test_pages_elsewhere_are_asked_under_their_robots_txt_and_interfaces_are_not(
    server: SiteServer,
) -> None:
    server.routes |= {"/robots.txt": Answer(FORBIDDEN, type="text/plain"), "/a": "feed"}
    page = FetchResource(url=f"{server.url}/a", purpose="page")
    kept = await fetched(page)
    assert kept.failure is not None
    assert kept.failure.reason is FailureReason.ROBOTS_DISALLOWED
    feed = FetchResource(url=f"{server.url}/a", purpose="feed", is_for_programs=True)
    assert (await fetched(feed)).body == "feed"
    assert (await fetched(page, robots="ignore")).body == "feed"


async def test_without_third_parties_no_host_off_the_site_is_asked(server: SiteServer) -> None:
    for plan in (asked_with(server, "x"), FetchResource(url=f"{server.url}/a", purpose="page")):
        kept = await fetched(plan, {"x": SECRET}, third_party=False, interfaces={"x": server.url})
        assert kept.failure is not None
        assert kept.failure.reason is FailureReason.THIRD_PARTY_OFF
    assert server.asked == []


async def test_where_a_redirect_leads_is_told_though_it_is_not_followed(server: SiteServer) -> None:
    async with SiteServer() as other:
        server.routes |= {"/a": redirect(f"{other.url}/b")}
        other.routes |= {"/robots.txt": Answer(FORBIDDEN, type="text/plain"), "/b": "profile"}
        kept = await fetched(FetchResource(url=f"{server.url}/a", purpose="page"))
        assert kept.final_url == f"{other.url}/b"
        assert [one.path for one in other.asked] == ["/robots.txt"]


def test_tokens_come_from_the_environment_and_are_never_shown() -> None:
    held = Credentials.of({"EINDEKSS_X_TOKEN": f" {SECRET}\n", "EINDEKSS_GRAPH_TOKEN": ""})
    assert repr(held) == "Credentials(x)"
    with pytest.raises(CredentialError, match="EINDEKSS_GRAPH_TOKEN") as caught:
        Credentials.of({"EINDEKSS_GRAPH_TOKEN": f"{SECRET} b"})
    assert SECRET not in str(caught.value)
    secret = held.secret(
        FetchResource(url="https://api.x.com/2/users", purpose="t", credential="x"), AuditSettings(seed=1)
    )
    assert SECRET not in repr(secret)


@pytest.mark.parametrize(
    ("url", "is_fit"),
    [
        ("https://relay.example/x", True),
        ("http://127.0.0.1:8000", True),
        ("http://relay.example", False),
        ("https://relay.example@evil.example", False),
        ("https://relay.example/?u=", False),
        ("http://[", False),
        ("", False),
    ],
)
def test_tokens_go_over_https_or_to_this_machine(url: str, is_fit: bool) -> None:
    assert may_carry_tokens(url) is is_fit


@given(st.text("abcXYZ019|/+=~.:%_-", min_size=8, max_size=40), st.text(max_size=20), st.text(max_size=20))
def test_no_token_is_left_however_an_answer_writes_it(token: str, before: str, after: str) -> None:
    held = Credentials({"graph": token})
    for written in (token, quote(token, safe=""), quote(token), token.replace("/", r"\/")):
        assert written not in held.redacted(f"{before}{written}{after}").replace("[redacted]", "\0")
