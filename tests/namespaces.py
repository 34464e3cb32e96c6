"""Two machines on one: network namespaces with a cable each to this one. It takes root, Linux and ip(8)."""

from __future__ import annotations

import itertools
import os
import shutil
import socket
import socketserver
import subprocess
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from ipaddress import ip_network
from pathlib import Path
from typing import NamedTuple

_NUMBERS = itertools.count()
_ADDRESSES = ip_network("198.18.0.0/15")
"""Kept for tests between devices by RFC 2544. A cable takes four."""


class Machines(NamedTuple):
    """What there is to run commands elsewhere."""

    enter: tuple[tuple[str, ...], ...]
    """What to put before a command, one a machine."""
    here: str
    """This machine's address, as all of them can reach it."""


class NoNamespacesError(Exception):
    """This machine, or who we are on it, has none to give."""


@contextmanager
def two_machines() -> Iterator[Machines]:
    """Two network namespaces that reach this machine and not each other. NoNamespacesError."""
    if os.geteuid() != 0 or shutil.which("ip") is None:
        raise NoNamespacesError("it takes root and ip(8)")
    with ExitStack() as stack:
        ends = [stack.enter_context(_machine()) for _ in range(2)]
        yield Machines(tuple(("ip", "netns", "exec", name) for name, _ in ends), ends[0][1])


@contextmanager
def _machine() -> Iterator[tuple[str, str]]:
    """Its name, and the address of this end of its cable."""
    own = (os.getpid() * 8 + next(_NUMBERS) % 8) % 2**15
    here, there = (str(_ADDRESSES[4 * own + place]) for place in (1, 2))
    name, cable = f"eindekss-{own}", f"ek{own}"
    _ip("netns", "add", name)
    try:
        _ip("link", "add", cable, "type", "veth", "peer", "name", "eth0", "netns", name)
        _ip("addr", "add", f"{here}/30", "dev", cable)
        _ip("link", "set", cable, "up")
        _ip("-n", name, "link", "set", "lo", "up")
        _ip("-n", name, "addr", "add", f"{there}/30", "dev", "eth0")
        _ip("-n", name, "link", "set", "eth0", "up")
        _ip("-n", name, "route", "add", "default", "via", here)
        yield name, here
    finally:
        with suppress(NoNamespacesError):
            _ip("netns", "del", name)


def _ip(*arguments: str) -> None:
    done = subprocess.run(["ip", *arguments], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise NoNamespacesError(f"ip {' '.join(arguments)}: {done.stderr.strip()}")


@contextmanager
def leading(here: str, to: Path | tuple[str, int]) -> Iterator[int]:
    """The port at our address `here` that leads to a socket of this machine that others can't reach."""

    class Passing(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with _connected(to) as other:
                back = threading.Thread(target=_pump, args=(other, self.request))
                back.start()
                _pump(self.request, other)
                back.join()

    with socketserver.ThreadingTCPServer((here, 0), Passing) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()


def _connected(to: Path | tuple[str, int]) -> socket.socket:
    if not isinstance(to, Path):
        return socket.create_connection(to)
    found = socket.socket(socket.AF_UNIX)
    found.connect(str(to))
    return found


def _pump(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
    with suppress(OSError):
        sink.shutdown(socket.SHUT_WR)
