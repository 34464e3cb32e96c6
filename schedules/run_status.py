"""How far runs are, as a table, as lines, as JSON."""

from __future__ import annotations

from collections.abc import Sequence
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
    notes = [_failures(run) for run in runs if len(runs) == 1 and run.failures]
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


def _failures(run: RunProgress) -> Text:
    told = [f"{reason} {count}" for reason, count in list(run.failures.items())[:_FEW]]
    rest = ", …" if len(run.failures) > _FEW else ""
    return Text(f"Could not be evaluated: {', '.join(told)}{rest}.", "dim")


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
        "workers": run.workers,
        "institutions_an_hour": run.rate,
        "seconds_left": None if run.remaining is None else round(run.remaining.total_seconds()),
        "opens_at": run.opens_at,
        "quality": run.quality,
        "publishable": run.quality.is_publishable if run.quality else None,
    }
