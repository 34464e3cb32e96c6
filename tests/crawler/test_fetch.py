from __future__ import annotations

import asyncio
import gzip
import ssl
import tracemalloc
import zlib
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime

import brotli  # type: ignore[import-untyped]  # it ships no types
import pytest
import pytest_asyncio
import trustme
import zstandard

from crawler.addresses import Target, targets_of
from crawler.evidence import AuditSettings, Failure, FailureReason
from crawler.fetch import Fetcher
from crawler.guard import EgressGuard
from crawler.media_types import is_html
from crawler.user_agent import PRODUCT_TOKEN, with_contact
from tests.crawler.servers import Answer, Asked, SiteServer, Steps, redirect

FAST = AuditSettings(seed=1, rate=1000, timeout=10)


@pytest_asyncio.fixture
async def server() -> AsyncIterator[SiteServer]:
    async with SiteServer() as site:
        yield site


@pytest_asyncio.fixture
async def fetcher() -> AsyncIterator[Fetcher]:
    steps = Steps()
    clock: Callable[[], datetime] = lambda: datetime(2026, 11, 21, tzinfo=UTC)  # noqa: E731 - typed
    async with Fetcher(FAST, now=steps, sleep=steps.sleep, clock=clock) as one:
        yield one


def reason(failure: Failure | None) -> FailureReason | None:
    return failure.reason if failure else None


async def test_gets_a_page_and_names_itself(server: SiteServer, fetcher: Fetcher) -> None:
    server.routes["/a"] = Answer("<p>hello", headers={"Set-Cookie": "a=secret", "X-A": "1"})
    answer = await fetcher.get(f"{server.url}/b/../a#top")
    assert (answer.status, answer.text, answer.failure) == (200, "<p>hello", None)
    assert answer.url == answer.final_url == f"{server.url}/a"
    assert answer.header("x-a") == "1"
    assert "set-cookie" not in dict(answer.headers)
    asked = server.asked[0].headers
    assert "eindekss/" in asked["user-agent"]
    assert "+https://" in asked["user-agent"]
    assert asked["accept-language"].startswith("lv-LV,lv")
    assert asked["accept-encoding"] == "gzip, deflate, br, zstd"


async def test_the_settings_choose_another_user_agent(server: SiteServer) -> None:
    async with Fetcher(AuditSettings(seed=1, user_agent="mine (+mailto:a@b.lv)")) as mine:
        await mine.get(server.url)
    assert server.asked[0].headers["user-agent"] == "mine (+mailto:a@b.lv)"


def test_our_user_agent_takes_another_contact_that_a_header_can_hold() -> None:
    named = with_contact("audits@example.lv")
    assert PRODUCT_TOKEN in named
    assert "(compatible; eindekss/" in named
    assert named.endswith("; +audits@example.lv)")
    for wrong in ("", " ", "a\nb", "ā@example.lv", "a) b (", "a; b"):
        with pytest.raises(ValueError, match="ASCII"):
            with_contact(wrong)


@pytest.mark.parametrize(
    ("coding", "encode"),
    [
        ("gzip", gzip.compress),
        ("deflate", zlib.compress),
        ("br", brotli.compress),
        ("zstd", zstandard.ZstdCompressor().compress),
        ("deflate", lambda body: zlib.compress(body, wbits=-15)),
        ("identity", bytes),
        ("br, gzip", lambda body: gzip.compress(brotli.compress(body))),
        ("gzip", lambda body: gzip.compress(body[:9]) + gzip.compress(body[9:]) + b"junk"),
    ],
)
async def test_undoes_content_codings(
    server: SiteServer, fetcher: Fetcher, coding: str, encode: Callable[[bytes], bytes]
) -> None:
    text = "<p>Rīga</p>" * 20_000
    server.routes["/"] = Answer(encode(text.encode()), headers={"Content-Encoding": coding})
    answer = await fetcher.get(server.url)
    assert answer.text == text
    assert not answer.truncated


BOMB = bytes(200_000_000)


