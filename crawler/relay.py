"""One client connection of the egress guard and the upstream connection that serves it.

Protocols instead of streams: bytes go from socket to socket without a task in between. h11 reads the
request, so that exactly its body is forwarded; of the answer only the head is touched.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import cast

import h11

from crawler.evidence.failure import Failure, FailureReason
from crawler.relay_heads import GUARD_HEADER, forwarded_request, rewritten_answer, split_head, target_of

_HEAD_MOST = 256 * 1024
_LINGER = 1.0
_STATUS = {
    FailureReason.ADDRESS_REFUSED: 403,
    FailureReason.TIMEOUT: 504,
    FailureReason.PROXY_FAILED: 503,
    FailureReason.INVALID_URL: 400,
}

Dial = Callable[[str, int, Callable[[], asyncio.Protocol]], Awaitable[Failure | None]]
"""Connects a protocol to a checked address of (host, port); a Failure where that can't be."""


class Exchange:
    """A request through the guard: its client, its upstream, and when bytes last moved."""

    def __init__(self, dial: Dial, record: Callable[[str, int, Failure], None], full: bool) -> None:
        self.dial = dial
        self.record = record
        self.full = full
        self.client = ClientSide(self)
        self.upstream: UpstreamSide | None = None
        self.target = ("", 0)
        self.task: asyncio.Task[None] | None = None
        self.on_end: Callable[[Exchange], None] = lambda _: None
        self.touch()

    def touch(self) -> None:
        """Bytes moved."""
        self.last_activity = asyncio.get_running_loop().time()

    def expire(self) -> None:
        """No byte moved for too long."""
        if self.upstream is not None and not self.upstream.answered and not self.client.is_tunnel:
            failure = Failure(FailureReason.TIMEOUT, "no answer in time")
            self.record(*self.target, failure)
            self.refuse(failure)
        else:
            self.abort()

    def side_lost(self) -> None:
        """One connection is gone: with both, the exchange is over."""
        if self.client.transport is None and (self.upstream is None or self.upstream.transport is None):
            self.on_end(self)

    def abort(self) -> None:
        """Drop both connections at once."""
        if self.task is not None:
            self.task.cancel()
        for side in (self.client, self.upstream):
            if side is not None and side.transport is not None:
                side.transport.abort()

    def refuse(self, failure: Failure) -> None:
        """Answer the client with the failure instead of the site."""
        self.client.answer_failure(failure)
        if self.upstream is not None and self.upstream.transport is not None:
            self.upstream.transport.abort()


class _Side(asyncio.Protocol):
    """What both ends have in common: flow control of the one by the other."""

    def __init__(self, exchange: Exchange) -> None:
        self.exchange = exchange
        self.transport: asyncio.Transport | None = None
        self.ended = False

    def other(self) -> _Side | None:
        """The side that this one's bytes go to."""
        raise NotImplementedError

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's signature
        self.transport = None
        self.exchange.side_lost()

    def pause_writing(self) -> None:
        other = self.other()
        if other is not None and other.transport is not None:
            other.transport.pause_reading()

    def resume_writing(self) -> None:
        other = self.other()
        if other is not None and other.transport is not None and not other.transport.is_closing():
            other.transport.resume_reading()

    def write(self, data: bytes) -> None:
        """Send to this side's peer, if it is still there."""
        if data and self.transport is not None and not self.transport.is_closing():
            self.transport.write(data)

    def end_writing(self) -> None:
        """Half-close: no more bytes will come from here."""
        if self.transport is not None and not self.transport.is_closing():
            with contextlib.suppress(OSError):
                self.transport.write_eof()


