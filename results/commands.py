"""The command `show`, and the writing of a run that `check` and `run` share with it."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console, Group, RenderableType
from rich.text import Text

from crawler.evidence import Site
from results.ci.formats.writing import machine_format
from results.ci.policy import Verdict
from results.ci.telling import told_then
from results.document import to_json
from results.errors import EvidenceError, ResultsError, RunNotFoundError
from results.gate_verdicts import kept_verdict
from results.language import _
from results.records import RunRecord
from results.show import run_view, runs_table
from results.store import Store
from results.terminal import plain

DEFAULT_DATABASE = "sqlite:///out/eindekss.sqlite3"
USAGE = 2
INTERNAL = 4
_FILE_WIDTH = 110
"""Columns of a text report that goes to a file."""


class Format(StrEnum):
    """How a run is written."""

    TEXT = "text"
    JSON = "json"
    HTML = "html"
    JUNIT = "junit"
    SARIF = "sarif"
    GITLAB = "gitlab"
    GITHUB = "github"
    MARKDOWN = "markdown"
    EARL = "earl"


def mount(app: typer.Typer) -> None:
    """Add this package's command."""
    app.command()(show)


def show(
    run: Annotated[
        str | None, typer.Argument(help="Id or name of a run, or its beginning; the newest if left out.")
    ] = None,
    site: Annotated[str | None, typer.Option("--site", help="Only the site at this address.")] = None,
    database: Annotated[
        str, typer.Option("--db", envvar="EINDEKSS_DB", help="Database URL or path.")
    ] = DEFAULT_DATABASE,
    format_: Annotated[Format, typer.Option("--format", help="How to write it.")] = Format.TEXT,
    output: Annotated[Path | None, typer.Option("--output", help="File instead of standard output.")] = None,
    judgement: Annotated[
        int | None,
        typer.Option(
            "--judgement", min=1, help="Show this of the run's judgements instead of the current one."
        ),
    ] = None,
    *,
    runs: Annotated[bool, typer.Option("--list", help="List the runs of the database instead.")] = False,
) -> None:
    """Show the results of a run that is in the database."""
    try:
        store = Store.open(database, create=False)
        try:
            if runs:
                print_view(runs_table(store.runs()), output)
                return
            run_id = store.find_run(run)
            chosen = chosen_judgement(store, run_id, judgement)
            record = store.load_run(run_id, site=site, judgement_id=chosen)
            # What was said of all sites says nothing of one.
            verdict = None if site else kept_verdict(store.engine, run_id, chosen)
            if format_ is Format.TEXT and verdict:
                print_view(Group(run_view(record), "", *map(Text, told_then(verdict))), output)
            else:
                write_run(record, format_, output, store, verdict)
        finally:
            store.close()
    except ResultsError as error:
        stop(error)


def chosen_judgement(store: Store, run_id: str, number: int | None) -> int | None:
    """The id of a run's judgement of that number; None is the current one."""
    if number is None:
        return None
    ids = store.judgement_ids(run_id)
    if number > len(ids):
        raise RunNotFoundError(
            _("Run {run} has no judgement {number}, only {all}.").format(
                run=run_id, number=number, all=len(ids)
            )
        )
    return ids[number - 1]


def write_run(
    run: RunRecord,
    format_: Format,
    output: Path | None,
    store: Store | None = None,
    verdict: Verdict | None = None,
) -> None:
    """Writes a run to a file, or to standard output. Screenshots of the HTML report come from `store`; the
    formats of build servers tell of the gate's verdict where there is one.

    A file that cannot be written ends the command with 2.
    """
    if format_ is Format.TEXT:
        print_view(run_view(run), output)
    elif format_ is Format.JSON:
        write_output(to_json(run, verdict), output)
    elif format_ is not Format.HTML:
        write_output(machine_format(format_, run, verdict), output)
    else:
        from results.html_report import html_report  # with Jinja and Pillow

        picture = (lambda digest: _screenshot(store, digest)) if store else None
        observed = (lambda position: _evidence(store, run.id, position)) if store else None
        write_output(html_report(run, picture, observed, verdict=verdict).encode(), output)


def stop(error: ResultsError) -> NoReturn:
    """Tells an expected error with its remedy on standard error; ends with 2 (usage) or 4."""
    print(f"{plain(error.told())} {_(error.remedy)}", file=sys.stderr)  # noqa: T201 - a command's own output
    raise typer.Exit(USAGE if error.is_usage else INTERNAL)


def _screenshot(store: Store, digest: str) -> bytes:
    """Nothing where the picture is gone: the report stands without it."""
    try:
        return store.evidence.get(digest)
    except EvidenceError:
        return b""


def _evidence(store: Store, run_id: str, position: int) -> Site | None:
    """Nothing where it was pruned or is gone."""
    try:
        return store.load_evidence(run_id, position)
    except ResultsError:
        return None


def print_view(view: RenderableType, output: Path | None) -> None:
    """Print a view on the terminal, or write it to a file as text."""
    if output is None:
        _forgive_encoding()
        Console(highlight=False).print(view)
        return
    write_output(_as_text(view), output)


def print_views(views: Iterable[RenderableType], output: Path | None) -> None:
    """Print views one by one as they come, or write them to a file as text: thousands are never held."""
    if output is None:
        _forgive_encoding()
        console = Console(highlight=False)
        for view in views:
            console.print(view)
        return
    write_pieces(map(_as_text, views), output)


def _as_text(view: RenderableType) -> bytes:
    text = io.StringIO()
    Console(width=_FILE_WIDTH, highlight=False, file=text, force_terminal=False).print(view)
    return text.getvalue().encode()


def _forgive_encoding() -> None:
    """A terminal that lacks a letter shows `?` for it; it does not end the command."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")


def write_output(data: bytes, output: Path | None) -> None:
    """Write to a file, or to standard output. A file that cannot be written ends the command with 2."""
    if output is None:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        return
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        output.write_bytes(data)
    except OSError as error:
        cannot_write(output, error)


def write_pieces(pieces: Iterable[bytes], output: Path | None) -> None:
    """Write what comes piece by piece, to a file or to standard output. As `write_output`."""
    if output is None:
        for piece in pieces:
            sys.stdout.buffer.write(piece)
        sys.stdout.buffer.flush()
        return
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        with output.open("wb") as file:
            file.writelines(pieces)
    except OSError as error:
        cannot_write(output, error)


def require_writable(output: Path | None) -> None:
    """End the command with 2 where the file could not be written: before an audit, not after it.

    A file that is there stays as it is; one that is not is not left behind.
    """
    if output is None:
        return
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        is_new = not output.exists()
        with output.open("ab"):
            pass
        if is_new:
            output.unlink()
    except OSError as error:
        cannot_write(output, error)


def cannot_write(output: Path, error: OSError) -> NoReturn:
    """Ends the command with 2."""
    said = _("{file} cannot be written: {reason}.").format(file=output, reason=error.strerror)
    print(said, file=sys.stderr)  # noqa: T201 - a command's own output
    raise typer.Exit(USAGE) from error