@pytest.mark.parametrize(
    ("coding", "bomb"),
    [
        ("gzip", gzip.compress(BOMB, 6)),
        ("br", brotli.compress(BOMB, quality=2)),
        ("zstd", zstandard.ZstdCompressor().compress(BOMB)),
    ],
)
async def test_a_bomb_is_not_unpacked_beyond_the_cap(
    server: SiteServer, fetcher: Fetcher, coding: str, bomb: bytes
) -> None:
    server.routes["/"] = Answer(bomb, headers={"Content-Encoding": coding})
    tracemalloc.start()
    answer = await fetcher.get(server.url, cap=1_000_000)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (len(answer.body), answer.truncated, answer.failure) == (1_000_000, True, None)
    assert peak < 8_000_000


async def test_an_endless_answer_is_read_to_the_cap(server: SiteServer, fetcher: Fetcher) -> None:
    async def endless(asked: Asked, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
        while True:
            writer.write(b"x" * 65536)
            await writer.drain()

    server.raw["/"] = endless
    answer = await fetcher.get(server.url, cap=500_000)
    assert (len(answer.body), answer.truncated) == (500_000, True)


async def test_a_body_as_long_as_the_cap_is_whole(server: SiteServer, fetcher: Fetcher) -> None:
    server.routes["/"] = "x" * 1000
    assert not (await fetcher.get(server.url, cap=1000)).truncated
    assert (await fetcher.get(server.url, cap=999)).truncated


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("gzip", b"<p>not packed"),
        ("zstd", b"<p>"),
        ("br", b"\xff" * 99),
        ("rot13", b"a"),
        ("gzip,gzip,gzip,gzip", b""),
    ],
)
async def test_a_wrong_content_coding_is_a_failure(
    server: SiteServer, fetcher: Fetcher, coding: str, body: bytes
) -> None:
    server.routes["/"] = Answer(body, headers={"Content-Encoding": coding})
    answer = await fetcher.get(server.url)
    assert reason(answer.failure) is FailureReason.CONNECTION_LOST
    assert answer.failure is not None
    assert "Content-Encoding" in answer.failure.detail


async def test_an_unwanted_type_is_told_by_its_headers_alone(server: SiteServer, fetcher: Fetcher) -> None:
    server.routes["/a"] = Answer(b"%PDF" * 1000, type="application/pdf")
    answer = await fetcher.get(f"{server.url}/a", wanted=is_html)
    assert (answer.status, answer.body, answer.content_type) == (200, b"", "application/pdf")
    assert not answer.is_html


@pytest.mark.parametrize(
    ("body", "is_page"),
    [
        ("  <!-- a --><!DOCTYPE html><p>", True),
        ("<html>", True),
        ("plain", False),
        ("%PDF-1.4", False),
        ("", False),
        ("<?xml version='1.0'?><html>", True),
        ("<rss>", False),
    ],
)
async def test_an_answer_without_a_type_is_told_by_its_looks(
    server: SiteServer, fetcher: Fetcher, body: str, is_page: bool
) -> None:
    server.routes["/"] = Answer(body, type="")
    assert (await fetcher.get(server.url, wanted=is_html)).is_html == is_page


async def test_redirects_are_followed_and_kept(server: SiteServer, fetcher: Fetcher) -> None:
    utf8 = "ā".encode().decode("latin-1")
    server.routes.update(
        {"/a": redirect("b?x", 301), "/b": redirect(f"//127.0.0.1:{server.port}/{utf8}", 307)}
    )
    server.routes["/%C4%81"] = "there"
    answer = await fetcher.get(f"{server.url}/a")
    assert answer.text == "there"
    assert answer.final_url == f"{server.url}/%C4%81"
    assert (answer.url, answer.redirects) == (f"{server.url}/a", (f"{server.url}/a", f"{server.url}/b?x"))


@pytest.mark.parametrize(
    ("routes", "failure"),
    [
        ({"/a": redirect("/a")}, FailureReason.REDIRECT_LOOP),
        ({"/a": redirect("/b"), "/b": redirect("/a")}, FailureReason.REDIRECT_LOOP),
        ({"/a": redirect("mailto:x@y.lv")}, FailureReason.INVALID_URL),
        ({"/a": redirect("http://")}, FailureReason.INVALID_URL),
        ({"/a": redirect("/gone")}, FailureReason.HTTP_404),
    ],
)
async def test_redirects_that_lead_nowhere(
    server: SiteServer, fetcher: Fetcher, routes: dict[str, Answer], failure: FailureReason
) -> None:
    server.routes.update(routes)
    answer = await fetcher.get(f"{server.url}/a")
    assert reason(answer.failure) is failure
    assert answer.redirects