class ClientSide(_Side):
    """Reads one request; then relays a tunnel's bytes, or forwards exactly the request's body."""

    def __init__(self, exchange: Exchange) -> None:
        super().__init__(exchange)
        self.is_tunnel = False
        self._established = False
        self._refused = False
        self._reader = h11.Connection(h11.SERVER, max_incomplete_event_size=_HEAD_MOST)
        self._writer = h11.Connection(h11.CLIENT)

    def other(self) -> _Side | None:
        return self.exchange.upstream

    def data_received(self, data: bytes) -> None:
        self.exchange.touch()
        if self._established and self.is_tunnel:
            cast("UpstreamSide", self.exchange.upstream).write(data)
        elif not self._refused:
            self._feed(data)

    def eof_received(self) -> bool:
        """A tunnel half-closes; a client that leaves a plain request no longer wants its answer."""
        self.ended = True
        upstream = self.exchange.upstream
        if not (self._established and self.is_tunnel and upstream is not None) or upstream.ended:
            return False
        upstream.end_writing()
        return True

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        upstream = self.exchange.upstream
        if exc is not None or not (self.is_tunnel and self._established) or upstream is None:
            self.exchange.abort()
        elif upstream.transport is not None:
            upstream.transport.close()

    def answer_failure(self, failure: Failure) -> None:
        """Send the failure as an HTTP answer, then leave once the client has had time to read it."""
        transport = self.transport
        if self._refused or transport is None or transport.is_closing():
            return
        self._refused = True
        status = _STATUS.get(failure.reason, 502)
        body = f"eindekss egress guard: {failure.detail or failure.reason}\n".encode()
        head = (
            f"HTTP/1.1 {status} {failure.reason}\r\n{GUARD_HEADER}: {failure.reason}\r\n"
            f"Content-Type: text/plain; charset=utf-8\r\nContent-Length: {len(body)}\r\n"
            "Connection: close\r\n\r\n"
        )
        transport.write(head.encode() + body)
        self.end_writing()
        transport.resume_reading()
        # Closing with unread bytes resets the connection, and the client would never see the answer.
        asyncio.get_running_loop().call_later(_LINGER, transport.close)

    def _feed(self, data: bytes) -> None:
        if self._reader.their_state is h11.DONE:
            return
        try:
            self._reader.receive_data(data)
            if self.exchange.task is None:
                self._begin(self._reader.next_event())
            elif self._established:
                self._forward_body()
        except h11.ProtocolError as error:
            self.exchange.refuse(Failure(FailureReason.INVALID_URL, f"not a request for a proxy: {error}"))

    def _begin(self, event: object) -> None:
        if not isinstance(event, h11.Request):
            return
        if self.exchange.full:
            self.answer_failure(Failure(FailureReason.PROXY_FAILED, "too many connections"))
            return
        target = target_of(event)
        if target is None:
            self.answer_failure(Failure(FailureReason.INVALID_URL, "not a request for a proxy"))
            return
        self.is_tunnel = event.method == b"CONNECT"
        self.exchange.target = target
        cast("asyncio.Transport", self.transport).pause_reading()
        self.exchange.task = asyncio.get_running_loop().create_task(self._connect(event))

    async def _connect(self, request: h11.Request) -> None:
        upstream = self.exchange.upstream = UpstreamSide(self.exchange)
        failure = await self.exchange.dial(*self.exchange.target, lambda: upstream)
        if failure is not None:
            self.answer_failure(failure)
            return
        self.exchange.touch()
        self._established = True
        if self.is_tunnel:
            self.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            upstream.write(self._reader.trailing_data[0])
        else:
            upstream.write(self._writer.send(forwarded_request(request)) or b"")
            self._forward_body()
        if self.transport is not None and not self.transport.is_closing():
            self.transport.resume_reading()

    def _forward_body(self) -> None:
        upstream = cast("UpstreamSide", self.exchange.upstream)
        while isinstance(event := self._reader.next_event(), h11.Data | h11.EndOfMessage):
            upstream.write(self._writer.send(event) or b"")
            if isinstance(event, h11.EndOfMessage):
                break


class UpstreamSide(_Side):
    """Relays the answer; of a plain one the head is rewritten so that the client's connection ends."""

    def __init__(self, exchange: Exchange) -> None:
        super().__init__(exchange)
        self.answered = False
        self._head = b""

    def other(self) -> _Side | None:
        return self.exchange.client

    def data_received(self, data: bytes) -> None:
        self.exchange.touch()
        if self.answered or self.exchange.client.is_tunnel:
            self.exchange.client.write(data)
        else:
            self._head += data
            self._pass_head()

    def _pass_head(self) -> None:
        while not self.answered:
            head, rest = split_head(self._head)
            if head is None:
                if len(self._head) < _HEAD_MOST:
                    return
                head, rest = b"", self._head
            rewritten, is_final = rewritten_answer(head)
            self.answered = is_final
            self._head = b"" if is_final else rest
            self.exchange.client.write(rewritten + (rest if is_final else b""))

    def eof_received(self) -> bool:
        self.ended = True
        client = self.exchange.client
        if not client.is_tunnel or client.ended:
            return False
        client.end_writing()
        return True

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        client = self.exchange.client
        if not (self.answered or client.is_tunnel):
            failure = Failure(FailureReason.CONNECTION_LOST, "the server closed without an answer")
            self.exchange.record(*self.exchange.target, failure)
            client.answer_failure(failure)
        elif client.transport is not None:
            # A reset must not look like the regular end of an answer that only closing delimits.
            (client.transport.abort if exc else client.transport.close)()
