"""The command `eindekss`: mounts each package's commands, and nothing else."""

from __future__ import annotations

import sys
from importlib import metadata
from typing import Annotated

import typer

import results.commands
import results.rejudging
import schedules.commands

app = typer.Typer(
    name="eindekss",
    help="Audits websites of public institutions: accessibility, mobile-friendliness, services, contacts.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
schedules.commands.mount(app)
results.commands.mount(app)
results.rejudging.mount(app)


def _print_version(wanted: bool) -> None:
    if wanted:
        sys.stdout.write(f"eindekss {metadata.version('eindekss')}\n")
        raise typer.Exit


@app.callback()
def eindekss(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Audits websites of public institutions: accessibility, mobile-friendliness, services, contacts."""


def main() -> None:
    """Entry point of the console script."""
    app()
