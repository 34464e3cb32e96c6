"""Content-Encoding undone piece by piece, so that a bomb of 200 kB never unpacks to 200 MB in memory."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable

import brotli  # type: ignore[import-untyped]  # it ships no types
import zstandard

_PIECE = 64 * 1024
_ZSTD_WINDOW = 8 * 1024 * 1024
"""RFC 9659: no `zstd` content coding may need a larger window."""
_MOST_CODINGS = 3


class CodingError(ValueError):
    """The body is not what its Content-Encoding says, or that names a coding that nobody asked for."""


class _Enough(Exception):  # noqa: N818 - a signal through zstandard's writer, no error
    pass


Sink = Callable[[bytes], None]


class BodyDecoder:
    """Decodes a body up to `cap` bytes.

    Feed it raw pieces while `feed` returns True; `body` is then the decoded bytes, `truncated` tells
    whether there was more. Raises CodingError for an unknown coding or broken data.
    """

    def __init__(self, content_encoding: str, cap: int) -> None:
        self._cap = cap
        self._body = bytearray()
        self.truncated = False
        codings = [name.strip().lower() for name in content_encoding.split(",") if name.strip()]
        if len(codings) > _MOST_CODINGS:
            raise CodingError(f"too many codings: {content_encoding[:80]}")
        sink: Sink = self._keep
        for name in codings:  # applied in this order, so undone from the last: the sink grows backwards
            sink = _stage(name, sink)
        self._first = sink

    @property
    def body(self) -> bytes:
        """What was decoded so far, at most `cap` bytes."""
        return bytes(self._body)

    def feed(self, data: bytes) -> bool:
        """Take a raw piece; False once the cap is passed."""
        try:
            self._first(data)
        except _Enough:
            self.truncated = True
        except (zlib.error, brotli.error, zstandard.ZstdError) as error:
            raise CodingError(str(error)) from error
        return not self.truncated

    def _keep(self, data: bytes) -> None:
        room = self._cap - len(self._body)
        self._body += data[:room]
        if len(data) > room:
            raise _Enough


def _stage(name: str, sink: Sink) -> Sink:
    if name in {"identity", "utf-8", "none"}:
        return sink
    if name in {"gzip", "x-gzip"}:
        return _Zlib(sink, zlib.MAX_WBITS | 16).feed
    if name == "deflate":
        return _Zlib(sink, zlib.MAX_WBITS).feed
    if name == "br":
        return _Brotli(sink).feed
    if name == "zstd":
        return _Zstd(sink).feed
    raise CodingError(f"unknown coding: {name[:40]}")


class _Zlib:
    """gzip (with several members) and deflate (with or without its zlib wrapper, as browsers take it)."""

    def __init__(self, sink: Sink, wbits: int) -> None:
        self._sink = sink
        self._wbits = wbits
        self._decoder = zlib.decompressobj(wbits)
        self._started = False

    def feed(self, data: bytes) -> None:
        while data:
            try:
                piece = self._decoder.decompress(data, _PIECE)
            except zlib.error:
                if self._started or self._wbits != zlib.MAX_WBITS:
                    raise
                self._wbits = -zlib.MAX_WBITS
                self._decoder = zlib.decompressobj(self._wbits)
                continue
            self._started = True
            self._sink(piece)
            data = self._decoder.unconsumed_tail
            if self._decoder.eof:
                data = self._next_member()

    def _next_member(self) -> bytes:
        rest = self._decoder.unused_data
        is_member = rest.startswith(b"\x1f\x8b") and self._wbits > zlib.MAX_WBITS
        if is_member:
            self._decoder = zlib.decompressobj(self._wbits)
        return rest if is_member else b""  # browsers ignore what follows the last member


class _Brotli:
    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self._decoder = brotli.Decompressor()

    def feed(self, data: bytes) -> None:
        # Until it says nothing more: can_accept_more_data() is true already with output still held back.
        while piece := self._decoder.process(data, output_buffer_limit=_PIECE):
            self._sink(piece)
            data = b""
            if self._decoder.is_finished():
                break


class _ZstdTarget:
    """What zstandard's writer writes to: it gets pieces of at most 64 KiB, and may refuse the next."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink

    def write(self, data: bytes) -> int:
        self._sink(bytes(data))
        return len(data)


class _Zstd:
    def __init__(self, sink: Sink) -> None:
        decoder = zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW)
        target = _ZstdTarget(sink)
        self._writer = decoder.stream_writer(target, write_size=_PIECE, closefd=False)  # type: ignore[arg-type]  # it only calls write

    def feed(self, data: bytes) -> None:
        self._writer.write(data)


def decode(parts: Iterable[bytes], content_encoding: str, cap: int) -> tuple[bytes, bool]:
    """(decoded bytes up to `cap`, whether there was more) of a body in pieces. Raises CodingError."""
    decoder = BodyDecoder(content_encoding, cap)
    for part in parts:
        if not decoder.feed(part):
            break
    return decoder.body, decoder.truncated