async def test_endless_redirects_end_after_ten(server: SiteServer, fetcher: Fetcher) -> None:
    server.fallback = lambda asked: redirect(f"{asked.path}x")
    answer = await fetcher.get(f"{server.url}/a")
    assert reason(answer.failure) is FailureReason.REDIRECT_LOOP
    assert len(server.asked) == 11


async def test_a_redirect_to_itself_with_a_cookie_is_no_loop(server: SiteServer, fetcher: Fetcher) -> None:
    def gatekeeper(asked: Asked) -> Answer:
        if "seen=1" in asked.headers.get("cookie", ""):
            return Answer("in")
        return Answer(status=302, headers={"Location": "/", "Set-Cookie": "seen=1; Path=/"})

    server.routes["/"] = gatekeeper
    assert (await fetcher.get(server.url)).text == "in"
    # The next chain begins without it: what one page sets must not change what another one shows.
    await fetcher.get(server.url)
    assert "cookie" not in server.asked[2].headers


async def test_the_caller_decides_on_each_redirect(server: SiteServer, fetcher: Fetcher) -> None:
    server.routes["/a"] = redirect("/b")
    refused = Failure(FailureReason.OUT_OF_SCOPE, "no")

    async def follow(url: str) -> Failure | None:
        return refused if url.endswith("/b") else None

    answer = await fetcher.get(f"{server.url}/a", follow=follow)
    assert answer.failure == refused
    assert answer.final_url == f"{server.url}/b"
    assert server.targets == ["/a"]


@pytest.mark.parametrize(
    ("status", "failure"),
    [
        (401, "http_401"),
        (403, "http_403"),
        (404, "http_404"),
        (410, "http_404"),
        (418, "http_4xx"),
        (500, "http_5xx"),
    ],
)
async def test_error_statuses_are_failures_with_an_answer(
    server: SiteServer, fetcher: Fetcher, status: int, failure: str
) -> None:
    server.routes["/"] = Answer("<p>sorry", status=status)
    answer = await fetcher.get(server.url)
    assert (answer.status, reason(answer.failure), answer.text) == (status, failure, "<p>sorry")


@pytest.mark.parametrize("url", ["", "ftp://ex.lv/", "http://", "nonsense"])
async def test_no_url_is_a_failure(fetcher: Fetcher, url: str) -> None:
    assert reason((await fetcher.get(url)).failure) is FailureReason.INVALID_URL


async def test_unknown_host_and_refused_connection(fetcher: Fetcher) -> None:
    async with SiteServer() as gone:
        url = gone.url
    assert reason((await fetcher.get(url)).failure) is FailureReason.CONNECTION_REFUSED
    assert reason((await fetcher.get("http://nosuch.invalid/")).failure) is FailureReason.UNKNOWN_HOST


@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_through_the_guard_reasons_stay_what_they_are(scheme: str) -> None:
    async with SiteServer() as gone:
        port = gone.port

    async def resolver(host: str) -> list[str]:
        if host == "nowhere.lv":
            raise OSError("no such host")
        return ["10.0.0.1"]

    async with (
        EgressGuard([Target("127.0.0.1", port)], resolver) as guard,
        Fetcher(FAST, proxy=guard.url, now=(steps := Steps()), sleep=steps.sleep) as fetcher,
    ):
        for host, expected in (
            (f"127.0.0.1:{port}", "connection_refused"),
            ("nowhere.lv", "unknown_host"),
            ("inside.lv", "address_refused"),
        ):
            default = {"http": 80, "https": 443}[scheme]
            answer = await fetcher.get(f"{scheme}://{host}/")
            assert (answer.status, reason(answer.failure)) == (None, expected)
            assert answer.failure is not None
            assert answer.failure.detail == f"to {host if ':' in host else f'{host}:{default}'}"


