"""Names of the processes that hold leases, by which others on the machine see that one is dead."""

from __future__ import annotations

import socket
from pathlib import Path

import psutil

_BOOT = Path("/proc/sys/kernel/random/boot_id")
_PIDS = Path("/proc/self/ns/pid")


def this_owner() -> str:
    """`host/boot/pid namespace/pid/start`: no other process, here or elsewhere, ever has the same."""
    process = psutil.Process()
    return f"{_place()}/{process.pid}/{_started(process)}"


def is_dead(owner: str) -> bool:
    """Whether the process was one of this machine and is gone; False where nobody here can tell."""
    place, _, rest = owner.rpartition("/")[0].rpartition("/")
    if place != _place() or not rest.isdigit():
        return False
    try:
        process = psutil.Process(int(rest))
        return _started(process) != owner.rpartition("/")[2] or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True
    except psutil.Error:
        return False


def _started(process: psutil.Process) -> str:
    # Hundredths of a second: as fine as the kernel keeps it.
    return f"{process.create_time():.2f}"


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
