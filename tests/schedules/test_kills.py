"""kill -9 of renderers, browsers and drivers while several sites are audited: the run goes on."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple

import psutil

from tests.crawler.page_server import Handler, Route, serving
from tests.schedules.site_server import COMMAND, ROOT, environment, html

SITES = 5
KILLS = (("renderer", 0.4), ("browser", 1.2), ("driver", 2.4))
"""What is killed, so many seconds after the first page was asked for."""


def slow(handler: Handler) -> None:
    time.sleep(0.3)
    links = "".join(f"<p><a href='/{n}'>Lapa {n}</a></p>" for n in range(3))
    handler.answer(html(f"Novads {handler.path}", links))


def family(process: psutil.Popen) -> Iterator[tuple[str, psutil.Process]]:
    """What a command started: renderers, browsers, drivers."""
    for one in process.children(recursive=True):
        try:
            line = one.cmdline()
            if "--type=renderer" in line:
                yield "renderer", one
            elif any(part.startswith("--eindekss=") for part in line):
                yield "browser", one
            elif "node" in one.name():
                yield "driver", one
        except psutil.Error:
            continue


class Killed(NamedTuple):
    """A run in which something was killed."""

    code: int
    err: str
    sites: list[dict[str, Any]]
    events: list[dict[str, Any]]
    killed: set[str]
    left: list[psutil.Process]


def run_with_kills(folder: Path) -> Killed:
    """A run over several sites during which every living process of a kind is killed."""
    routes: dict[str, Route] = {"/": slow} | {f"/{n}": slow for n in range(3)}
    with ExitStack() as stack:
        servers = [stack.enter_context(serving(routes)) for _ in range(SITES)]
        listed = folder / "sites.csv"
        listed.write_text("url\n" + "".join(f"{server.url}\n" for server in servers), encoding="utf-8")
        command = [
            *(*COMMAND, "run", str(listed), "--name", "kills", "--allow-private", "--rate", "500"),
            *("--scope", "homepage", "--no-confirm", "--retries", "1", "--log-json", "-v"),
            *(
                "--db",
                f"sqlite:///{folder}/r.sqlite3",
                "--format",
                "json",
                "--output",
                str(folder / "out.json"),
            ),
        ]
        with psutil.Popen(command, cwd=ROOT, env=environment({}), stderr=subprocess.PIPE) as process:
            while not any(server.asked for server in servers) and process.poll() is None:
                time.sleep(0.02)
            began, killed, seen = time.monotonic(), set(), {}
            for victim, moment in KILLS:
                time.sleep(max(0.0, began + moment - time.monotonic()))
                alive = list(family(process))
                seen |= {one.pid: one for _, one in alive}
                for kind, one in alive:
                    if kind == victim:
                        one.kill()
                        killed.add(kind)
            _, err = process.communicate(timeout=90)
    events = [json.loads(line) for line in err.decode().splitlines() if line.startswith("{")]
    document = json.loads((folder / "out.json").read_text(encoding="utf-8"))
    left = [one for one in seen.values() if one.is_running() and one.status() != psutil.STATUS_ZOMBIE]
    return Killed(process.returncode, err.decode(), document["sites"], events, killed, left)


def test_killed_processes_cost_no_site_its_answers(tmp_path: Path) -> None:
    done = run_with_kills(tmp_path)
    assert done.killed == {victim for victim, _ in KILLS}
    assert [site["status"] for site in done.sites] == ["evaluated"] * SITES, done.err
    assert done.code == 0
    starts = [event["why"] for event in done.events if event["event"] == "browser_started"]
    assert starts[0] == "first"
    assert set(starts[1:]) == {"died"}
    assert not done.left