async def test_a_guard_that_has_ended_is_our_failure() -> None:
    async with EgressGuard() as guard:
        proxy = guard.url
    async with Fetcher(FAST, proxy=proxy, now=(steps := Steps()), sleep=steps.sleep) as fetcher:
        for url in ("http://ex.lv/", "https://ex.lv/"):
            failure = (await fetcher.get(url)).failure
            assert failure is not None
            assert failure.reason is FailureReason.PROXY_FAILED
            assert failure.reason.is_ours


@pytest.mark.parametrize("guarded", [False, True])
async def test_tls_failures_are_told_and_a_trusted_authority_passes(guarded: bool) -> None:
    authority = trustme.CA()
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(serving)
    trusting = ssl.create_default_context()
    authority.configure_trust(trusting)
    async with SiteServer({"/": "ok"}, tls=serving) as server, EgressGuard(targets_of(server.url)) as guard:
        proxy = guard.url if guarded else None
        async with Fetcher(FAST, proxy=proxy) as distrusting:
            assert reason((await distrusting.get(server.url)).failure) is FailureReason.TLS
        async with Fetcher(FAST, proxy=proxy, ssl_context=trusting) as fetcher:
            assert (await fetcher.get(server.url)).text == "ok"
            plain = await fetcher.get(server.url.replace("https", "http"))
            assert reason(plain.failure) is FailureReason.CONNECTION_LOST


