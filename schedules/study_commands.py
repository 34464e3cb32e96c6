"""The command `study import`: the answers published in 2017, as a run to set others beside."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from results.commands import DEFAULT_DATABASE, stop
from results.errors import ResultsError
from results.language import _
from results.store import Store
from results.study.importing import NAME, import_study
from schedules.institutions import EXAMPLES, telling_errors
from schedules.sources import read_institutions


def mount(app: typer.Typer) -> None:
    """Add the group `study`."""
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
    database: Annotated[
        str, typer.Option("--db", envvar="EINDEKSS_DB", help="Database URL or path.")
    ] = DEFAULT_DATABASE,
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
