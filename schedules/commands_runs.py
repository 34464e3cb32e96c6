"""The commands that look after runs: `resume`, `cancel`, `pause`, `status`."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.live import Live

from checks import terms
from checks.check import all_checks
from results.commands import DEFAULT_DATABASE, write_run
from results.errors import RunStateError
from results.language import N_, _
from results.store import Store
from results.work import UNFINISHED
from results.work_records import RunProgress
from schedules.carrying import carried, errors_told, say, tell_rest
from schedules.closing import close_left
from schedules.logs import LogWish, log_wish, logging_as
from schedules.options import Wish, taking, wish
from schedules.run_status import status_document, status_view
from schedules.runner import Carried, exit_code, go_on
from schedules.shared_clock import SharedClock

_DatabaseOption = Annotated[
    str, typer.Option("--db", envvar="EINDEKSS_DB", help="Database of runs.", metavar="URL|PATH")
]
_WATCH_SECONDS = 2.0
_NEWEST_SHOWN = 10


def mount(app: typer.Typer) -> None:
    """Add these commands."""
    for command in (resume, cancel, pause, status):
        app.command()(command)


_PARTS: dict[str, Callable[..., Any]] = {"wanted": wish, "logs": log_wish}


@taking(_PARTS)
def resume(
    run: Annotated[
        str | None,
        typer.Argument(help="Id or name of a run, or its beginning; the newest unfinished if left out."),
    ] = None,
    *,
    wanted: Wish,
    logs: LogWish,
) -> None:
    """Go on with a run that was interrupted, paused or killed; what is done is not done again."""
    with logging_as(logs), _opened(wanted.database) as store:
        ended = close_left(store, _now(store))
        run_id = _unfinished(store, run, ended)
        done = (
            Carried(store.load_run(run_id), {}) if run_id in ended else _gone_on(store, run_id, wanted, logs)
        )
        write_run(done.run, wanted.format, wanted.output, store)
        tell_rest(done)
        code = exit_code(done.run, had_bad_input=False)
    if code:
        raise typer.Exit(code)


def _gone_on(store: Store, run_id: str, wanted: Wish, logs: LogWish) -> Carried:
    _warn_of_other_checks(store, run_id)
    store.work.resume(run_id)
    return carried(
        lambda means: go_on(run_id, means),
        store,
        store.work.plan(run_id).settings,
        sites=store.work.progress(run_id, _now(store)).tasks.open,
        quiet=wanted.quiet or logs.tells_progress,
    )


def cancel(
    run: Annotated[str, typer.Argument(help="Id or name of a run, or its beginning.")],
    database: _DatabaseOption = DEFAULT_DATABASE,
) -> None:
    """End a run for good, wherever it is being worked on; what is done is kept."""
    with _opened(database) as store:
        run_id = store.find_run(run)
        count = store.work.cancel(run_id, _now(store))
        said = _("Run {run} is cancelled; {n} of its institutions were open.")
        say(said.format(run=run_id, n=count))


def pause(
    run: Annotated[str, typer.Argument(help="Id or name of a run, or its beginning.")],
    database: _DatabaseOption = DEFAULT_DATABASE,
) -> None:
    """Begin nothing more of a run until `resume`; what is under way ends."""
    with _opened(database) as store:
        run_id = store.find_run(run)
        store.work.pause(run_id)
        say(_("Run {run} is paused; `eindekss resume {run}` goes on with it.").format(run=run_id))


def status(
    run: Annotated[
        str | None,
        typer.Argument(help="Id or name of a run, or its beginning; the newest runs if left out."),
    ] = None,
    database: _DatabaseOption = DEFAULT_DATABASE,
    *,
    watch: Annotated[bool, typer.Option("--watch", help="Until it has ended, every two seconds.")] = False,
    json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Say how far runs are: done, waiting, rate, estimate, failures by reason."""
    with _opened(database) as store:
        wanted = [store.find_run(run)] if run else [one.id for one in store.runs()[:_NEWEST_SHOWN]]
        if watch and not json:
            _watch(lambda: _progress(store, wanted))
        elif json:
            sys.stdout.buffer.write(status_document(_progress(store, wanted)))
        else:
            Console(highlight=False).print(status_view(_progress(store, wanted)))


def _watch(look: Callable[[], list[RunProgress]]) -> None:
    console = Console(highlight=False)
    runs = look()
    with Live(status_view(runs), console=console, auto_refresh=False) as live:
        while any(run.tasks.open and run.state in UNFINISHED for run in runs):
            time.sleep(_WATCH_SECONDS)
            runs = look()
            live.update(status_view(runs), refresh=True)


def _progress(store: Store, run_ids: list[str]) -> list[RunProgress]:
    now = _now(store)
    return [store.work.progress(run_id, now) for run_id in run_ids]


def _unfinished(store: Store, wanted: str | None, just_ended: tuple[str, ...]) -> str:
    """The run that is meant; without a word the newest that has not ended, or had not until now.
    RunStateError.
    """
    if wanted is not None:
        run_id = store.find_run(wanted)
        if not store.work.progress(run_id, _now(store)).tasks.total:
            raise RunStateError(N_("Run {run_id} has no tasks: an older version made it."), run_id=run_id)
        return run_id
    for run in store.runs():
        if run.state in UNFINISHED and store.work.progress(run.id, _now(store)).tasks.total:
            return run.id
    if just_ended:
        return just_ended[-1]
    raise RunStateError(N_("No run is unfinished."))


def _warn_of_other_checks(store: Store, run_id: str) -> None:
    ours = {check.id: check.version for check in all_checks()}
    if store.work.judged_with(run_id) != (ours, terms.hash()):
        said = _(
            "Run {run} was begun with other checks than this program has: `eindekss rescore {run}` "
            "afterwards judges all of it alike."
        )
        say(said.format(run=run_id))


@contextmanager
def _opened(database: str) -> Iterator[Store]:
    with errors_told():
        store = Store.open(database, create=False)
        try:
            yield store
        finally:
            store.close()


def _now(store: Store) -> datetime:
    """By the clock that the moments in the database were written by."""
    return SharedClock(store.engine)()
