"""Ctrl-C in the middle of a run."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from pathlib import Path

import psutil

from tests.crawler.page_server import serving
from tests.schedules.site_server import COMMAND, ROOT, call, environment, page, run, silent


def test_what_is_done_is_kept_and_nothing_stays_behind(tmp_path: Path) -> None:
    database = str(tmp_path / "runs.db")
    with serving({"/": page("Novads")}) as good, serving({"/": silent}) as mute:
        options = ["--allow-private", "--rate", "100", "--format", "json", "--db", database]
        running = subprocess.Popen(
            [*COMMAND, "check", f"{good.url}/", f"{mute.url}/", *options],
            cwd=ROOT, env=environment({}), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            start_new_session=True,
        )  # fmt: skip
        try:
            assert running.stderr is not None
            while "done (evaluated)" not in running.stderr.readline():
                assert running.poll() is None
            children = psutil.Process(running.pid).children(recursive=True)
            began = time.monotonic()
            # To the whole group, as a terminal does.
            os.killpg(running.pid, signal.SIGINT)
            out, _ = running.communicate(timeout=40)
            took = time.monotonic() - began
        finally:
            running.kill()
    assert running.returncode == 130
    assert took < 20
    assert children
    assert not psutil.wait_procs(children, timeout=5)[1]
    document = json.loads(out)
    done, broken_off = document["sites"]
    assert (document["run"]["state"], done["status"]) == ("interrupted", "evaluated")
    assert (broken_off["status"], broken_off["failure"]["reason"]) == ("internal_error", "interrupted")
    wcag = broken_off["wcag"] or {}
    assert [wcag.get(key) for key in ("percent", "band", "points")] == [None, None, None]
    assert all(answer["value"] is None for answer in broken_off["answers"].values())
    assert run(call("show", "--db", database, "--format", "json")).document == document
