"""The processes of one browser: Playwright's driver, Chromium and all that they started."""

from __future__ import annotations

import os
from pathlib import Path

import psutil

_PROFILE = "--user-data-dir="
_DRIVER = "playwright/driver"
_DYING = 3.0
"""Seconds that killed processes have to vanish."""


class ProcessTree:
    """Driver, browser and their children, also once they are orphans. Looking blocks for some
    milliseconds a process: call from a thread.
    """

    def __init__(self, browser: psutil.Process | None, driver: psutil.Process | None, profile: str) -> None:
        """`profile` is the folder that Chromium writes to; empty if unknown."""
        self._browser, self._driver, self._profile = browser, driver, profile

    @classmethod
    def started_with(cls, flag: str) -> ProcessTree:
        """That of the Chromium among our descendants that has `flag` on its command line. Chromium hands
        flags that it does not know on to no child, so it is one process.
        """
        for process in psutil.Process().children(recursive=True):
            try:
                if flag in process.cmdline():
                    return cls.of(process)
            except psutil.Error:
                continue
        return cls(None, None, "")

    @classmethod
    def of(cls, browser: psutil.Process) -> ProcessTree:
        """That of a Chromium; the driver, where its parent is one still. psutil.Error where it is gone."""
        profile = next((part for part in browser.cmdline() if part.startswith(_PROFILE)), "")
        parent = browser.parent()
        driver = parent if parent is not None and _DRIVER in " ".join(parent.cmdline()) else None
        return cls(browser, driver, profile.removeprefix(_PROFILE))

    @property
    def is_whole(self) -> bool:
        """Whether driver and browser live; True where they were not found. Quick."""
        return all(_lives(one) for one in (self._browser, self._driver) if one is not None)

    def memory(self) -> int:
        """Bytes, shared memory shared out where the system tells (PSS), else resident (RSS)."""
        return sum(map(_memory, self._members()))

    def kill(self) -> int:
        """End what still lives, and remove the profile that a killed browser leaves; how many were left."""
        left = [one for one in self._members() if _lives(one)]
        for process in left:
            try:
                process.kill()
            except psutil.Error:
                continue
        psutil.wait_procs(left, timeout=_DYING)
        self._remove_profile()
        return len(left)

    def _members(self) -> list[psutil.Process]:
        found: dict[int, psutil.Process] = {}
        for root in (self._driver, self._browser):
            if root is not None and _lives(root):
                found |= {one.pid: one for one in (root, *_children(root))}
        return list((found | {one.pid: one for one in self._group()}).values())

    def _group(self) -> list[psutil.Process]:
        """Playwright starts Chromium as leader of a process group: so its orphans are known."""
        if self._browser is None or not hasattr(os, "getpgid"):
            return []
        if psutil.pid_exists(self._browser.pid) and not _exists(self._browser):
            return []  # the number is another's: a number is given anew only once its group is empty
        found = (_process(pid) for pid in psutil.pids() if _group_of(pid) == self._browser.pid)
        return [one for one in found if one is not None]

    def _remove_profile(self) -> None:
        import shutil

        if self._profile and "playwright" in Path(self._profile).name:
            shutil.rmtree(self._profile, ignore_errors=True)


def _process(pid: int) -> psutil.Process | None:
    try:
        return psutil.Process(pid)
    except psutil.Error:
        return None


def _exists(process: psutil.Process) -> bool:
    """Whether it is the same process still, a zombie included."""
    return process.is_running()


def _lives(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def _children(process: psutil.Process) -> list[psutil.Process]:
    try:
        return process.children(recursive=True)
    except psutil.Error:
        return []


def _group_of(pid: int) -> int:
    try:
        return os.getpgid(pid)
    except OSError:
        return 0


def _memory(process: psutil.Process) -> int:
    try:
        full = process.memory_full_info()
        return int(getattr(full, "pss", 0) or full.rss)
    except psutil.AccessDenied:
        return int(process.memory_info().rss)
    except psutil.Error:
        return 0
