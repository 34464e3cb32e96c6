"""The egress guard: a local forward proxy that resolves once, checks, and connects to what it checked.

Browser and HTTP client reach the network only through it, so a redirect, a sub-request, a worker or a DNS
answer that changes can lead nowhere that was not checked at connecting. It binds to the loopback address
and asks for no credentials: a password would cost every tunnel a round trip (Chromium waits for the 407),
and whoever else runs on this machine reaches through it only what it reaches without.
"""

from __future__ import annotations

import asyncio
import errno
import socket
from collections import OrderedDict
from collections.abc import Callable, Iterable
from types import TracebackType

from crawler.addresses import Target, is_public, may_be_opened
from crawler.errors import GuardError
from crawler.evidence.failure import Failure, FailureReason
from crawler.relay import Exchange
from crawler.resolver import Resolver, SystemResolver
from crawler.urls import is_ip_address, normalise, parse

_MOST_FAILURES = 2000
_OURS = frozenset({errno.ENETUNREACH, errno.EMFILE, errno.ENFILE, errno.EADDRNOTAVAIL, errno.ENOBUFS})


class EgressGuard:
    """An asyncio forward proxy (absolute-form HTTP and CONNECT) on 127.0.0.1 and a free port.

    `allow`: targets whose private addresses are open (see `addresses.targets_of`). `resolver`: names to
    addresses. Times are seconds. Attributes for the record: `connections` accepted so far, `refused`
    connections to addresses that are not public, and `refused_hosts`, the first thousand of their hosts.
    """

    def __init__(
        self,
        allow: Iterable[Target] = (),
        resolver: Resolver | None = None,
        *,
        connect_timeout: float = 15.0,
        idle_timeout: float = 60.0,
        max_connections: int = 512,
    ) -> None:
        self._allow = frozenset(allow)
        self._resolver = resolver or SystemResolver()
        self._connect_timeout = connect_timeout
        self._idle_timeout = idle_timeout
        self._max_connections = max_connections
        self._server: asyncio.Server | None = None
        self._open: set[Exchange] = set()
        self._failures: OrderedDict[tuple[str, int], Failure] = OrderedDict()
        self._sweeper: asyncio.TimerHandle | None = None
        self.connections = 0
        self.refused = 0
        self.refused_hosts: list[str] = []

    async def __aenter__(self) -> EgressGuard:
        loop = asyncio.get_running_loop()
        try:
            self._server = await loop.create_server(self._accept, "127.0.0.1", 0, backlog=256)
        except OSError as error:
            raise GuardError(f"the egress guard can't listen on 127.0.0.1: {error}") from error
        self._sweep()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._sweeper is not None:
            self._sweeper.cancel()
        tasks = [exchange.task for exchange in self._open if exchange.task is not None]
        if self._server is not None:
            self._server.close()
        for exchange in list(self._open):
            exchange.abort()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.sleep(0)  # transports tell their protocols in the next turn of the loop
        if self._server is not None:
            await self._server.wait_closed()

    @property
    def url(self) -> str:
        """`http://127.0.0.1:PORT`, for httpx's `proxy=` and Chromium's `--proxy-server`."""
        if self._server is None or not self._server.sockets:
            raise GuardError("the egress guard does not listen")
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    @property
    def open_connections(self) -> int:
        """Client connections open now."""
        return len(self._open)

    def failure_for(self, url: str) -> Failure | None:
        """The last failure to connect to the URL's host and port, unless a later attempt succeeded."""
        normal = normalise(url)
        if normal is None:
            return None
        address = parse(normal)
        return self._failures.get((address.host, address.port))

    def _accept(self) -> asyncio.Protocol:
        self.connections += 1
        exchange = Exchange(self._dial, self._record, full=len(self._open) >= self._max_connections)
        exchange.on_end = self._open.discard
        self._open.add(exchange)
        return exchange.client

    def _sweep(self) -> None:
        loop = asyncio.get_running_loop()
        deadline = loop.time() - self._idle_timeout
        for exchange in [one for one in self._open if one.last_activity < deadline]:
            exchange.expire()
        self._sweeper = loop.call_later(self._idle_timeout / 4, self._sweep)

    def _record(self, host: str, port: int, failure: Failure) -> None:
        self._failures[host, port] = failure
        self._failures.move_to_end((host, port))
        if len(self._failures) > _MOST_FAILURES:
            self._failures.popitem(last=False)

    async def _dial(self, host: str, port: int, protocol: Callable[[], asyncio.Protocol]) -> Failure | None:
        try:
            async with asyncio.timeout(self._connect_timeout):
                failure = await self._connect(host, port, protocol)
        except TimeoutError:
            failure = Failure(FailureReason.TIMEOUT, f"no connection to {host}:{port} in time")
        if failure is None:
            self._failures.pop((host, port), None)
        else:
            self._record(host, port, failure)
        return failure

    async def _connect(
        self, host: str, port: int, protocol: Callable[[], asyncio.Protocol]
    ) -> Failure | None:
        try:
            found = [host] if is_ip_address(host) else list(await self._resolver(host))
        except (OSError, UnicodeError) as error:
            if isinstance(error, socket.gaierror) and error.errno == socket.EAI_AGAIN:
                # No name server answers: that says nothing about the site, and must not cost it points.
                return Failure(FailureReason.PROXY_FAILED, f"{host}: {_words(error)}")
            return Failure(FailureReason.UNKNOWN_HOST, f"{host}: {_words(error)}")
        usable = [address for address in found if self._may_reach(host, port, address)]
        if not usable:
            return self._refuse(host, port, found)
        return await self._connect_to_first(usable, port, protocol)

    async def _connect_to_first(
        self, addresses: list[str], port: int, protocol: Callable[[], asyncio.Protocol]
    ) -> Failure | None:
        loop = asyncio.get_running_loop()
        share = self._connect_timeout / len(addresses)
        failure = None
        for address in addresses:
            try:
                async with asyncio.timeout(share):
                    # An IP address: asyncio looks nothing up, so this is the very address checked.
                    await loop.create_connection(protocol, address, port)
            except TimeoutError:
                failure = Failure(FailureReason.TIMEOUT, f"no connection to {address}:{port} in time")
            except OSError as error:
                failure = _failure_to_connect(error, address, port)
            else:
                return None
        return failure

    def _may_reach(self, host: str, port: int, address: str) -> bool:
        return is_public(address) or (Target(host, port) in self._allow and may_be_opened(address))

    def _refuse(self, host: str, port: int, found: list[str]) -> Failure:
        if not found:
            return Failure(FailureReason.UNKNOWN_HOST, f"{host}: no address")
        self.refused += 1
        if host not in self.refused_hosts and len(self.refused_hosts) < 1000:
            self.refused_hosts.append(host)
        return Failure(FailureReason.ADDRESS_REFUSED, f"{host}:{port} is {', '.join(found[:4])}, not public")


def _failure_to_connect(error: OSError, address: str, port: int) -> Failure:
    detail = f"{address}:{port}: {_words(error)}"
    if error.errno in _OURS:
        return Failure(FailureReason.PROXY_FAILED, detail)
    if error.errno in {errno.ETIMEDOUT, errno.EHOSTUNREACH}:
        return Failure(FailureReason.TIMEOUT, detail)
    if error.errno == errno.ECONNRESET:
        return Failure(FailureReason.CONNECTION_LOST, detail)
    return Failure(FailureReason.CONNECTION_REFUSED, detail)


def _words(error: Exception) -> str:
    if isinstance(error, socket.gaierror):
        return str(error.strerror)
    number = getattr(error, "errno", None)
    return errno.errorcode.get(number, "error") if number else str(error)