async def drip(asked: Asked, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
    while True:
        writer.write(b"<")
        await writer.drain()
        await asyncio.sleep(0.05)


async def silence(asked: Asked, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(30)


@pytest.mark.parametrize("misbehaviour", [drip, silence])
async def test_slow_answers_end_at_the_deadline(server: SiteServer, misbehaviour: object) -> None:
    server.raw["/"] = misbehaviour  # type: ignore[assignment]  # parametrize says object
    async with Fetcher(AuditSettings(seed=1, timeout=0.4)) as fetcher:
        began = asyncio.get_running_loop().time()
        answer = await fetcher.get(server.url)
        assert asyncio.get_running_loop().time() - began < 2
        assert reason(answer.failure) is FailureReason.TIMEOUT
        assert fetcher.gate(server.url + "/").rate == 2.5


@pytest.mark.parametrize(
    "bytes_sent",
    [
        b"",
        b"HTTP/1.1 200",
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf",
        b"nonsense\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\nBad Header: \x00\r\n\r\n",
        b"HTTP/1.1 999999 OK\r\n\r\n",
    ],
)
@pytest.mark.parametrize("guarded", [False, True])
async def test_broken_answers_are_lost_connections(
    bytes_sent: bytes, guarded: bool, server: SiteServer
) -> None:
    async def broken(asked: Asked, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(bytes_sent)

    server.raw["/"] = broken
    async with (
        EgressGuard(targets_of(server.url)) as guard,
        Fetcher(
            FAST, proxy=guard.url if guarded else None, now=(steps := Steps()), sleep=steps.sleep
        ) as fetcher,
    ):
        answer = await fetcher.get(server.url)
    assert reason(answer.failure) is FailureReason.CONNECTION_LOST


async def test_a_busy_host_is_asked_again_after_the_time_it_names(server: SiteServer) -> None:
    steps = Steps()
    answers = iter([Answer(status=429, headers={"Retry-After": "7"}), Answer(status=503), Answer("in")])
    server.routes["/"] = lambda _: next(answers)
    async with Fetcher(FAST, now=steps, sleep=steps.sleep) as fetcher:
        answer = await fetcher.get(server.url)
        assert fetcher.gate(server.url + "/").rate == pytest.approx(FAST.rate / 4 + FAST.rate / 50)
    assert answer.text == "in"
    assert steps.time == pytest.approx(8, abs=0.1)


async def test_a_host_that_asks_for_an_hour_is_left_at_once(server: SiteServer, fetcher: Fetcher) -> None:
    server.routes["/"] = Answer(status=503, headers={"Retry-After": "Sat, 21 Nov 2026 01:00:00 GMT"})
    answer = await fetcher.get(server.url)
    assert reason(answer.failure) is FailureReason.HTTP_5XX
    assert len(server.asked) == 1


async def test_a_dead_host_is_no_longer_asked(fetcher: Fetcher) -> None:
    async with SiteServer() as gone:
        url = gone.url
    answers = [await fetcher.get(f"{url}/{number}") for number in range(7)]
    assert [answer.circuit_open for answer in answers] == [False] * 5 + [True] * 2
    assert all(answer.failure is not None for answer in answers)


async def test_a_page_that_fails_with_500_does_not_close_the_host(
    server: SiteServer, fetcher: Fetcher
) -> None:
    server.fallback = Answer(status=500)
    assert not any([(await fetcher.get(f"{server.url}/{number}")).circuit_open for number in range(9)])


async def test_a_cancelled_request_leaves_the_gate_free(server: SiteServer, fetcher: Fetcher) -> None:
    server.routes["/"] = Answer("late", delay=30)
    asking = [asyncio.create_task(fetcher.get(server.url)) for _ in range(6)]
    await asyncio.sleep(0.2)
    for task in asking:
        task.cancel()
    await asyncio.gather(*asking, return_exceptions=True)
    server.routes["/"] = "now"
    assert (await fetcher.get(server.url)).text == "now"


async def test_http2_is_spoken_where_the_server_offers_it() -> None:
    h2_config = pytest.importorskip("h2.config")
    from h2.connection import H2Connection
    from h2.events import RequestReceived

    authority = trustme.CA()
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.set_alpn_protocols(["h2"])
    authority.issue_cert("127.0.0.1").configure_cert(serving)
    trusting = ssl.create_default_context()
    authority.configure_trust(trusting)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = H2Connection(h2_config.H2Configuration(client_side=False))
        connection.initiate_connection()
        writer.write(connection.data_to_send())
        while data := await reader.read(65536):
            for event in connection.receive_data(data):
                if isinstance(event, RequestReceived):
                    assert event.stream_id is not None
                    connection.send_headers(
                        event.stream_id, [(":status", "200"), ("content-type", "text/html")]
                    )
                    connection.send_data(event.stream_id, b"two", end_stream=True)
            writer.write(connection.data_to_send())
        writer.close()

    listening = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=serving)
    url = f"https://127.0.0.1:{listening.sockets[0].getsockname()[1]}/"
    async with EgressGuard(targets_of(url)) as guard:
        async with Fetcher(FAST, proxy=guard.url, ssl_context=trusting) as fetcher:
            assert (await fetcher.get(url)).text == "two"
            answers = await asyncio.gather(*(fetcher.get(url) for _ in range(3)))
        assert [answer.text for answer in answers] == ["two"] * 3
        assert guard.connections == 1
    listening.close()
    await listening.wait_closed()


@pytest.mark.parametrize(
    ("body", "content_type", "text"),
    [
        ("Rīga".encode(), "text/html; charset=utf-8", "Rīga"),
        ("Rīga".encode("cp1257"), "text/html; charset=windows-1257", "Rīga"),
        ("<meta charset=windows-1257>Rīga".encode("cp1257"), "text/html", "<meta charset=windows-1257>Rīga"),
        ("Rīga".encode("cp1257"), "text/html", "Rīga"),
        ("Rīga".encode(), "text/html; charset=iso-8859-1", "RÄ«ga"),  # as browsers show it
        ("mājas".encode(), "text/html; charset=windows-1257", "mājas"),
        (b"\xef\xbb\xbf" + "Rīga".encode(), "text/html; charset=windows-1257", "Rīga"),
        (b"\xff\xfe" + "Rīga".encode("utf-16-le"), "text/html", "Rīga"),
        ("Рига".encode("cp1251"), 'text/html; charset="cp1251"', "Рига"),
        (b"a\xffb", "text/html; charset=utf-8", "a\ufffdb"),
        (b"a\x00b", "text/html; charset=rot13", "ab"),
        ("<meta charset=utf-16>Rīga".encode(), "", "<meta charset=utf-16>Rīga"),
        ("<!-- <meta charset=cp1251> -->Rīga".encode(), "", "<!-- <meta charset=cp1251> -->Rīga"),
        (b"\xe2\x82", "text/html; charset=zlib", ""),
    ],
)
async def test_text_is_decoded_as_it_was_meant(
    server: SiteServer, fetcher: Fetcher, body: bytes, content_type: str, text: str
) -> None:
    server.routes["/"] = Answer(body, type=content_type)
    decoded = (await fetcher.get(server.url)).text
    assert decoded == text or (text == "" and decoded)
