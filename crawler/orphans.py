"""Browsers whose owner was killed while they could not notice: they were frozen, and their driver waits.

A driver ends its browser when its owner is gone, and Chromium ends when its driver is; neither does so where
Chromium is frozen. Whoever comes next ends both.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from pathlib import Path

import psutil

from crawler.process_tree import ProcessTree

_FLAG = "--eindekss="


def new_mark() -> str:
    """A flag for a new Chromium, unlike any other; it names its owner: this process, by number and start."""
    own = psutil.Process()
    return f"{_FLAG}{own.pid}-{_ticks(own)}-{secrets.token_hex(8)}"


def end_orphans() -> int:
    """End what is left of browsers whose owners live no more; how many processes. Takes some milliseconds for
    each process of the machine: call from a thread.
    """
    return sum(ProcessTree.of(process).kill() for process in _orphans())


def _orphans() -> Iterator[psutil.Process]:
    for process in psutil.process_iter():
        try:
            mark = next((part for part in process.cmdline() if part.startswith(_FLAG)), "")
            if mark and _is_of_our_system(process) and not _owner_lives(mark):
                yield process
        except (psutil.Error, OSError):
            continue


def _owner_lives(mark: str) -> bool:
    """True also where the mark is none of ours: what is not understood is left alone."""
    number, _, rest = mark.removeprefix(_FLAG).partition("-")
    ticks = rest.partition("-")[0]
    if not (number.isdigit() and ticks.isdigit()):
        return True
    try:
        owner = psutil.Process(int(number))
        return _ticks(owner) == int(ticks) and owner.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _ticks(process: psutil.Process) -> int:
    """When it began, in hundredths of a second since the machine did: no clock that is set changes it."""
    try:
        stat = Path(f"/proc/{process.pid}/stat").read_text(encoding="ascii", errors="replace")
        return int(stat.rpartition(")")[2].split()[19])
    except OSError:
        return round(process.create_time() * 100)


def _is_of_our_system(process: psutil.Process) -> bool:
    """Whether it numbers processes as we do: a container's owner has another number here than there."""
    try:
        return Path(f"/proc/{process.pid}/ns/pid").readlink() == Path("/proc/self/ns/pid").readlink()
    except FileNotFoundError:
        return not Path("/proc/self").exists()
