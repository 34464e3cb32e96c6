"""A disk that can be filled to its last block: a tmpfs in a mount namespace of its own.

Nobody else sees it, and nothing of it is left when its holder ends, however the tests end. Processes may be
started inside; everybody else (of root) reaches it through the holder's `/proc/…/root`.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

_BLOCK = 4096
_HOLD = 'mount -t tmpfs -o "$1" tmpfs "$2" && echo mounted && exec sleep infinity'


class SmallDisk:
    """What is mounted at a folder, for those inside."""

    def __init__(self, holder: int, folder: Path) -> None:
        self._holder = holder
        self.seen = Path(f"/proc/{holder}/root{folder}")
        """The folder as everybody reaches it."""

    @property
    def inside(self) -> list[str]:
        """What to put before a command that is to see it at its folder."""
        return ["nsenter", f"--mount=/proc/{self._holder}/ns/mnt"]

    def fill(self) -> None:
        """Take all that is left, to the last block."""
        with suppress(OSError), (self.seen / "ballast").open("ab", buffering=0) as file:
            while True:
                file.write(bytes(256 * _BLOCK))
        with suppress(OSError), (self.seen / "ballast").open("ab", buffering=0) as file:
            while True:
                file.write(bytes(_BLOCK))

    def make_room(self) -> None:
        """Give it back."""
        (self.seen / "ballast").unlink(missing_ok=True)


@contextmanager
def small_disk(folder: Path, megabytes: int, owner: int = 0) -> Iterator[SmallDisk]:
    """A disk of that size at a folder, which is made, for the user with that number; skips the test where
    nothing may be mounted.
    """
    missing = [name for name in ("unshare", "nsenter", "setpriv") if shutil.which(name) is None]
    if missing:
        pytest.skip(f"a small disk needs {missing[0]}(1)")
    folder.mkdir()
    options = f"size={megabytes}m,uid={owner},mode=700"
    command = ["setpriv", "--pdeathsig=KILL", "unshare", "--mount", "--propagation", "private"]
    holder = subprocess.Popen(
        [*command, "sh", "-c", _HOLD, "sh", options, str(folder)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert holder.stdout is not None
        if holder.stdout.readline() != "mounted\n":
            pytest.skip(f"nothing may be mounted here: {holder.communicate()[1].strip()}")
        yield SmallDisk(holder.pid, folder)
    finally:
        holder.kill()
        holder.communicate()
