"""A real HTTP/1.1 server on 127.0.0.1 that answers as told, or misbehaves byte for byte."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from types import TracebackType


@dataclass
class Asked:
    """A request as it arrived; header names in lower case."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes = b""
    raw_head: bytes = b""

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]


@dataclass
class Answer:
    """An answer that keeps to the protocol."""

    body: bytes | str = b""
    status: int = 200
    type: str = "text/html; charset=utf-8"
    headers: Mapping[str, str] = field(default_factory=dict)
    delay: float = 0.0

    def bytes(self) -> bytes:
        body = self.body.encode() if isinstance(self.body, str) else self.body
        lines = [f"HTTP/1.1 {self.status} Whatever", f"Content-Length: {len(body)}"]
        if self.type:
            lines.append(f"Content-Type: {self.type}")
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


Raw = Callable[[Asked, asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
Chosen = Callable[[Asked], "Answer | str"]
Route = Answer | str | Chosen


def redirect(to: str, status: int = 302) -> Answer:
    return Answer(status=status, headers={"Location": to})


class Steps:
    """A clock for politeness that jumps ahead whenever somebody sleeps, so that no test waits."""

    def __init__(self) -> None:
        self.time = 0.0

    def __call__(self) -> float:
        return self.time

    async def sleep(self, seconds: float) -> None:
        self.time += seconds
        await asyncio.sleep(0)


async def until(condition: Callable[[], object], seconds: float = 5.0) -> None:
    """Wait for what no event tells of, such as a socket that the other side closes."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - there is no event
            await asyncio.sleep(0.005)


class SiteServer:
    """`routes` by path (or whole target); a `Raw` writes whatever it likes and the connection ends.

    Records `asked` (in order), `connections`, and `busiest`, the most requests under way at once.
    """

    def __init__(
        self, routes: Mapping[str, Route] | None = None, *, tls: ssl.SSLContext | None = None
    ) -> None:
        self.routes: dict[str, Route] = dict(routes or {})
        self.raw: dict[str, Raw] = {}
        self.fallback: Route = Answer("<h1>Not found</h1>", status=404)
        self.tls = tls
        self.asked: list[Asked] = []
        self.connections = 0
        self.under_way = 0
        self.busiest = 0
        self.port = 0
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> SiteServer:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=self.tls)
        self.port = int(self._server.sockets[0].getsockname()[1])
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()

    @property
    def url(self) -> str:
        return f"{'https' if self.tls else 'http'}://127.0.0.1:{self.port}"

    @property
    def targets(self) -> list[str]:
        return [asked.target for asked in self.asked]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            with contextlib.suppress(
                ConnectionError, asyncio.IncompleteReadError, ssl.SSLError, asyncio.CancelledError
            ):
                while await self._answer(reader, writer):
                    pass
        finally:
            writer.close()
            with contextlib.suppress(ConnectionError, ssl.SSLError, asyncio.CancelledError):
                await writer.wait_closed()
            self._tasks.discard(task)

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        asked = await _read(reader)
        self.asked.append(asked)
        self.under_way += 1
        self.busiest = max(self.busiest, self.under_way)
        try:
            if asked.path in self.raw:
                await self.raw[asked.path](asked, reader, writer)
                return False
            route = self.routes.get(asked.target, self.routes.get(asked.path, self.fallback))
            if not isinstance(route, Answer | str):
                route = route(asked)
            answer = route if isinstance(route, Answer) else Answer(route)
            await asyncio.sleep(answer.delay)
            writer.write(answer.bytes())
            await writer.drain()
        finally:
            self.under_way -= 1
        return asked.headers.get("connection", "").lower() != "close"


async def _read(reader: asyncio.StreamReader) -> Asked:
    raw_head = await reader.readuntil(b"\r\n\r\n")
    first, *lines = raw_head.decode("latin-1").rstrip("\r\n").split("\r\n")
    method, target, _ = first.split(" ")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    asked = Asked(method, target, headers, raw_head=raw_head)
    if "content-length" in headers:
        asked.body = await reader.readexactly(int(headers["content-length"]))
    elif headers.get("transfer-encoding") == "chunked":
        while size := int(await reader.readline(), 16):
            asked.body += await reader.readexactly(size)
            await reader.readline()
        await reader.readline()
    return asked
