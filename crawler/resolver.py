"""Names to addresses: the machine's own resolver, remembered for a short while."""

from __future__ import annotations

import asyncio
import socket
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence

from crawler.addresses import is_localhost

Resolver = Callable[[str], Awaitable[Sequence[str]]]
"""Host name to IP addresses, best first. Raises OSError (socket.gaierror) where there are none."""

_KEPT = 30.0
"""Seconds: a page's hundred assets are one look-up. Whoever connects checks each address each time."""
_MOST = 1024


class SystemResolver:
    """getaddrinfo in a thread; concurrent questions for one name are one, answers live 30 seconds."""

    def __init__(self) -> None:
        self._answers: OrderedDict[str, tuple[float, asyncio.Future[Sequence[str]]]] = OrderedDict()

    async def __call__(self, host: str) -> Sequence[str]:
        if is_localhost(host):
            return ("127.0.0.1", "::1")
        now = asyncio.get_running_loop().time()
        known = self._answers.get(host)
        if known is None or known[0] < now or _failed(known[1]):
            known = (now + _KEPT, asyncio.ensure_future(_look_up(host)))
            self._answers[host] = known
            self._answers.move_to_end(host)
            while len(self._answers) > _MOST:
                self._answers.popitem(last=False)
        return await asyncio.shield(known[1])


def _failed(answer: asyncio.Future[Sequence[str]]) -> bool:
    return answer.done() and (answer.cancelled() or answer.exception() is not None)


async def _look_up(host: str) -> Sequence[str]:
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    addresses = dict.fromkeys(str(address[0]) for *_, address in found)
    # IPv4 first: many audit machines have no IPv6 route, hardly a public site has no IPv4.
    return sorted(addresses, key=lambda address: ":" in address)
