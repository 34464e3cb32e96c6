from __future__ import annotations

import asyncio
import gc
import socket
import ssl
from collections.abc import AsyncIterator, Sequence
from typing import Any

import httpx
import pytest
import trustme

from crawler.addresses import Target, targets_of
from crawler.errors import GuardError
from crawler.evidence.failure import FailureReason
from crawler.guard import EgressGuard
from crawler.resolver import SystemResolver
from tests.crawler.servers import Answer, Asked, SiteServer, redirect, until


def client(guard: EgressGuard, verify: ssl.SSLContext | bool = False) -> httpx.AsyncClient:
    return httpx.AsyncClient(proxy=guard.url, trust_env=False, verify=verify, timeout=10)


def opened(server: SiteServer, *names: str) -> list[Target]:
    return [*targets_of(server.url), *(Target(name, server.port) for name in names)]


class Names:
    """A resolver with a script: each name's answers in turn, the last one for ever."""

    def __init__(self, **answers: Sequence[Sequence[str]]) -> None:
        self.answers = {name.replace("_", "."): list(scripts) for name, scripts in answers.items()}
        self.asked: list[str] = []

    async def __call__(self, host: str) -> Sequence[str]:
        self.asked.append(host)
        scripts = self.answers.get(host)
        if scripts is None:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return scripts.pop(0) if len(scripts) > 1 else scripts[0]


