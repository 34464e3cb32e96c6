"""Watches a command that audits: memory and CPU of its process tree over time, and its log."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
import psutil

EVERY = 2.0
"""Seconds between two looks: memory is summed over some ten processes."""


class Look(msgspec.Struct, frozen=True):
    """One look at the tree."""

    time: float
    """Seconds since the epoch."""
    memory: int
    """Bytes, PSS."""
    cpu: float
    """Seconds that all processes that were ever seen have used."""
    processes: int


class Watch:
    """Looks at a process and its descendants until `stop`."""

    def __init__(self, pid: int) -> None:
        """Begin at once."""
        self.looks: list[Look] = []
        self._root = psutil.Process(pid)
        self._used: dict[tuple[int, float], float] = {}
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Look no more."""
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.is_set():
            self.looks.append(self._look())
            self._over.wait(EVERY)

    def _look(self) -> Look:
        memory = seen = 0
        for one in self._tree():
            try:
                with one.oneshot():
                    used = one.cpu_times()
                    self._used[one.pid, one.create_time()] = used.user + used.system
                memory += one.memory_full_info().pss
                seen += 1
            except psutil.Error:
                continue
        return Look(time.time(), memory, sum(self._used.values()), seen)

    def _tree(self) -> list[psutil.Process]:
        try:
            return [self._root, *self._root.children(recursive=True)]
        except psutil.Error:
            return []


class Done(msgspec.Struct, frozen=True):
    """A result of an institution, by the log."""

    time: float
    url: str
    ended: str
    status: str


class Ran(msgspec.Struct):
    """A command that ended."""

    code: int
    began: float
    ended: float
    looks: list[Look]
    done: list[Done]
    """First results, one an institution, in their order."""
    last: dict[str, str]
    """The status that stood at the end, by address."""
    failures: dict[str, str]
    """Why a site could not be evaluated, by address; the log does not tell it of all."""
    restarts: list[str]
    """Why a browser was started, but for the first."""

    def cpu_at(self, moment: float) -> float:
        """Seconds of CPU used until a moment, between looks by proportion."""
        before = Look(self.began, 0, 0.0, 0)
        for look in self.looks:
            if look.time >= moment:
                share = (moment - before.time) / max(look.time - before.time, 1e-9)
                return before.cpu + share * (look.cpu - before.cpu)
            before = look
        return before.cpu


@contextmanager
def started(command: list[str], log: Path, *, core: int | None = None) -> Iterator[subprocess.Popen[bytes]]:
    """A command, with all that it starts bound to one core if wanted, its log in a file; killed if it is
    still there in the end.
    """
    cores = {core} if core is not None else os.sched_getaffinity(0)
    with (
        log.open("wb") as stream,
        subprocess.Popen(
            command,
            stdout=subprocess.DEVNULL,
            stderr=stream,
            preexec_fn=lambda: os.sched_setaffinity(0, cores),  # noqa: PLW1509 - no threads here yet
        ) as process,
    ):
        try:
            yield process
        finally:
            process.kill()


def ran(process: subprocess.Popen[bytes], watch: Watch, log: Path, began: float) -> Ran:
    """Wait for the command and read its log."""
    code = process.wait()
    ended = time.time()
    watch.stop()
    return read(log, Ran(code, began, ended, watch.looks, [], {}, {}, []))


def read(log: Path, into: Ran) -> Ran:
    """Add what a log tells; lines that are not JSON are shown."""
    for line in log.read_text(encoding="utf-8").splitlines():
        try:
            _take(json.loads(line), into)
        except ValueError:
            sys.stderr.write(f"log: {line[:200]}\n")
    return into


def _take(event: dict[str, Any], into: Ran) -> None:
    url = event.get("institution", "")
    match event["event"]:
        case "site_done":
            if url not in into.last:
                moment = datetime.fromisoformat(event["time"]).timestamp()
                into.done.append(Done(moment, url, event["ended"], event["status"]))
            into.last[url] = event["status"]
        case "browser_started" if event["why"] != "first":
            into.restarts.append(event["why"])
