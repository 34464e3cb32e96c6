"""The commands `schedule add`, `list`, `remove`, `pause`, `unpause`, `run-now`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import msgspec
import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from checks.check import JudgementSettings
from crawler.evidence import Scope
from results.commands import DEFAULT_DATABASE
from results.database import open_database
from results.judging import judgement_settings
from results.language import N_, _
from results.registry import Registry
from results.run_policy import RunPolicy
from results.run_window import Window, WindowError
from results.terminal import plain
from results.timetable import Schedule, Timetable
from results.wording import counted
from results.written import minute, weekday_minute
from schedules.carrying import errors_told, say
from schedules.commands_scheduler import firing_here, opened, scheduler
from schedules.cron import Cron
from schedules.errors import SettingsError
from schedules.firing import PREVIOUS, make_run, trigger
from schedules.institutions import Database
from schedules.options import audit_settings, taking
from schedules.picking import Pick, of_file, pick, picked
from schedules.policy_options import run_policy
from schedules.shared_clock import SharedClock

Name = Annotated[str, typer.Argument(help="Name of the schedule.")]
_NEXT_SHOWN = 3
_NO_SCHEDULE = N_('There is no schedule; `eindekss schedule add NAME --cron "0 2 1 */3 *"` adds one.')


def mount(app: typer.Typer) -> None:
    """Add the group `schedule` and the command `scheduler`."""
    group = typer.Typer(
        name="schedule", help="Keep schedules of runs.", no_args_is_help=True, add_completion=False
    )
    for command in (add, remove, pause, unpause):
        group.command()(command)
    group.command("list")(list_)
    group.command("run-now")(run_now)
    app.add_typer(group)
    app.command()(scheduler)


@wraps(audit_settings)
def scheduled_settings(**options: Any) -> dict[str, Any]:  # noqa: ANN401  (options of any type)
    """The settings of an audit as a schedule keeps them: without a seed unless one was chosen."""
    kept: dict[str, Any] = msgspec.to_builtins(audit_settings(**options))
    if options["seed"] is None:
        del kept["seed"]
    return kept


_PARTS: dict[str, Callable[..., Any]] = {
    "settings": scheduled_settings,
    "judging": judgement_settings,
    "policy": run_policy,
    "who": pick,
}


@taking(_PARTS, scope=Scope.SAMPLE)
def add(  # noqa: PLR0913  (each option of the command line is an argument)
    name: Name,
    *,
    cron: Annotated[str, typer.Option(metavar="'M H D M W'", help="As in crontab(5).")],
    institutions: Annotated[
        Path | None, typer.Option(metavar="FILE.csv|xlsx", help="Read when it fires. Left out: the registry.")
    ] = None,
    timezone: Annotated[str, typer.Option(help="IANA time zone of cron and window.")] = "Europe/Riga",
    window: Annotated[
        str, typer.Option(metavar="20:00-06:00", help="Begin nothing outside these hours.")
    ] = "",
    grace_hours: Annotated[
        float, typer.Option(min=0, max=8760, help="How late a missed firing is still caught up, once.")
    ] = 12.0,
    same_pages: Annotated[
        bool,
        typer.Option(
            "--same-pages/--new-pages", help="Audit the pages of the run before again, or draw others."
        ),
    ] = True,
    database: Database = DEFAULT_DATABASE,
    settings: dict[str, Any],
    judging: JudgementSettings,
    policy: RunPolicy,
    who: Pick,
    context: typer.Context,
) -> None:
    """Add a schedule; it fires while `eindekss scheduler` runs."""
    with errors_told():
        wanted = Schedule(
            name=name.strip(),
            cron=" ".join(cron.split()),
            timezone=timezone,
            open_hours=window.strip(),
            institutions=msgspec.to_builtins(_lasting(of_file(who, institutions))),
            settings=settings,
            judging=msgspec.to_builtins(judging),
            policy=_kept(policy, same_pages=same_pages),
            grace_hours=grace_hours,
            created_at=datetime.now(UTC),
        )
        _examine(wanted)
        with _timetable(database, create=True) as timetable:
            _tell_problems(wanted, timetable)
            timetable.add(msgspec.structs.replace(wanted, created_at=SharedClock(timetable.engine)()))
    if getattr(context.obj, "urls", ()):
        say(_("The [[url]] tables of the file of settings hold for check and run, not for schedules."))
    said = _("Added. Next: {times}; `eindekss scheduler` fires it.")
    say(said.format(times=", ".join(_next_times(wanted))))


def list_(*, database: Database = DEFAULT_DATABASE) -> None:
    """Show the schedules and when they fire next."""
    with errors_told(), _timetable(database) as timetable:
        schedules = timetable.schedules()
    table = Table(box=None, pad_edge=False)
    for heading in (_("Name"), _("Cron"), _("Time zone"), _("Window"), _("Institutions"), _("Last")):
        table.add_column(heading, overflow="fold", no_wrap=heading == _("Cron"))
    table.add_column(_("Next"), no_wrap=True)
    for one in schedules:
        next_times = _("paused") if one.paused else "\n".join(_next_times(one))
        cells = (one.name, one.cron, one.timezone, one.open_hours or _("always"), _whom(one), _last(one))
        table.add_row(*(Text(plain(cell)) for cell in cells), Text(next_times))
    Console(highlight=False).print(table if schedules else _(_NO_SCHEDULE))


def remove(name: Name, *, database: Database = DEFAULT_DATABASE) -> None:
    """Remove a schedule; the runs it made stay."""
    with errors_told(), _timetable(database) as timetable:
        timetable.remove(name)
    say(_("Schedule {name} is removed; the runs that it made stay.").format(name=name))


def pause(name: Name, *, database: Database = DEFAULT_DATABASE) -> None:
    """Let a schedule fire no more until `unpause`."""
    with errors_told(), _timetable(database) as timetable:
        timetable.pause(name)
    said = _("Schedule {name} is paused; `eindekss schedule unpause {name}` lets it fire again.")
    say(said.format(name=name))


def unpause(name: Name, *, database: Database = DEFAULT_DATABASE) -> None:
    """Let a schedule fire again; what fell into the pause is not caught up."""
    with errors_told(), _timetable(database) as timetable:
        timetable.unpause(name, SharedClock(timetable.engine)())
        times = ", ".join(_next_times(timetable.schedule(name)))
    say(_("Schedule {name} fires again. Next: {times}.").format(name=name, times=times))


def run_now(name: Name, *, database: Database = DEFAULT_DATABASE) -> None:
    """Make the run of a schedule now, beside its times; the scheduler or workers carry it out."""
    with errors_told(), opened(database) as store:
        schedule = Timetable(store.engine).schedule(name)
        sys.stdout.write(f"{make_run(schedule, firing_here(store))}\n")


@contextmanager
def _timetable(database: str, *, create: bool = False) -> Iterator[Timetable]:
    """Without the store of evidence: whoever keeps schedules need not reach it."""
    engine = open_database(database, create=create)
    try:
        yield Timetable(engine)
    finally:
        engine.dispose()


def _lasting(who: Pick) -> Pick:
    """The choice with the whole path of its file: the scheduler may run in another folder."""
    return msgspec.structs.replace(who, file=str(Path(who.file).resolve())) if who.file else who


def _kept(policy: RunPolicy, *, same_pages: bool) -> dict[str, Any]:
    kept: dict[str, Any] = msgspec.to_builtins(policy)
    return kept | {"sample_from": PREVIOUS if same_pages else ""}


def _examine(schedule: Schedule) -> None:
    """SettingsError where the schedule could never fire."""
    if not schedule.name:
        raise SettingsError(N_("a schedule needs a name"))
    Cron.parse(schedule.cron)
    try:
        ZoneInfo(schedule.timezone)
    except (KeyError, ValueError, OSError) as error:
        raise SettingsError(
            N_("--timezone {timezone!r} is no time zone; write Europe/Riga"), timezone=schedule.timezone
        ) from error
    if schedule.open_hours:
        try:
            Window.parse(schedule.open_hours, schedule.timezone)
        except WindowError as error:
            raise SettingsError(N_("--window {error}"), error=error) from error


def _tell_problems(schedule: Schedule, timetable: Timetable) -> None:
    """Read the list as the firing will: what is wrong with it is better told today."""
    source = picked(msgspec.convert(schedule.institutions, Pick), Registry(timetable.engine))
    for problem in source.problems:
        say(str(problem))
    said = _("As the list stands today: {sites}.")
    say(said.format(sites=counted(len(source.institutions), "site")))


def _next_times(schedule: Schedule) -> tuple[str, ...]:
    when, zone, moment = trigger(schedule), ZoneInfo(schedule.timezone), datetime.now(UTC)
    times: list[str] = []
    while len(times) < _NEXT_SHOWN and (fires := when.next_after(moment)) is not None:
        times.append(weekday_minute(fires.astimezone(zone)))
        moment = fires
    return tuple(times)


def _whom(schedule: Schedule) -> str:
    who = msgspec.convert(schedule.institutions, Pick)
    chosen = who.selection
    conditions = (*chosen.kinds, *chosen.sectors, *chosen.segments, *map("=".join, chosen.attributes.items()))
    every = [_("all websites")] if who.all_websites else []
    return " ".join((who.file or _("registry"), *conditions, *every))


def _last(schedule: Schedule) -> str:
    if schedule.fired_at is None:
        return _("never")
    return minute(schedule.fired_at.astimezone(ZoneInfo(schedule.timezone)))
