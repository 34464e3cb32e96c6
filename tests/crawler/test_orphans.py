"""A browser that was frozen when its owner was killed is ended by who comes next; a living owner's is not."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import psutil

from crawler.chromium import find_chromium
from crawler.orphans import end_orphans, new_mark
from tests.schedules.site_server import ROOT

OWNER = """
import asyncio, sys
from pathlib import Path
from crawler.chromium_run import launch

async def main():
    run = await launch(Path(sys.argv[1]), proxy=None, sandbox=False)
    print(run._tree._browser.pid, run._tree._driver.pid, flush=True)
    await asyncio.sleep(60)

asyncio.run(main())
"""


def started() -> tuple[subprocess.Popen[bytes], list[psutil.Process]]:
    chromium = find_chromium(os.environ)
    owner = subprocess.Popen(
        [sys.executable, "-c", OWNER, str(chromium)], cwd=ROOT, stdout=subprocess.PIPE, start_new_session=True
    )
    assert owner.stdout is not None
    return owner, [psutil.Process(int(number)) for number in owner.stdout.readline().split()]


def lives(process: psutil.Process) -> bool:
    return process.is_running() and process.status() != psutil.STATUS_ZOMBIE


def test_what_a_killed_owner_left_frozen_is_ended_and_what_lives_is_not() -> None:
    owner, (browser, driver) = started()
    with owner:
        browser.send_signal(signal.SIGSTOP)
        end_orphans()
        assert lives(browser)
        assert lives(driver)
        owner.kill()
        owner.wait(10)
        assert lives(browser)
        # Others of this machine may come first: what counts is that both are gone.
        end_orphans()
        psutil.wait_procs([browser, driver], timeout=5)
        assert not lives(browser)
        assert not lives(driver)


def test_a_mark_names_its_owner_and_is_unlike_any_other() -> None:
    first, second = new_mark(), new_mark()
    assert first != second
    assert first.startswith(f"--eindekss={os.getpid()}-")
