"""The command `eindekss`: mounts each package's commands, and nothing else."""

from __future__ import annotations

import sys
from importlib import metadata
from typing import Annotated

import typer

import results.commands
import results.rejudging
import schedules.commands
from results.commands import INTERNAL
from results.terminal import plain

INTERRUPTED = 130

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
    """Entry point of the console script. A fault of ours ends with 4: 1 is kept for a failed policy."""
    try:
        app()
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    except Exception as error:  # noqa: BLE001  (whatever it is, the user gets one line and the right code)
        said = plain(f"{type(error).__name__}: {error}")
        sys.stderr.write(f"eindekss failed: {said}. Report it with the command; nobody lost points.\n")
        sys.exit(INTERNAL)
