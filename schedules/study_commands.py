"""The commands `study import` and `report`: the answers published in 2017, and the report of a run."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from results.commands import DEFAULT_DATABASE, cannot_write, chosen_judgement, stop, write_output
from results.comparing import compared
from results.errors import ResultsError
from results.language import Language, _, chosen, speaking
from results.store import Store
from results.study.importing import NAME, import_study
from results.study.report import StudyReport, study_report
from results.study.respondents import survey
from schedules.institutions import EXAMPLES, telling_errors
from schedules.sources import read_institutions

Database = Annotated[str, typer.Option("--db", envvar="EINDEKSS_DB", help="Database URL or path.")]


class ReportFormat(StrEnum):
    """What the report is written as."""

    HTML = "html"
    PDF = "pdf"
    XLSX = "xlsx"


def mount(app: typer.Typer) -> None:
    """Add the group `study` and the command `report`."""
    app.command()(report)
    group = typer.Typer(
        name="study", help="Answers of the 2017 study.", no_args_is_help=True, add_completion=False
    )
    group.callback()(_study)
    group.command("import")(import_)
    app.add_typer(group)


def _study() -> None:
    """Answers of the 2017 study."""


def import_(
    *,
    institutions: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.csv|xlsx",
            help="List with the sector, segments and numbers of each; left out: the list that comes along.",
        ),
    ] = None,
    database: Database = DEFAULT_DATABASE,
) -> None:
    """Store what the report of 2017 published by name, as the run study-2017."""
    with telling_errors():
        listed = read_institutions(institutions or EXAMPLES["2017"]).institutions
    try:
        store = Store.open(database)
        try:
            is_new = import_study(store, listed)
        finally:
            store.close()
    except ResultsError as error:
        stop(error)
    said = _("Imported as run {name}.") if is_new else _("Run {name} is there already; nothing was changed.")
    sys.stdout.write(said.format(name=NAME) + "\n")


def report(
    run: Annotated[str | None, typer.Argument(help="Id or name of a run; the newest if left out.")] = None,
    *,
    format_: Annotated[ReportFormat, typer.Option("--format", help="What to write.")] = ReportFormat.HTML,
    lang: Annotated[
        Language | None, typer.Option("--lang", help="Language; as of other commands, else Latvian.")
    ] = None,
    compared_with: Annotated[
        str | None, typer.Option("--compared-with", metavar="RUN", help="Tell the change since this run.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", help="File; HTML goes to standard output without it.")
    ] = None,
    judgement: Annotated[
        int | None, typer.Option("--judgement", min=1, help="Which of the run's judgements.")
    ] = None,
    database: Database = DEFAULT_DATABASE,
) -> None:
    """Write the study's report of a run: shares, lists and cross-tabulations."""
    if output is None and format_ is not ReportFormat.HTML:
        raise typer.BadParameter(
            _("name a file for {format}").format(format=format_.value), param_hint="--output"
        )
    with speaking(lang or chosen() or Language.LV):
        try:
            _write(_read(database, run, judgement, compared_with), format_, output)
        except ResultsError as error:
            stop(error)
        except OSError as error:
            cannot_write(output or Path("-"), error)


def _read(database: str, run: str | None, judgement: int | None, earlier: str | None) -> StudyReport:
    store = Store.open(database, create=False)
    try:
        run_id = store.find_run(run)
        found = survey(store, run_id, chosen_judgement(store, run_id, judgement))
        change = compared(store, store.find_run(earlier), run_id) if earlier is not None else None
        return study_report(found, change)
    finally:
        store.close()


def _write(found: StudyReport, format_: ReportFormat, output: Path | None) -> None:
    from results.study.html import study_html

    if output is None or format_ is ReportFormat.HTML:
        write_output(study_html(found).encode(), output)
        return
    output.parent.mkdir(parents=True, exist_ok=True)
    if format_ is ReportFormat.PDF:
        from schedules.report_pdf import print_pdf

        print_pdf(study_html(found), output)
    else:
        from results.study.workbook import write_study_workbook

        write_study_workbook(found, output)
