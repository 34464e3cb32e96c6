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
_UNANSWERED_KEPT = 3.0
"""Seconds that a failure of the name servers themselves is kept: it may be over soon."""
_MOST = 1024
_NO_SUCH_NAME = frozenset({socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)})


class SystemResolver:
    """getaddrinfo in a thread; concurrent questions for one name are one, answers live 30 seconds.

    "No such name" is an answer too: a page with fifty pictures on a dead host would ask fifty times, and a
    name server that is flooded stops answering anybody for seconds.
    """

    def __init__(self) -> None:
        self._answers: OrderedDict[str, tuple[float, asyncio.Future[Sequence[str]]]] = OrderedDict()

    async def __call__(self, host: str) -> Sequence[str]:
        if is_localhost(host):
            return ("127.0.0.1", "::1")
        now = asyncio.get_running_loop().time()
        known = self._answers.get(host)
        if known is None or known[0] < now or _may_be_over(known, now):
            known = (now + _KEPT, asyncio.ensure_future(_look_up(host)))
            self._answers[host] = known
            self._answers.move_to_end(host)
            while len(self._answers) > _MOST:
                self._answers.popitem(last=False)
        try:
            return await asyncio.shield(known[1])
        except OSError as error:
            # One of its own for each who asks: raised again, the kept one would grow by every traceback.
            raise type(error)(*error.args) from None


def _may_be_over(known: tuple[float, asyncio.Future[Sequence[str]]], now: float) -> bool:
    """Whether a failure is to be asked again: at once, but for "no such name" and an unanswered question
    of a moment ago.
    """
    until, answer = known
    if not answer.done():
        return False
    if answer.cancelled():
        return True
    error = answer.exception()
    if error is None or (isinstance(error, socket.gaierror) and error.errno in _NO_SUCH_NAME):
        return False
    return now > until - _KEPT + _UNANSWERED_KEPT


async def _look_up(host: str) -> Sequence[str]:
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    addresses = dict.fromkeys(str(address[0]) for *_, address in found)
    # IPv4 first: many audit machines have no IPv6 route, hardly a public site has no IPv4.
    return sorted(addresses, key=lambda address: ":" in address)
