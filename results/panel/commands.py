"""The commands `panel import` and `panel status`."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from results.commands import DEFAULT_DATABASE, USAGE, stop
from results.errors import ResultsError
from results.exports.codebook import by_code
from results.exports.facts import value_words
from results.language import _, decimal
from results.panel.agreement import agreement
from results.panel.decisions import Decision, Source, final
from results.panel.errors import ReviewRowsError
from results.panel.store import add_decisions, load_decisions
from results.store import Store
from results.streaming import RunReader
from results.terminal import plain, quoted
from results.wording import run_notes

_Decisions = Mapping[tuple[int, str], tuple[Decision, ...]]
_Db = Annotated[str, typer.Option("--db", envvar="EINDEKSS_DB", help="Database URL or path.")]


def mount(app: typer.Typer) -> None:
    """Add the group of commands."""
    panel = typer.Typer(no_args_is_help=True, help="What experts decide of the automatic answers.")
    panel.command("import")(import_)
    panel.command()(status)
    app.add_typer(panel, name="panel")


def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE.xlsx", help="A filled review sheet.")],
    expert: Annotated[str, typer.Option("--expert", help="Who decided.")],
    database: _Db = DEFAULT_DATABASE,
) -> None:
    """Read an expert's decisions back; none is stored if one of them is wrong."""
    from results.panel.workbook import read_review  # openpyxl takes a while, and no other command needs it

    name = " ".join(expert.split())
    if not name:
        raise typer.BadParameter(_("name the expert"), param_hint="--expert")
    try:
        store = Store.open(database, create=False)
        try:
            review = read_review(file, store.engine, expert=name, now=datetime.now(UTC))
            added = add_decisions(store.engine, review.run_id, review.decisions)
            console = _console()
            console.print(
                _("{new} decisions new, {changed} changed, {same} known already.").format(
                    new=added.new, changed=added.changed, same=added.same
                )
            )
            _tell(console, store, review.run_id)
        finally:
            store.close()
    except ReviewRowsError as error:
        lines = (*map(plain, error.lines), _(error.remedy))
        sys.stderr.write("".join(f"{line}\n" for line in lines))
        raise typer.Exit(USAGE) from None
    except ResultsError as error:
        stop(error)


def status(
    run: Annotated[str | None, typer.Argument(help="Id or name of a run; the newest if left out.")] = None,
    database: _Db = DEFAULT_DATABASE,
) -> None:
    """Say where experts disagree, and how far they agree with the automatic answers."""
    try:
        store = Store.open(database, create=False)
        try:
            _tell(_console(), store, store.find_run(run))
        finally:
            store.close()
    except ResultsError as error:
        stop(error)


def _console() -> Console:
    return Console(highlight=False)


def _tell(console: Console, store: Store, run_id: str) -> None:
    decisions = load_decisions(store.engine, run_id)
    reader = RunReader(store.engine, run_id)
    names = {position: one.title for position, one in reader.institutions().items()}
    for note in run_notes(reader.run):
        console.print(quoted(note))
    conflicts = _conflicts(decisions, names)
    if conflicts.row_count:
        console.print(conflicts)
    console.print(_agreement(decisions))


def _conflicts(decisions: _Decisions, names: Mapping[int, str]) -> Table:
    heads = (_("Code"), _("Institution"), _("Expert"), _("Value"), _("Reason"))
    table = Table(*heads, title=_("Experts disagree"))
    for (position, code), several in decisions.items():
        if final(None, several).source is not Source.CONFLICT:
            continue
        for one in several:
            value = value_words(by_code()[code], one.value)
            cells = (code, names.get(position, ""), one.expert, value, one.reason)
            table.add_row(*map(quoted, cells))
    return table


def _agreement(decisions: _Decisions) -> Table:
    table = Table(
        *(_("Code"), _("Decisions"), _("With a proposal"), _("Agree"), _("Percent"), _("Cohen's kappa")),
        title=_("Automatic answers and experts"),
    )
    for one in agreement(decision for several in decisions.values() for decision in several):
        percent = "–" if one.percent is None else f"{one.percent:.0f} %"
        kappa = "–" if one.kappa is None else decimal(one.kappa)
        table.add_row(one.code, str(one.decided), str(one.proposed), str(one.agreed), percent, kappa)
    return table
