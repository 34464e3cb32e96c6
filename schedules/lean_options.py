"""Options that say what a run has to do with earlier ones."""

from __future__ import annotations

from typing import Annotated

import typer

from schedules.taken_over import LeanWish

_PANEL = "Earlier runs"


def lean_wish(
    *,
    compared_with: Annotated[
        str,
        typer.Option(
            metavar="RUN|none",
            help="Put what changed since that run to a second audit; left out: the newest of this name.",
            rich_help_panel=_PANEL,
        ),
    ] = "",
    new_pages: Annotated[
        bool,
        typer.Option(
            "--new-pages", help="Draw other pages than the run compared with.", rich_help_panel=_PANEL
        ),
    ] = False,
    require_quality: Annotated[
        bool,
        typer.Option(
            "--require-quality",
            help="End with 1 where the run is not to be published.",
            rich_help_panel=_PANEL,
        ),
    ] = False,
) -> LeanWish:
    """What was chosen on a command line."""
    return LeanWish(compared_with=compared_with, new_pages=new_pages, require_quality=require_quality)
