"""How much memory this process and the browsers below it hold."""

from __future__ import annotations

import threading

import psutil


def pss(process: psutil.Process) -> int:
    """Proportional set size in bytes of a process and all its descendants: shared memory is shared out."""
    total = 0
    for one in (process, *process.children(recursive=True)):
        try:
            total += one.memory_full_info().pss
        except psutil.Error:
            continue
    return total


class Memory:
    """Samples of `pss` of this process, in bytes, twice a second, while entered."""

    def __init__(self) -> None:
        self.samples: list[int] = []
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    @property
    def peak(self) -> int:
        """The largest sample; 0 before the first."""
        return max(self.samples, default=0)

    def __enter__(self) -> Memory:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._done.wait(0.5):
            self.samples.append(pss(psutil.Process()))
