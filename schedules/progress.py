"""What an audit says while it runs: events, and where they are shown."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Protocol, Self, TextIO

import msgspec
from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from results.language import N_, _, decimal
from results.terminal import plain
from results.wording import counted, status_word


class Step(msgspec.Struct, frozen=True):
    """Something went on at one site."""

    url: str
    stage: str
    """queued, home, crawl, sections, sample, judge, store, done."""
    pages_done: int = 0
    pages_planned: int = 0
    status: str = ""
    """Of a site that is done."""


_STAGES = {
    "queued": N_("queued"),
    "home": N_("home page"),
    "crawl": N_("crawl"),
    "sections": N_("pages that checks ask for"),
    "sample": N_("sample"),
    "judge": N_("judging"),
    "store": N_("storing"),
    "done": N_("done"),
}
Report = Callable[[Step], None]


def stage_word(name: str) -> str:
    """What goes on at a site, in a word or two."""
    return _(_STAGES[name]) if name in _STAGES else name


class Display(Protocol):
    """Shows steps; a context manager."""

    def __call__(self, step: Step) -> None:
        """Take a step in."""

    def __enter__(self) -> Self:
        """Begin to show."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Leave the terminal as it was."""


class Silent:
    """Shows nothing (`--quiet`)."""

    def __call__(self, step: Step) -> None:
        """Take a step in."""

    def __enter__(self) -> Self:
        """Begin to show."""
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing to mend."""


class Lines:
    """One plain line a change of stage, for logs and pipes."""

    def __init__(self, sites: int, stream: TextIO, clock: Callable[[], float] = time.monotonic) -> None:
        """Count to `sites` on `stream`; `clock` gives seconds."""
        self._sites, self._stream, self._clock = sites, stream, clock
        self._began = clock()
        self._stages: dict[str, str] = {}
        self._done: set[str] = set()

    def __call__(self, step: Step) -> None:
        """Take a step in."""
        if self._stages.get(step.url) == step.stage:
            return
        self._stages[step.url] = step.stage
        if step.stage == "done":
            # A site that is tried again at the end of the run is one site still.
            self._done.add(step.url)
        # Whoever read them may have gone: no audit ends for that.
        with suppress(BrokenPipeError):
            self._stream.write(self._line(step) + "\n")
            self._stream.flush()

    def _line(self, step: Step) -> str:
        elapsed = self._clock() - self._began
        pages = f", {counted(step.pages_done, 'page')}" if step.pages_done else ""
        status = f" ({status_word(step.status)})" if step.status else ""
        done = _("{done}/{all} sites").format(done=len(self._done), all=self._sites)
        said = f"{done}: {step.url}: {stage_word(step.stage)}{status}{pages}"
        return _("[{seconds} s]").format(seconds=f"{decimal(elapsed, 1):>6}") + f" {plain(said)}"

    def __enter__(self) -> Self:
        """Begin to show."""
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing to mend."""


class Bars:
    """Sites and pages done, stage, elapsed and estimate, on a terminal."""

    def __init__(self, sites: int, console: Console) -> None:
        """Draw on `console`."""
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            console=console,
            transient=True,
        )
        self._all = self._progress.add_task(_("sites"), total=sites)
        self._tasks: dict[str, TaskID] = {}
        self._done: set[str] = set()

    def __call__(self, step: Step) -> None:
        """Take a step in."""
        if step.stage == "done":
            self._done.add(step.url)
            self._progress.update(self._all, completed=len(self._done))
            self._remove(step.url)
            return
        task = self._tasks.get(step.url)
        if task is None:
            task = self._tasks[step.url] = self._progress.add_task("", total=None)
        self._progress.update(
            task,
            description=_plain(f"{step.url}: {stage_word(step.stage)}"),
            completed=step.pages_done,
            total=step.pages_planned or None,
        )

    def _remove(self, url: str) -> None:
        task = self._tasks.pop(url, None)
        if task is not None:
            self._progress.remove_task(task)

    def __enter__(self) -> Self:
        """Begin to show."""
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Leave the terminal as it was."""
        self._progress.stop()


def _plain(text: str) -> str:
    """Keep a URL from being read as Rich markup or by the terminal."""
    return escape(plain(text)[:70])


def display(sites: int, *, quiet: bool, stream: TextIO = sys.stderr) -> Display:
    """The display that fits: bars on a terminal, plain lines elsewhere, nothing when quiet."""
    if quiet:
        return Silent()
    console = Console(file=stream)
    return Bars(sites, console) if console.is_terminal else Lines(sites, stream)
