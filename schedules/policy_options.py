"""Options that say how a run is carried out: retries."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Annotated

import typer

from results.language import _
from results.run_policy import RunPolicy

_PANEL = "How to retry"
_FORM = re.compile(r"(\d+(?:\.\d+)?)\s*([smhd])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
LONGEST = timedelta(days=30)


def duration(text: str) -> timedelta:
    """The length written `90s`, `30m`, `24h` or `2d`. BadParameter, which ends the command with 2."""
    found = _FORM.fullmatch(text.strip())
    if found is None:
        said = _("{text} is no length of time; one looks like 30m, 24h or 2d")
        raise typer.BadParameter(said.format(text=repr(text)))
    length = timedelta(**{_UNITS[found[2]]: min(float(found[1]), 10_000_000.0)})
    if length > LONGEST:
        raise typer.BadParameter(_("{text} is more than {n} days").format(text=repr(text), n=LONGEST.days))
    return length


def run_policy(
    *,
    retries: Annotated[
        int,
        typer.Option(
            min=0,
            max=10,
            help="Times that a site which could not be evaluated is tried again.",
            rich_help_panel=_PANEL,
        ),
    ] = RunPolicy().retries,
    retry_for: Annotated[
        str,
        typer.Option(
            metavar="TIME", help="After these, go on trying for so long: 6h, 2d.", rich_help_panel=_PANEL
        ),
    ] = "",
    max_not_evaluable: Annotated[
        float,
        typer.Option(
            min=0,
            max=100,
            metavar="PERCENT",
            help="Sites that may be not evaluable; with more, the run is marked not to be published.",
            rich_help_panel=_PANEL,
        ),
    ] = RunPolicy().max_not_evaluable,
) -> RunPolicy:
    """The policy chosen on a command line."""
    seconds = duration(retry_for).total_seconds() if retry_for else 0.0
    return RunPolicy(retries=retries, retry_for=seconds, max_not_evaluable=max_not_evaluable)
