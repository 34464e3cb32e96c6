"""The command `export`."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from results.commands import DEFAULT_DATABASE, cannot_write, chosen_judgement, stop
from results.errors import ResultsError
from results.exports.facts import RunFacts
from results.language import _, chosen, speaking
from results.store import Store


class ExportFormat(StrEnum):
    """What a run is exported as."""

    XLSX = "xlsx"
    CSV = "csv"
    JSON = "json"
    SAV = "sav"
    PARQUET = "parquet"
    EARL = "earl"


class CsvTable(StrEnum):
    """What a row of the CSV file is."""

    INSTITUTIONS = "institutions"
    ANSWERS = "answers"


def mount(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(export)


def export(
    run: Annotated[str | None, typer.Argument(help="Id or name of a run; the newest if left out.")] = None,
    *,
    format_: Annotated[ExportFormat, typer.Option("--format", help="What to write.")] = ExportFormat.XLSX,
    output: Annotated[Path, typer.Option("--output", help="File; a folder for parquet and --bundle.")],
    table: Annotated[
        CsvTable, typer.Option("--table", help="Of CSV: one row an institution, or one an answer.")
    ] = CsvTable.INSTITUTIONS,
    bundle: Annotated[
        bool, typer.Option("--bundle", help="Workbook and evidence as one folder, linked.")
    ] = False,
    judgement: Annotated[
        int | None, typer.Option("--judgement", min=1, help="Which of the run's judgements.")
    ] = None,
    database: Annotated[
        str, typer.Option("--db", envvar="EINDEKSS_DB", help="Database URL or path.")
    ] = DEFAULT_DATABASE,
) -> None:
    """Write a run for the panel, SPSS, Power BI or other programs."""
    if bundle and format_ is not ExportFormat.XLSX:
        raise typer.BadParameter(_("a bundle is a workbook: leave --format out"), param_hint="--bundle")
    try:
        store = Store.open(database, create=False)
        try:
            run_id = store.find_run(run)
            facts = RunFacts(store, run_id, chosen_judgement(store, run_id, judgement))
            output.parent.mkdir(parents=True, exist_ok=True)
            with speaking(chosen() or facts.language):
                _writer(format_, table, bundle=bundle)(facts, store, output)
        finally:
            store.close()
    except ResultsError as error:
        stop(error)
    except OSError as error:
        cannot_write(output, error)


def _writer(
    format_: ExportFormat, table: CsvTable, *, bundle: bool
) -> Callable[[RunFacts, Store, Path], None]:
    """The function that writes the format; each is slow to import, and only one is needed."""
    if bundle:
        from results.exports.bundle import write_bundle

        return write_bundle
    if format_ is ExportFormat.JSON:
        from results.exports.json_file import write_json

        return write_json
    write = _plain_writer(format_, table)
    return lambda facts, _store, path: write(facts, path)


def _plain_writer(format_: ExportFormat, table: CsvTable) -> Callable[[RunFacts, Path], None]:
    if format_ is ExportFormat.CSV:
        from results.exports.csv_files import write_answers, write_questionnaire

        return write_answers if table is CsvTable.ANSWERS else write_questionnaire
    if format_ is ExportFormat.SAV:
        from results.exports.spss import write_spss

        return write_spss
    if format_ is ExportFormat.PARQUET:
        from results.exports.parquet import write_parquet

        return write_parquet
    if format_ is ExportFormat.EARL:
        from results.exports.earl import write_earl

        return write_earl
    from results.exports.workbook import write_workbook

    return write_workbook
