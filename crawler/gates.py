"""The gates of all hosts asked, and of the servers behind them: hosts on one address share its limits.

Two hundred institutions on one shared hosting are one machine. So each request passes two gates, its host's
and that of the address that the host's name stands for, both with the same ceiling and both slowing down when
asked to. Where the operator gave one site another rate, that is its host's ceiling, and its server's is no
less. Only the host's gate keeps Crawl-delay and Retry-After and opens a circuit: one broken site must not
shut out its neighbours. A content network's address is treated like any other: that costs a wave some
waiting, and nobody anything.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence

from crawler.politeness import Answered, HostGate, Sleep, Ticket
from crawler.resolver import Resolver
from crawler.urls import Address, is_ip_address, parse

MOST_GATES = 4096
"""Gates at rest are forgotten beyond this: a worker of a large wave meets tens of thousands of hosts."""
RESOLVING = 15.0
_WEB_PORTS = frozenset({80, 443})
Key = tuple[str, int]


class Entry:
    """Leave to send one request to a host; given back with how it was answered."""

    def __init__(self, host: HostGate, ticket: Ticket, server: HostGate | None, pass_: Ticket | None) -> None:
        self._host, self._ticket = host, ticket
        self._server, self._pass = server, pass_

    async def leave(self, answered: Answered | None, retry_after: float = 0.0) -> None:
        """Give it back. `answered` None: nobody knows. `retry_after` in seconds, for this host alone."""
        try:
            await self._host.leave(self._ticket, answered, retry_after)
        finally:
            if self._server is not None and self._pass is not None:
                await self._server.leave(self._pass, answered)


class Gates:
    """One gate a host and port, one an address and port; 80 and 443 of an address are one server."""

    def __init__(
        self,
        rate: float,
        concurrency: int,
        *,
        resolver: Resolver | None = None,
        now: Callable[[], float] = time.monotonic,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        """`rate` requests a second and `concurrency` at once for each. Without a `resolver` only hosts given
        as addresses share a server's gate.
        """
        self._rate, self._concurrency = rate, concurrency
        self._resolver = resolver
        self._now, self._sleep = now, sleep
        self._own: dict[Key, float] = {}
        """Rates that the operator gave to single hosts."""
        self._hosts: OrderedDict[Key, HostGate] = OrderedDict()
        self._servers: OrderedDict[Key, HostGate] = OrderedDict()

    def of(self, url: str, rate: float | None = None) -> HostGate:
        """The gate of a normalised URL's host and port. `rate`: its ceiling from now on, unless another
        site's audit brought a lower one.
        """
        address = parse(url)
        key = (address.host, address.port)
        gate = self._gate(self._hosts, key, breaks=True)
        if rate is not None:
            self._own[key] = min(rate, self._own.get(key, rate))
            gate.set_ceiling(self._own[key])
        return gate

    async def enter(self, url: str, rate: float | None = None) -> Entry | None:
        """Wait for one's turn at host and server; None where the host's circuit is open. `rate`: see `of`."""
        host = self.of(url, rate)
        ticket = await host.enter()
        if ticket is None:
            return None
        try:
            server = await self._server(url)
            if server is not None and rate is not None:
                server.set_ceiling(max(rate, server.ceiling))
            passed = await server.enter() if server is not None else None
        except BaseException:
            await host.leave(ticket, None)
            raise
        return Entry(host, ticket, server, passed)

    @property
    def rate(self) -> float:
        """Requests a second that hosts without a rate of their own are asked at most."""
        return self._rate

    async def server_of(self, url: str) -> str:
        """`192.0.2.7:443`, by which workers know that they ask the same server; empty where the name stands
        for nothing. Of several addresses the least: name servers give them in turns.
        """
        address = parse(url)
        found = await self._addresses(address.host)
        return f"{min(found)}:{_port(address)}" if found else ""

    async def _server(self, url: str) -> HostGate | None:
        address = parse(url)
        found = await self._addresses(address.host)
        if not found:
            return None  # the request will say why
        return self._gate(self._servers, (found[0], _port(address)), breaks=False)

    async def _addresses(self, host: str) -> Sequence[str]:
        if is_ip_address(host) or self._resolver is None:
            return (host,) if is_ip_address(host) else ()
        try:
            async with asyncio.timeout(RESOLVING):
                return await self._resolver(host)
        except (OSError, UnicodeError):  # a time-out is an OSError too
            return ()

    def _gate(self, gates: OrderedDict[Key, HostGate], key: Key, *, breaks: bool) -> HostGate:
        if key not in gates:
            _forget(gates)
            gates[key] = HostGate(
                self._rate, self._concurrency, now=self._now, sleep=self._sleep, breaks=breaks
            )
        gates.move_to_end(key)
        return gates[key]


def _port(address: Address) -> int:
    return 443 if address.port in _WEB_PORTS else address.port


def _forget(gates: OrderedDict[Key, HostGate]) -> None:
    if len(gates) >= MOST_GATES:
        for key in [key for key, gate in gates.items() if gate.is_at_rest][: MOST_GATES // 2]:
            del gates[key]
