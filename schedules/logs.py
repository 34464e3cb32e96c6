"""Log lines of a command: one line an event on standard error, as text or JSON.

Ours come through `crawler.log`; what libraries say (httpx, Playwright, APScheduler, Procrastinate, Python's
own warnings) goes the same way. Values are data that may come from web sites: in a text line nothing of them
moves the cursor, colours or breaks the line; in JSON everything beyond ASCII is escaped.
"""

from __future__ import annotations

import json
import logging
import re
import sys
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from enum import StrEnum
from typing import Annotated, Any

import msgspec
import structlog
import typer
from structlog.stdlib import ProcessorFormatter

from crawler.log import ROOT
from results.terminal import plain

_PANEL = "What to log"
_FIRST = ("time", "level", "event", "run", "institution", "page")
_BARE = re.compile(r"[^\s\"'=]+")
_Values = MutableMapping[str, Any]


class Level(StrEnum):
    """From how grave on an event is logged."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class LogWish(msgspec.Struct, frozen=True):
    """What to log, and how."""

    level: Level = Level.WARNING
    is_json: bool = False

    @property
    def tells_progress(self) -> bool:
        """Whether the log says what a progress display would."""
        return self.level in {Level.DEBUG, Level.INFO}


def log_wish(
    *,
    log_level: Annotated[
        Level, typer.Option(help="Log from this level on.", rich_help_panel=_PANEL)
    ] = Level.WARNING,
    verbose: Annotated[
        int,
        typer.Option(
            "--verbose", "-v", count=True, help="Log each page (-vv: each step).", rich_help_panel=_PANEL
        ),
    ] = 0,
    log_json: Annotated[
        bool, typer.Option("--log-json", help="Log lines as JSON.", rich_help_panel=_PANEL)
    ] = False,
) -> LogWish:
    """What to log: -v is `--log-level info`, and then the log takes the place of the progress display."""
    level = (log_level, Level.INFO, Level.DEBUG)[min(verbose, 2)]
    return LogWish(level=level, is_json=log_json)


class _ToStandardError(logging.Handler):
    """Looks the stream up for every line: a progress display on a terminal puts itself before it."""

    def emit(self, record: logging.LogRecord) -> None:
        try:
            sys.stderr.write(self.format(record) + "\n")
            sys.stderr.flush()
        except (OSError, ValueError):
            self.handleError(record)


@contextmanager
def logging_as(wish: LogWish) -> Iterator[None]:
    """Log to standard error while inside, and leave Python's logging as it was."""
    ours, root = logging.getLogger(ROOT), logging.getLogger()
    handler = _ToStandardError()
    handler.setFormatter(_formatter(wish))
    before = ours.level, root.level
    ours.setLevel(wish.level.upper())
    # Libraries are heard when something is wrong; httpx alone says a line a request.
    root.setLevel(logging.INFO if wish.level is Level.DEBUG else logging.WARNING)
    root.addHandler(handler)
    logging.captureWarnings(capture=True)
    try:
        yield
    finally:
        logging.captureWarnings(capture=False)
        root.removeHandler(handler)
        ours.setLevel(before[0])
        root.setLevel(before[1])


def _formatter(wish: LogWish) -> ProcessorFormatter:
    return ProcessorFormatter(
        foreign_pre_chain=[structlog.contextvars.merge_contextvars, structlog.stdlib.add_log_level],
        processors=[
            structlog.stdlib.add_logger_name,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
            structlog.processors.format_exc_info,
            ProcessorFormatter.remove_processors_meta,
            _in_order,
            _as_json if wish.is_json else _as_text,
        ],
    )


def _in_order(_: object, __: str, values: _Values) -> _Values:
    return {name: values[name] for name in (*_FIRST, *values) if name in values}


def _as_json(_: object, __: str, values: _Values) -> str:
    return json.dumps(values, ensure_ascii=True, default=str)


def _as_text(_: object, __: str, values: _Values) -> str:
    """`2026-11-21T09:00:00Z warning  browser_started  why=died version=156.0`."""
    if "exception" in values:
        values["exception"] = values["exception"].strip().rsplit("\n", 1)[-1]
    head = f"{values.pop('time')} {values.pop('level'):<7}  {plain(str(values.pop('event')))}"
    rest = " ".join(f"{name}={_shown(value)}" for name, value in values.items() if value not in (None, ""))
    return f"{head}  {rest}".rstrip()


def _shown(value: object) -> str:
    text = plain(str(value))
    return text if _BARE.fullmatch(text) else json.dumps(text, ensure_ascii=False)
