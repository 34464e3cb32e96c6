"""Makes msgspec know every kind of value before threads read any.

What msgspec knows of a Struct it works out when the first one is read, and for a moment it is half done: a
second thread that reads the same kind in that moment ends the process (SIGSEGV, msgspec 0.22). Workers read
evidence of several sites at once in threads, so all kinds are worked out beforehand, in one.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec


def know_types() -> None:
    """Work out all kinds that are imported by now; some milliseconds, and nothing the second time."""
    for kind in tuple(_kinds(msgspec.Struct)):
        try:
            msgspec.json.Decoder(kind)
        except (TypeError, NameError):
            # It holds what JSON can't, such as a function: it is never read.
            continue


def _kinds(of: type[msgspec.Struct]) -> Iterator[type[msgspec.Struct]]:
    for kind in of.__subclasses__():
        yield kind
        yield from _kinds(kind)
