"""Who is audited: a list in a file, or institutions of the registry; the same for runs and schedules."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec
import typer

from results.language import N_
from results.registry import Registry
from results.registry_records import Selection
from schedules.errors import InputError
from schedules.institutions import Attributes, Kinds, Sectors, Segments, Sheet, opened, selection
from schedules.sources import Source, at_websites, read_institutions

_WHO = "Whom to audit"


class Pick(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Which institutions, and which of their websites. A schedule keeps it as it is."""

    file: str = ""
    """A CSV file or workbook; empty: the registry."""
    sheet: str = ""
    registry: bool = False
    """The registry was asked for by name; without a file it is meant anyway."""
    selection: Selection = Selection()
    all_websites: bool = False


def pick(
    *,
    registry: Annotated[
        bool, typer.Option("--registry", help="The registry (so it is without FILE).", rich_help_panel=_WHO)
    ] = False,
    kind: Kinds = None,
    sector: Sectors = None,
    segment: Segments = None,
    attribute: Attributes = None,
    sheet: Sheet = "",
    all_websites: Annotated[
        bool,
        typer.Option(
            "--all-websites",
            help="Institutions' other websites too, apart from the first.",
            rich_help_panel=_WHO,
        ),
    ] = False,
) -> Pick:
    """Which institutions; of the registry until `of_file` names a file."""
    try:
        chosen = selection(kind, sector, segment, attribute)
    except InputError as error:
        raise typer.BadParameter(error.told()) from error
    return Pick(registry=registry, sheet=sheet, selection=chosen, all_websites=all_websites)


def of_file(chosen: Pick, file: Path | None) -> Pick:
    """The choice with the file that was named. InputError where file and registry are both asked for."""
    if file is not None and chosen.registry:
        raise InputError(N_("give either a file or --registry"))
    if file is None and chosen.sheet:
        raise InputError(N_("--sheet goes with a workbook; name the file"))
    return msgspec.structs.replace(chosen, file=str(file or ""))


def picked_from(chosen: Pick, database: str) -> Source:
    """The institutions chosen, in their order; the registry is that of the database.

    Raises:
        InputError: the file can't be read, or nobody is left to audit.
        ResultsError: the registry can't be read.
    """
    if chosen.file:
        return picked(chosen, None)
    with opened(database) as registry:
        return picked(chosen, registry)


def picked(chosen: Pick, registry: Registry | None) -> Source:
    """As `picked_from`, of a registry that is open."""
    if chosen.file or registry is None:
        return read_institutions(
            Path(chosen.file),
            sheet=chosen.sheet,
            selection=chosen.selection,
            all_websites=chosen.all_websites,
        )
    entries = registry.institutions(chosen.selection)
    institutions = tuple(one for entry in entries for one in at_websites(entry, chosen.all_websites))
    if not institutions:
        raise InputError(_nobody(len(entries), chosen.selection))
    audited = sum(not one.website_of for one in institutions)
    return Source(institutions=institutions, without_website=len(entries) - audited)


def _nobody(found: int, chosen: Selection) -> str:
    if found:
        return f"none of {found} institutions of the registry has a website; import a list with websites"
    if chosen != Selection():
        return "the registry has no such institution; `eindekss institutions list` shows whom it has"
    return "the registry is empty; name a file, or fill it with `eindekss institutions import FILE`"
