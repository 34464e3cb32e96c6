from __future__ import annotations

import asyncio
import codecs
import contextlib
import json
import logging
import os
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from crawler.log import about, logger
from schedules.logs import Level, LogWish, log_wish, logging_as
from tests.crawler.page_server import serving
from tests.schedules.site_server import Ran, call, html, run, small_site

TEXT, JSON = LogWish(level=Level.INFO), LogWish(level=Level.INFO, is_json=True)
HOSTILE = '\x1b[2J\x9b31m\nfake warning\r\u202etxt.exe\u2028{"a": 1}'


def lines(capsys: pytest.CaptureFixture[str]) -> list[str]:
    return capsys.readouterr().err.splitlines()


def test_an_event_is_one_line_with_run_institution_and_page(capsys: pytest.CaptureFixture[str]) -> None:
    with logging_as(JSON), about(run="r1", institution="http://a.example/"), about(page="http://a.example/x"):
        logger("test").info("looked", seconds=1.5, title="Ziņas")
    [line] = lines(capsys)
    said = json.loads(line)
    first = ["time", "level", "event", "run", "institution", "page"]
    assert list(said) == [*first, "seconds", "title", "logger"]
    assert (said["event"], said["run"], said["seconds"]) == ("looked", "r1", 1.5)
    assert said["title"] == "Ziņas"
    assert said["logger"] == "eindekss.test"


@pytest.mark.parametrize("wish", [TEXT, JSON])
def test_what_a_site_says_cannot_leave_its_line(wish: LogWish, capsys: pytest.CaptureFixture[str]) -> None:
    with logging_as(wish), about(page=HOSTILE):
        logger("test").warning("looked", detail=HOSTILE, title=HOSTILE)
        logging.getLogger("httpx").warning("refused: %s", HOSTILE)
    said = capsys.readouterr().err
    assert said.count("\n") == 2
    assert not [one for one in said if one != "\n" and (ord(one) < 32 or 127 <= ord(one) < 160)]
    assert "\u202e" not in said
    assert "\u2028" not in said
    assert said.isascii() or not wish.is_json
    if wish.is_json:
        assert json.loads(said.splitlines()[0])["detail"] == HOSTILE


def test_libraries_and_warnings_come_the_same_way_and_only_when_grave(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with logging_as(JSON), warnings.catch_warnings():
        warnings.simplefilter("always")
        for name in ("httpx", "apscheduler.scheduler", "procrastinate.worker", "playwright"):
            logging.getLogger(name).info("chatter")
            logging.getLogger(name).warning("trouble with %s", name)
        logging.captureWarnings(capture=True)
        warnings.warn("old\nways", stacklevel=1)
    said = [json.loads(line) for line in lines(capsys)]
    assert [one["event"] for one in said[:4]] == [f"trouble with {one['logger']}" for one in said[:4]]
    assert len(said) == 5
    assert "old\nways" in said[4]["event"]


def test_levels_and_what_was_configured_before_are_kept(capsys: pytest.CaptureFixture[str]) -> None:
    root, ours = logging.getLogger(), logging.getLogger("eindekss")
    before = (root.level, ours.level, list(root.handlers))
    log = logger("test")
    log.error("nobody listens")
    with logging_as(LogWish()):
        log.info("too small")
        log.warning("told")
    log.error("nobody listens any more")
    assert [line.split()[2] for line in lines(capsys)] == ["told"]
    assert (root.level, ours.level, list(root.handlers)) == before


def test_an_exception_is_in_its_line(capsys: pytest.CaptureFixture[str]) -> None:
    for wish in (TEXT, JSON):
        with logging_as(wish):
            try:
                int("kaput\nx")
            except ValueError:
                logger("test").exception("site_failed")
    text, as_json = lines(capsys)
    assert 'exception="ValueError: invalid literal' in text
    assert "Traceback" in json.loads(as_json)["exception"]


async def test_tasks_keep_what_they_are_about(capsys: pytest.CaptureFixture[str]) -> None:
    async def task(name: str) -> None:
        with about(institution=name):
            await asyncio.sleep(0)
            logger("test").info("seen", mine=name)

    with logging_as(JSON), about(run="r"):
        await asyncio.gather(*(task(f"i{number}") for number in range(5)))
    said = [json.loads(line) for line in lines(capsys)]
    assert len(said) == 5
    assert all(one["institution"] == one["mine"] and one["run"] == "r" for one in said)


@pytest.mark.parametrize(
    ("verbose", "level"), [(0, Level.ERROR), (1, Level.INFO), (2, Level.DEBUG), (5, Level.DEBUG)]
)
def test_verbose_goes_before_the_level(verbose: int, level: Level) -> None:
    assert log_wish(log_level=Level.ERROR, verbose=verbose).level is level


def logged(tmp_path: Path, *options: str) -> Ran:
    with serving(small_site(1) | {"/0": lambda asked: asked.answer(html("\x1b[31mLapa"))}) as server:
        return run(
            call("check", server.url, "--allow-private", "--rate", 500, "--no-confirm", "--format", "json",
                 "--db", f"sqlite:///{tmp_path}/r.sqlite3", *options)
        )  # fmt: skip


def test_a_run_tells_what_it_does(tmp_path: Path) -> None:
    done = logged(tmp_path, "--log-json", "-v")
    said: list[dict[str, Any]] = [json.loads(line) for line in done.err.splitlines()]
    assert done.code == 0
    assert done.sites
    events = [one["event"] for one in said]
    assert {
        "browser_started",
        "run_began",
        "run_left",
        "site_began",
        "looked",
        "site_observed",
        "site_done",
    } <= set(events)
    assert {one["run"] for one in said} == {said[0]["run"]}
    looked = [one for one in said if one["event"] == "looked"]
    assert all(one["institution"] and one["page"].startswith("http") for one in looked)


def test_without_a_wish_only_progress_is_told(tmp_path: Path) -> None:
    done = logged(tmp_path)
    assert done.code == 0
    assert all(line.startswith("[") for line in done.err.splitlines())


def read_to_the_end(leader: int) -> Iterator[str]:
    """What was written on a terminal that is closed; it comes in pieces."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    with contextlib.suppress(OSError):
        while piece := os.read(leader, 4096):
            yield decoder.decode(piece)


def test_on_a_terminal_lines_stand_before_the_bars() -> None:
    from rich.console import Console

    from schedules.progress import Bars, Step

    leader, follower = os.openpty()
    with os.fdopen(follower, "w") as terminal, pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.stderr", terminal)
        console = Console(file=terminal, force_terminal=True, width=100)
        with logging_as(LogWish()), Bars(2, console) as bars:
            bars(Step("http://a.example/", "crawl"))
            logger("test").warning("browser_started", why="died")
    shown = "".join(read_to_the_end(leader))
    os.close(leader)
    before, _, after = shown.partition("browser_started")
    assert "\x1b[2K" in before.rsplit("sites", 1)[-1]  # the bar's line was cleared first
    assert after.startswith("  why=died")
