"""The commands `check`, `run` and `doctor`."""

from __future__ import annotations

import asyncio
import os
import secrets
import sys
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from msgspec.structs import replace

from checks.check import JudgementSettings
from crawler.axe import AxeMissingError, load_axe
from crawler.chromium import find_chromium
from crawler.credentials import Credentials
from crawler.errors import CrawlerError, CredentialError
from crawler.evidence import AuditSettings, Scope
from crawler.second_engine import SecondEngineMissingError, load_second_engine
from results.commands import INTERNAL, USAGE, require_writable, stop, write_run
from results.errors import ResultsError
from results.judging import judgement_settings
from results.records import RunRecord
from results.store import Store
from results.terminal import plain
from schedules.doctor import examine
from schedules.errors import InputError, ScheduleError, SettingsError
from schedules.logs import LogWish, log_wish, logging_as
from schedules.options import Wish, audit_settings, taking, wish
from schedules.progress import display
from schedules.runner import Means, RunRequest, carry_out, exit_code
from schedules.sources import Source, from_urls, read_institutions, read_lines, read_stdin
from schedules.taken_over import anew, taken_over


def mount(app: typer.Typer) -> None:
    """Add this package's commands."""
    for command in (check, run, doctor):
        app.command()(command)


_PARTS: dict[str, Callable[..., Any]] = {
    "settings": audit_settings,
    "judging": judgement_settings,
    "wanted": wish,
    "logs": log_wish,
}


@taking(_PARTS, scope=Scope.HOMEPAGE)
def check(
    urls: Annotated[
        list[str] | None, typer.Argument(metavar="URL...", help="Each a site of its own.")
    ] = None,
    *,
    urls_from: Annotated[str | None, typer.Option(metavar="FILE|-", help="URLs, one a line.")] = None,
    settings: AuditSettings,
    judging: JudgementSettings,
    wanted: Wish,
    logs: LogWish,
) -> None:
    """Audit sites and say what to mend."""
    request = RunRequest(settings=settings, judging=judging)
    with logging_as(logs):
        _audit(lambda: _listed(urls or [], urls_from), request, _told_by(wanted, logs))


@taking(_PARTS, scope=Scope.SAMPLE)
def run(
    institutions: Annotated[Path, typer.Argument(metavar="INSTITUTIONS.csv", help="`url` is required.")],
    *,
    name: Annotated[str, typer.Option(help="Name of the run, to find it again.")],
    sample_from: Annotated[
        str, typer.Option(metavar="RUN", help="Audit that run's random pages again, by its seed and --pages.")
    ] = "",
    settings: AuditSettings,
    judging: JudgementSettings,
    wanted: Wish,
    logs: LogWish,
) -> None:
    """Audit a list of institutions as one run."""
    request = RunRequest(settings=settings, judging=judging, name=name, sample_from=sample_from)
    with logging_as(logs):
        _audit(lambda: read_institutions(institutions), request, _told_by(wanted, logs))


def _told_by(wanted: Wish, logs: LogWish) -> Wish:
    """Progress is told once: a log that tells it takes the place of the display."""
    return replace(wanted, quiet=wanted.quiet or logs.tells_progress)


def doctor() -> None:
    """Say what is there, which versions, and what is missing."""
    examination = examine(os.environ)
    sys.stdout.write(examination.text())
    raise typer.Exit(0 if examination.is_well else USAGE)


def _listed(urls: list[str], urls_from: str | None) -> Source:
    lines: Iterable[str] = ()
    if urls_from is not None:
        lines = read_stdin() if urls_from == "-" else read_lines(Path(urls_from))
    source = from_urls(urls, lines, "standard input" if urls_from == "-" else urls_from or "")
    if not source.institutions:
        raise InputError("no URL to audit: give one, or a list with --urls-from FILE")
    return source


def _audit(read: Callable[[], Source], request: RunRequest, wanted: Wish) -> None:
    """Audit what `read` gives, as `request` says."""
    try:
        require_writable(wanted.output)
        source = read()
        for problem in source.problems:
            _say(str(problem))
        store = Store.open(wanted.database)
        try:
            wished = taken_over(replace(request, institutions=source.institutions), store)
            for url in anew(wished):
                _say(f"{url}: not sampled in run {wished.sample_from}, its pages are drawn")
            record = _carried_out(wished, store, wanted)
            write_run(record, wanted.format, wanted.output, store)
        finally:
            store.close()
    except ResultsError as error:
        stop(error)
    except (ScheduleError, CrawlerError) as error:
        _say(str(error))
        is_usage = isinstance(
            error, ScheduleError | AxeMissingError | CredentialError | SecondEngineMissingError
        )
        raise typer.Exit(USAGE if is_usage else INTERNAL) from error
    code = exit_code(record, had_bad_input=bool(source.problems))
    if code:
        raise typer.Exit(code)


def _carried_out(request: RunRequest, store: Store, wanted: Wish) -> RunRecord:
    chromium = find_chromium(os.environ)
    if chromium is None:
        raise SettingsError("no Chromium to render pages with; `eindekss doctor` says the ways out")
    if request.settings.second_engine:
        load_second_engine()
    with display(len(request.institutions), quiet=wanted.quiet) as report:
        means = Means(
            store=store,
            chromium=chromium,
            axe=load_axe(os.environ),
            clock=lambda: datetime.now(UTC),
            entropy=secrets.token_bytes,
            report=report,
            credentials=Credentials.of(os.environ),
        )
        return asyncio.run(carry_out(request, means))


def _say(text: str) -> None:
    sys.stderr.write(f"{plain(text)}\n")
