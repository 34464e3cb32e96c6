"""How far runs are, as a table, as lines, as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

import msgspec
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from crawler.evidence import FailureReason
from results.advice import failure_text
from results.language import Language, _, language
from results.terminal import quoted
from results.wording import state_word, unexamined
from results.work_records import RunProgress
from results.written import minute, number

_STATE_WIDTH = 10
_FEW = 8
"""Reasons that a run's lines name at most; the JSON has all."""


def status_view(runs: Sequence[RunProgress]) -> RenderableType:
    """A table of runs; of a single one its failures too."""
    table = Table(box=None, pad_edge=False, collapse_padding=True)
    # An id that is broken over lines can't be copied.
    table.add_column(_("Id"), no_wrap=True)
    table.add_column(_("Name"), overflow="fold")
    table.add_column(_("State"), overflow="fold", min_width=_STATE_WIDTH)
    for heading in (_("Done"), _("Under way"), _("Waiting"), _("An hour"), _("Left")):
        table.add_column(heading, justify="right", overflow="fold")
    for run in runs:
        table.add_row(quoted(run.run_id), quoted(run.name), _state(run), *_numbers(run))
    notes = list(_failures(runs[0])) if len(runs) == 1 else []
    left = map(_way_on, filter(_is_left, runs))
    return Group(table, *notes, *left, *map(_verdict, filter(_is_bad, runs)))


def status_document(runs: Sequence[RunProgress]) -> bytes:
    """The runs as JSON."""
    return msgspec.json.format(msgspec.json.encode([_document(run) for run in runs]), indent=2) + b"\n"


def _state(run: RunProgress) -> str:
    if run.opens_at is not None:
        # Whoever works on it next notes so; until then it is stored as running.
        said = _("{state} until {moment} UTC")
        return said.format(state=state_word("paused"), moment=minute(run.opens_at))
    if _is_left(run):
        return _("running, nobody at work")
    return _("running, waits to try again") if _is_idle(run) else state_word(run.state)


def _is_idle(run: RunProgress) -> bool:
    return run.state == "running" and run.opens_at is None and not run.workers and run.tasks.open > 0


def _is_left(run: RunProgress) -> bool:
    """Whoever waits for second tries holds no task, and is not told from nobody."""
    return _is_idle(run) and run.tasks.open > run.tasks.again


def _way_on(run: RunProgress) -> Text:
    said = _("Nobody works on {run}: `eindekss resume {run}` goes on with it, or `eindekss worker`.")
    return quoted(said.format(run=run.run_id))


def _numbers(run: RunProgress) -> tuple[str, ...]:
    tasks = run.tasks
    waiting = number(tasks.waiting)
    if tasks.again:
        waiting = _("{n} ({again} again)").format(n=waiting, again=number(tasks.again))
    rate = "" if run.rate is None else number(run.rate)
    done = f"{number(tasks.done)}/{number(tasks.total)}"
    return done, number(tasks.leased), waiting, rate, _length(run.remaining)


def _length(left: timedelta | None) -> str:
    if left is None:
        return ""
    minutes = max(1, round(left.total_seconds() / 60))
    if minutes < 120:
        return _("{n} min").format(n=minutes)
    return _("{n} h").format(n=number(round(minutes / 60)))


def _failures(run: RunProgress) -> Iterator[Text]:
    if run.failures:
        yield Text(_("Could not be evaluated: {reasons}.").format(reasons=_counts(run.failures)), "dim")
    if run.later_failures:
        said = _("A later audit saw less, and the earlier result stands: {what}.")
        yield Text(said.format(what=_counts(run.later_failures)), "dim")


def _counts(failures: Mapping[str, int]) -> str:
    told = [f"{_reason(reason)} {number(count)}" for reason, count in list(failures.items())[:_FEW]]
    return ", ".join([*told, "…"] if len(failures) > _FEW else told)


def _reason(name: str) -> str:
    """The reason's name is English already; other languages say it in words, too."""
    if language() is Language.EN or name not in set(FailureReason):
        return name
    return f"{failure_text(FailureReason(name), language()).title} ({name})"


def _is_bad(run: RunProgress) -> bool:
    if run.quality is None:
        return run.state == "finished"
    return not run.quality.is_publishable


def _verdict(run: RunProgress) -> Text:
    told = run.quality.told() if run.quality else unexamined()
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
        "later_failures": run.later_failures,
        "workers": run.workers,
        "institutions_an_hour": run.rate,
        "seconds_left": None if run.remaining is None else round(run.remaining.total_seconds()),
        "opens_at": run.opens_at,
        "quality": run.quality,
        "publishable": run.quality.is_publishable if run.quality else None,
    }
