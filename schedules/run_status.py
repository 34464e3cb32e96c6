"""How far runs are, as a table, as lines, as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

import msgspec
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from results.terminal import quoted
from results.wording import unexamined
from results.work_records import RunProgress

_FEW = 8
"""Reasons that a run's lines name at most; the JSON has all."""


def status_view(runs: Sequence[RunProgress]) -> RenderableType:
    """A table of runs; of a single one its failures too."""
    table = Table(title="Runs", title_justify="left")
    for heading in ("Id", "Name", "State"):
        table.add_column(heading, overflow="fold")
    for heading in ("Done", "Under way", "Waiting", "An hour", "Left"):
        table.add_column(heading, justify="right")
    for run in runs:
        table.add_row(quoted(run.run_id), quoted(run.name), _state(run), *_numbers(run))
    notes = list(_failures(runs[0])) if len(runs) == 1 else []
    return Group(table, *notes, *map(_verdict, filter(_is_bad, runs)))


def status_document(runs: Sequence[RunProgress]) -> bytes:
    """The runs as JSON."""
    return msgspec.json.format(msgspec.json.encode([_document(run) for run in runs]), indent=2) + b"\n"


def _state(run: RunProgress) -> str:
    if run.opens_at is not None:
        return f"{run.state} until {run.opens_at:%Y-%m-%d %H:%M} UTC"
    if run.state == "running" and not run.workers and run.tasks.open:
        return "running, nobody at work"
    return str(run.state)


def _numbers(run: RunProgress) -> tuple[str, ...]:
    tasks = run.tasks
    waiting = f"{tasks.waiting} ({tasks.again} again)" if tasks.again else str(tasks.waiting)
    rate = "" if run.rate is None else f"{run.rate:g}"
    return f"{tasks.done}/{tasks.total}", str(tasks.leased), waiting, rate, _length(run.remaining)


def _length(left: timedelta | None) -> str:
    if left is None:
        return ""
    minutes = max(1, round(left.total_seconds() / 60))
    return f"{minutes} min" if minutes < 120 else f"{minutes / 60:.0f} h"


def _failures(run: RunProgress) -> Iterator[Text]:
    if run.failures:
        yield Text(f"Could not be evaluated: {_counts(run.failures)}.", "dim")
    if run.second_failures:
        counts = _counts(run.second_failures)
        yield Text(f"Changed, and the second audit saw nothing: {counts}.", "dim")


def _counts(failures: Mapping[str, int]) -> str:
    told = [f"{reason} {count}" for reason, count in list(failures.items())[:_FEW]]
    return ", ".join([*told, "…"] if len(failures) > _FEW else told)


def _is_bad(run: RunProgress) -> bool:
    if run.quality is None:
        return run.state == "finished"
    return not run.quality.is_publishable


def _verdict(run: RunProgress) -> Text:
    told = run.quality.verdict if run.quality else unexamined()
    return quoted(f"{run.run_id}: {told}", "bold")


def _document(run: RunProgress) -> dict[str, Any]:
    tasks = run.tasks
    return {
        "run": run.run_id,
        "name": run.name,
        "state": run.state,
        "started_at": run.started_at,
        "finished_at": run.finished_at,
        "tasks": {**msgspec.to_builtins(tasks), "total": tasks.total},
        "failures": run.failures,
        "second_failures": run.second_failures,
        "workers": run.workers,
        "institutions_an_hour": run.rate,
        "seconds_left": None if run.remaining is None else round(run.remaining.total_seconds()),
        "opens_at": run.opens_at,
        "quality": run.quality,
        "publishable": run.quality.is_publishable if run.quality else None,
    }
