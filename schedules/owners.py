"""Names of the processes that hold leases, by which others on the machine see that one is dead."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import psutil

_BOOT = Path("/proc/sys/kernel/random/boot_id")
_PIDS = Path("/proc/self/ns/pid")


def this_owner() -> str:
    """`host/boot/pid namespace/pid/start`: no other process, here or elsewhere, ever has the same."""
    return f"{_place()}/{os.getpid()}/{_started(os.getpid())}"


def is_dead(owner: str) -> bool:
    """Whether the process was one of this machine and is gone; False where nobody here can tell."""
    before, _, started = owner.rpartition("/")
    place, _, number = before.rpartition("/")
    if place != _place() or not number.isdigit():
        return False
    return _started(int(number)) != started


def _started(pid: int) -> str:
    """When a process began, in ticks since the machine did (so that a clock that moves changes nothing);
    empty where there is none, or only what is left of one.
    """
    try:
        # proc(5): the state is the first field after the name, the start the twentieth.
        fields = (
            Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
        )
    except OSError:
        return _started_elsewhere(pid)
    return "" if fields[0] in "ZX" else fields[19]


def _started_elsewhere(pid: int) -> str:
    """The same where there is no /proc."""
    try:
        return "" if _BOOT.exists() else f"{psutil.Process(pid).create_time():.2f}"
    except psutil.Error:
        return ""


def _place() -> str:
    return f"{socket.gethostname()[:40]}/{_boot()}/{_namespace()}"


def _boot() -> str:
    try:
        return _BOOT.read_text(encoding="ascii").strip()[:13]
    except OSError:
        return f"{psutil.boot_time():.0f}"


def _namespace() -> str:
    try:
        return str(_PIDS.readlink()).strip("pid:[]")
    except OSError:
        return "0"