async def raw_exchange(guard: EgressGuard, request: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", int(guard.url.rpartition(":")[2]))
    writer.write(request)
    answer = await asyncio.wait_for(reader.read(), 10)
    writer.close()
    await writer.wait_closed()
    return answer


async def test_forwards_a_request_and_strips_what_is_for_a_proxy() -> None:
    async with SiteServer({"/a": "hello"}) as server, EgressGuard(opened(server)) as guard:
        answer = await raw_exchange(
            guard,
            f"GET {server.url}/a?b=c HTTP/1.1\r\nHost: evil.example\r\nProxy-Connection: keep-alive\r\n"
            "Proxy-Authorization: x\r\nConnection: keep-alive, X-Mine\r\nX-Mine: 1\r\nX-Theirs: 2"
            "\r\n\r\n".encode(),
        )
    assert answer.endswith(b"hello")
    assert answer.lower().count(b"connection: close") == 1
    asked = server.asked[0]
    assert asked.target == "/a?b=c"
    assert asked.headers == {"host": f"127.0.0.1:{server.port}", "x-theirs": "2", "connection": "close"}


@pytest.mark.parametrize("suffix", ["", "?q=1"])
async def test_an_address_without_a_path_asks_for_the_root(suffix: str) -> None:
    async with SiteServer({"/": "root"}) as server, EgressGuard(opened(server)) as guard:
        answer = await raw_exchange(guard, f"GET {server.url}{suffix} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    assert answer.endswith(b"root")
    assert server.targets == [f"/{suffix}"]


async def test_private_addresses_are_refused_and_the_server_sees_nothing() -> None:
    async with SiteServer({"/": "secret"}) as server, EgressGuard() as guard:
        async with client(guard) as http:
            answer = await http.get(server.url)
        failure = guard.failure_for(server.url)
        assert answer.status_code == 403
        assert answer.headers["x-eindekss-guard"] == "address_refused"
        assert failure is not None
        assert failure.reason is FailureReason.ADDRESS_REFUSED
        assert (guard.refused, guard.refused_hosts) == (1, ["127.0.0.1"])
    assert server.connections == 0


async def test_a_target_opens_its_own_port_only() -> None:
    async with (
        SiteServer({"/": "a"}) as named,
        SiteServer({"/": "b"}) as other,
        EgressGuard(opened(named)) as guard,
        client(guard) as http,
    ):
        assert (await http.get(named.url)).text == "a"
        assert (await http.get(other.url)).status_code == 403
    assert other.connections == 0


@pytest.mark.parametrize(
    "host",
    [
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "0x7f.1",
        "127.1",
        "localhost",
        "localhost.",
        "LocalHost",
        "a.localhost",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "0.0.0.0",
        "0",
        "169.254.169.254",
        "[fd00:ec2::254]",
        "[::]",
        "１２７.0.0.1".encode().decode("latin-1"),
    ],
)
@pytest.mark.parametrize("method", ["GET", "CONNECT"])
async def test_every_spelling_of_the_loopback_is_refused(host: str, method: str) -> None:
    async with SiteServer({"/": "secret"}) as server, EgressGuard() as guard:
        target = f"{host}:{server.port}"
        uri = target if method == "CONNECT" else f"http://{target}/"
        answer = await raw_exchange(guard, f"{method} {uri} HTTP/1.1\r\nHost: x\r\n\r\n".encode("latin-1"))
        assert answer.startswith((b"HTTP/1.1 403 ", b"HTTP/1.1 400 "))
    assert server.connections == 0


async def test_a_name_that_answers_with_a_private_address_is_refused() -> None:
    names = Names(inside_lv=[["10.0.0.7", "127.0.0.1"]])
    async with EgressGuard(resolver=names) as guard, client(guard) as http:
        assert (await http.get("http://inside.lv/")).status_code == 403
        failure = guard.failure_for("http://inside.lv/")
        assert failure is not None
        assert "10.0.0.7" in failure.detail


async def test_dns_rebinding_is_caught_at_the_connection_that_it_changes() -> None:
    async with SiteServer({"/": "secret"}) as server:
        url = f"http://rebind.lv:{server.port}/"
        # A public address first, on which nothing may be waited for; then, for the same name, the loopback.
        names = Names(rebind_lv=[["198.51.101.1"], ["127.0.0.1"]])
        async with EgressGuard(resolver=names, connect_timeout=0.05) as guard, client(guard) as http:
            reasons = [(await http.get(url)).headers["x-eindekss-guard"] for _ in range(2)]
        assert reasons[0] != "address_refused"
        assert reasons[1] == "address_refused"
        assert names.asked == ["rebind.lv", "rebind.lv"]
        # Of a named target: opened while it is private, and refused once it turns into a metadata service.
        names = Names(rebind_lv=[["127.0.0.1"], ["169.254.169.254"]])
        async with EgressGuard(opened(server, "rebind.lv"), names) as guard, client(guard) as http:
            assert [(await http.get(url)).status_code for _ in range(2)] == [200, 403]
    assert server.connections == 1


async def test_the_name_is_looked_up_once_a_connection() -> None:
    names = Names(ex_lv=[["127.0.0.1"]])
    async with (
        SiteServer({"/": "a"}) as server,
        EgressGuard(opened(server, "ex.lv"), names) as guard,
        client(guard) as http,
    ):
        await http.get(f"http://ex.lv:{server.port}/")
    assert names.asked == ["ex.lv"]


async def test_a_redirect_to_the_loopback_is_refused() -> None:
    names = Names(ex_lv=[["127.0.0.1"]])
    async with (
        SiteServer({"/": "secret"}) as inner,
        SiteServer({"/": redirect(inner.url)}) as server,
        EgressGuard([Target("ex.lv", server.port)], names) as guard,
        client(guard) as http,
    ):
        answer = await http.get(f"http://ex.lv:{server.port}/", follow_redirects=True)
    assert answer.status_code == 403
    assert inner.connections == 0


async def test_the_second_address_serves_where_the_first_refuses() -> None:
    names = Names(ex_lv=[["127.0.0.9", "127.0.0.1"]])
    async with SiteServer({"/": "a"}) as server, EgressGuard(opened(server, "ex.lv"), names) as guard:
        async with client(guard) as http:
            assert (await http.get(f"http://ex.lv:{server.port}/")).text == "a"
        assert guard.failure_for(f"http://ex.lv:{server.port}/") is None


async def test_unknown_host_and_refused_connection_are_told_apart() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    async with EgressGuard([Target("127.0.0.1", port)], Names()) as guard, client(guard) as http:
        assert (await http.get("http://nowhere.lv/")).headers["x-eindekss-guard"] == "unknown_host"
        assert (await http.get(f"http://127.0.0.1:{port}/")).headers[
            "x-eindekss-guard"
        ] == "connection_refused"
        with pytest.raises(httpx.ProxyError, match="502 unknown_host"):
            await http.get("https://nowhere.lv/")
        failures = [
            guard.failure_for(f"http://{host}/") for host in ("nowhere.lv", f"127.0.0.1:{port}", "other.lv")
        ]
    assert [failure and failure.reason for failure in failures] == [
        FailureReason.UNKNOWN_HOST,
        FailureReason.CONNECTION_REFUSED,
        None,
    ]


async def test_a_resolver_that_never_answers_times_out() -> None:
    async def never(host: str) -> Sequence[str]:
        await asyncio.Event().wait()
        raise AssertionError

    async with EgressGuard(resolver=never, connect_timeout=0.1) as guard, client(guard) as http:
        answer = await http.get("http://slow.lv/")
    assert (answer.status_code, answer.headers["x-eindekss-guard"]) == (504, "timeout")


async def test_a_keep_alive_client_is_never_led_to_another_host_on_one_connection() -> None:
    async with (
        SiteServer({"/": "one"}) as one,
        SiteServer({"/": "two"}) as two,
        EgressGuard([*opened(one), *opened(two)]) as guard,
    ):
        answer = await raw_exchange(
            guard,
            b"".join(f"GET {url}/ HTTP/1.1\r\nHost: x\r\n\r\n".encode() for url in (one.url, two.url)),
        )
        async with client(guard) as http:
            assert [(await http.get(url)).text for url in (one.url, two.url, one.url)] == [
                "one",
                "two",
                "one",
            ]
    assert answer.endswith(b"one")
    assert (one.targets, two.targets) == (["/", "/", "/"], ["/"])


async def test_a_site_can_not_forge_the_guards_own_answer() -> None:
    forged = Answer("x", headers={"X-Eindekss-Guard": "unknown_host", "Keep-Alive": "timeout=9"})
    async with (
        SiteServer({"/": forged}) as server,
        EgressGuard(opened(server)) as guard,
        client(guard) as http,
    ):
        headers = (await http.get(server.url)).headers
    assert "x-eindekss-guard" not in headers
    assert "keep-alive" not in headers


@pytest.mark.parametrize("chunked", [False, True])
async def test_a_big_upload_arrives_byte_for_byte(chunked: bool) -> None:
    body = bytes(range(256)) * 20_000

    async def parts() -> AsyncIterator[bytes]:
        for start in range(0, len(body), 50_000):
            yield body[start : start + 50_000]

    async with (
        SiteServer({"/up": "ok"}) as server,
        EgressGuard(opened(server)) as guard,
        client(guard) as http,
    ):
        answer = await http.post(f"{server.url}/up", content=parts() if chunked else body)
    assert answer.text == "ok"
    assert server.asked[0].body == body


async def test_a_big_answer_arrives_byte_for_byte_through_a_slow_reader() -> None:
    body = bytes(range(256)) * 40_000
    async with (
        SiteServer({"/": Answer(body, type="")}) as server,
        EgressGuard(opened(server)) as guard,
        client(guard) as http,
        http.stream("GET", server.url) as answer,
    ):
        await asyncio.sleep(0.2)
        received = b"".join([part async for part in answer.aiter_raw()])
    assert received == body


async def test_informational_answers_pass_before_the_final_one() -> None:
    async def hints(asked: Asked, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\nHTTP/1.1 200 OK\r\nConte")
        await writer.drain()
        await asyncio.sleep(0.05)
        writer.write(b"nt-Length: 2\r\nConnection: keep-alive\r\n\r\nok")

    async with SiteServer() as server, EgressGuard(opened(server)) as guard:
        server.raw["/"] = hints
        answer = await raw_exchange(guard, f"GET {server.url}/ HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    assert answer.startswith(b"HTTP/1.1 103 Early Hints\r\n")
    assert answer.endswith(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")


async def test_an_upstream_that_closes_without_an_answer_is_a_lost_connection() -> None:
    async def leave(asked: Asked, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200")

    async with SiteServer() as server, EgressGuard(opened(server)) as guard, client(guard) as http:
        server.raw["/"] = leave
        answer = await http.get(server.url)
        failure = guard.failure_for(server.url)
    assert (answer.status_code, answer.headers["x-eindekss-guard"]) == (502, "connection_lost")
    assert failure is not None
    assert failure.reason is FailureReason.CONNECTION_LOST


async def test_an_answer_that_breaks_off_is_not_made_to_look_whole() -> None:
    async def half(asked: Asked, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")

    async with SiteServer() as server, EgressGuard(opened(server)) as guard, client(guard) as http:
        server.raw["/"] = half
        with pytest.raises(httpx.RemoteProtocolError):
            await http.get(server.url)


async def test_a_silent_upstream_is_given_up_after_the_idle_time() -> None:
    async with (
        SiteServer({"/": Answer("late", delay=30)}) as server,
        EgressGuard(opened(server), idle_timeout=0.2) as guard,
        client(guard) as http,
    ):
        answer = await http.get(server.url)
        assert (answer.status_code, answer.headers["x-eindekss-guard"]) == (504, "timeout")


async def test_a_client_that_leaves_frees_its_upstream() -> None:
    async with SiteServer({"/": Answer("late", delay=30)}) as server, EgressGuard(opened(server)) as guard:
        async with client(guard) as http:
            with pytest.raises(httpx.ReadTimeout):
                await http.get(server.url, timeout=0.2)
        await until(lambda: not guard.open_connections)


def tls_contexts() -> tuple[ssl.SSLContext, ssl.SSLContext]:
    authority = trustme.CA()
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1", "ex.lv").configure_cert(serving)
    trusting = ssl.create_default_context()
    authority.configure_trust(trusting)
    return serving, trusting


async def test_tunnels_to_a_tls_server_and_keeps_the_tunnel() -> None:
    serving, trusting = tls_contexts()
    body = bytes(range(256)) * 10_000
    async with SiteServer({"/": "hello", "/big": Answer(body, type="")}, tls=serving) as server:
        names = Names(ex_lv=[["127.0.0.1"]])
        async with (
            EgressGuard([Target("ex.lv", server.port)], names) as guard,
            client(guard, trusting) as http,
        ):
            assert (await http.get(f"https://ex.lv:{server.port}/")).text == "hello"
            assert (await http.get(f"https://ex.lv:{server.port}/big")).content == body
            assert guard.connections == 1


async def test_a_tunnel_half_closes_both_ways() -> None:
    async def shout(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard = await reader.read()
        writer.write(heard.upper())
        writer.close()
        await writer.wait_closed()

    echo = await asyncio.start_server(shout, "127.0.0.1", 0)
    port = echo.sockets[0].getsockname()[1]
    async with EgressGuard([Target("127.0.0.1", port)]) as guard:
        reader, writer = await asyncio.open_connection("127.0.0.1", int(guard.url.rpartition(":")[2]))
        writer.write(f"CONNECT 127.0.0.1:{port} HTTP/1.1\r\nHost: x\r\n\r\nearly ".encode())
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"and late")
        writer.write_eof()
        assert await asyncio.wait_for(reader.read(), 5) == b"EARLY AND LATE"
        writer.close()
        await writer.wait_closed()
        await until(lambda: not guard.open_connections)
    echo.close()
    await echo.wait_closed()


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"GET /origin-form HTTP/1.1\r\nHost: x\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\r\n\r\n",
        b"CONNECT nowhere HTTP/1.1\r\nHost: x\r\n\r\n",
        b"CONNECT ex.lv:99999 HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET http:///x HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET ftp://ex.lv/ HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET http://ex.lv/ HTTP/1.1\r\nHost: x\r\nX: " + b"y" * 600_000 + b"\r\n\r\n",
    ],
)
async def test_what_is_no_proxy_request_is_answered_with_400(request_bytes: bytes) -> None:
    async with EgressGuard(resolver=Names()) as guard:
        assert (await raw_exchange(guard, request_bytes)).startswith(b"HTTP/1.1 400 invalid_url\r\n")


async def test_more_connections_than_the_limit_are_answered_with_503() -> None:
    async with (
        SiteServer({"/": Answer("late", delay=1)}) as server,
        EgressGuard(opened(server), max_connections=2) as guard,
        client(guard) as http,
    ):
        answers = await asyncio.gather(*(http.get(server.url) for _ in range(3)))
    assert sorted(answer.status_code for answer in answers) == [200, 200, 503]


async def test_closing_ends_what_is_open_and_leaves_no_task() -> None:
    async with SiteServer({"/": Answer("late", delay=30)}) as server:
        before = asyncio.all_tasks()
        async with EgressGuard(opened(server)) as guard, client(guard) as http:
            asking = asyncio.create_task(http.get(server.url))
            await until(lambda: server.asked)
            left = asyncio.all_tasks() - before - {asking}
            await guard.__aexit__(None, None, None)
            with pytest.raises(httpx.TransportError):
                await asking
        assert guard.open_connections == 0
        assert all(task.done() for task in left if "Exchange" in repr(task) or "_connect" in repr(task))
    gc.collect()


async def test_failures_are_kept_within_bounds() -> None:
    async with EgressGuard(resolver=Names()) as guard:
        for number in range(2100):
            await guard._dial(f"h{number}.lv", 80, asyncio.Protocol)
        assert guard.failure_for("http://h0.lv/") is None
        assert guard.failure_for("http://h2099.lv/") is not None
        assert len(guard._failures) == 2000


async def test_the_guard_has_no_address_before_it_listens() -> None:
    with pytest.raises(GuardError, match="does not listen"):
        _ = EgressGuard().url


async def test_the_system_resolver_knows_localhost_and_says_what_it_does_not_know() -> None:
    resolver = SystemResolver()
    assert await resolver("localhost") == ("127.0.0.1", "::1")
    assert await resolver("anything.localhost") == ("127.0.0.1", "::1")
    with pytest.raises(OSError, match=r"\w"):
        await resolver("nosuch.invalid")


async def test_a_name_that_does_not_exist_is_asked_once_and_its_failure_does_not_grow(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[str] = []

    def counting(host: str, *rest: Any, **more: Any) -> Any:
        asked.append(host)
        return system(host, *rest, **more)

    system = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", counting)
    resolver = SystemResolver()
    answers = await asyncio.gather(*(resolver("nosuch.invalid") for _ in range(50)), return_exceptions=True)
    assert all(isinstance(answer, OSError) for answer in answers)
    for _ in range(20):
        with pytest.raises(OSError, match=r"\w") as caught:
            await resolver("nosuch.invalid")
        assert len(caught.traceback) < 5
    assert asked == ["nosuch.invalid"], "one question, as long as the answer is kept"


async def test_fifty_requests_at_once_are_quick() -> None:
    loop = asyncio.get_running_loop()
    async with SiteServer({"/": "a" * 20_000}) as server, EgressGuard(opened(server)) as guard:
        ports = int(guard.url.rpartition(":")[2])
        assert ports
        request = f"GET {server.url}/ HTTP/1.1\r\nHost: x\r\n\r\n".encode()
        began = loop.time()
        for _ in range(4):
            answers = await asyncio.gather(*(raw_exchange(guard, request) for _ in range(50)))
            assert all(answer.endswith(b"aaaa") for answer in answers)
        assert loop.time() - began < 4
