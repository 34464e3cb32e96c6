"""The commands `institutions import`, `list` and `validate`: the registry of who is audited."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from results.commands import DEFAULT_DATABASE, USAGE, print_views, stop
from results.errors import ResultsError
from results.language import N_, _, ngettext
from results.registry import Registry
from results.registry_records import Selection
from results.spoken_errors import Word
from results.terminal import plain
from results.written import number
from schedules.errors import InputError, ScheduleError
from schedules.institution_views import as_csv, as_json, changes_text, institutions_tables
from schedules.listing import Listing, for_registry, read_listing
from schedules.tables import Problem

EXAMPLES = {"2017": Path(__file__).parent / "examples" / "institutions-2017.csv"}
"""Lists that come with the product."""

Database = Annotated[str, typer.Option("--db", envvar="EINDEKSS_DB", help="Database URL or path.")]
Sheet = Annotated[str, typer.Option("--sheet", help="Sheet of a workbook; the first if left out.")]
Kinds = Annotated[list[str] | None, typer.Option("--kind", help="Only of this kind; may be repeated.")]
Sectors = Annotated[list[str] | None, typer.Option("--sector", help="Only of this sector; may be repeated.")]
Segments = Annotated[
    list[str] | None, typer.Option("--segment", help="Only in this segment; may be repeated.")
]
Attributes = Annotated[
    list[str] | None,
    typer.Option("--attribute", metavar="NAME=VALUE", help="Only with this attribute; may be repeated."),
]


class ListFormat(StrEnum):
    """How a list is written."""

    TEXT = "text"
    JSON = "json"
    CSV = "csv"


def mount(app: typer.Typer) -> None:
    """Add the group `institutions`."""
    group = typer.Typer(
        name="institutions",
        help="Keep the registry of institutions.",
        no_args_is_help=True,
        add_completion=False,
    )
    group.command("import")(import_)
    group.command("list")(list_)
    group.command()(validate)
    app.add_typer(group)


def import_(
    file: Annotated[Path | None, typer.Argument(metavar="FILE.csv|xlsx", help="`name` is required.")] = None,
    *,
    example: Annotated[
        str, typer.Option(metavar="2017", help="Import a list that comes along instead.")
    ] = "",
    sheet: Sheet = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would change.")] = False,
    database: Database = DEFAULT_DATABASE,
) -> None:
    """Add and update institutions; none is ever deleted, and nothing is half imported."""
    with telling_errors():
        listing = read_listing(_chosen(file, example), sheet)
        _refuse_or_warn(listing, N_("nothing was imported"))
        entries = [row.entry for row in listing.rows]
        with opened(database) as registry:
            changes = registry.import_entries(entries, datetime.now(UTC), dry_run=dry_run)
    _write(changes_text(changes, dry_run=dry_run))


def validate(
    file: Annotated[Path, typer.Argument(metavar="FILE.csv|xlsx", help="As for import.")],
    *,
    sheet: Sheet = "",
) -> None:
    """Say what is wrong with a list, without importing it."""
    with telling_errors():
        listing = read_listing(file, sheet)
        _refuse_or_warn(listing, N_("it can't be imported"))
    said = _("{file} can be imported: {institutions}.")
    institutions = ngettext("{n} institution", "{n} institutions", len(listing.rows))
    institutions = institutions.format(n=number(len(listing.rows)))
    _write(said.format(file=plain(str(file)), institutions=institutions) + "\n")


def list_(
    *,
    kind: Kinds = None,
    sector: Sectors = None,
    segment: Segments = None,
    attribute: Attributes = None,
    format_: Annotated[ListFormat, typer.Option("--format", help="How to write it.")] = ListFormat.TEXT,
    database: Database = DEFAULT_DATABASE,
) -> None:
    """Show the institutions of the registry, all or a selection."""
    with telling_errors():
        wanted = selection(kind, sector, segment, attribute)
        with opened(database, create=False) as registry:
            entries = registry.institutions(wanted)
    if format_ is ListFormat.TEXT:
        print_views(institutions_tables(entries), None)
        if not entries and wanted == Selection():
            said = _("The registry is empty; `eindekss institutions import FILE` fills it.")
            sys.stderr.write(f"{said}\n")
    else:
        _write(as_json(entries) if format_ is ListFormat.JSON else as_csv(entries))


def selection(
    kind: Sequence[str] | None,
    sector: Sequence[str] | None,
    segment: Sequence[str] | None,
    attribute: Sequence[str] | None,
) -> Selection:
    """What the options select. InputError where an attribute has no `=`."""
    pairs = [text.partition("=") for text in attribute or ()]
    for name, equals, _value in pairs:
        if not (name and equals):
            raise InputError(N_("--attribute {name}: write it as NAME=VALUE"), name=name)
    return Selection(
        kinds=tuple(kind or ()),
        sectors=tuple(sector or ()),
        segments=tuple(segment or ()),
        attributes={name.strip().lower(): value for name, _equals, value in pairs},
    )


@contextmanager
def opened(database: str, *, create: bool = True) -> Iterator[Registry]:
    """The registry of a database, closed afterwards."""
    registry = Registry.open(database, create=create)
    try:
        yield registry
    finally:
        registry.close()


@contextmanager
def telling_errors() -> Iterator[None]:
    """Expected errors become one line and the exit code 2 or 4."""
    try:
        yield
    except ResultsError as error:
        stop(error)
    except ScheduleError as error:
        sys.stderr.write(f"{plain(error.told())}\n")
        raise typer.Exit(USAGE) from error


def _chosen(file: Path | None, example: str) -> Path:
    if example and example not in EXAMPLES:
        raise InputError(
            N_("there is no example {example!r}; there is {names}"),
            example=example,
            names=", ".join(EXAMPLES),
        )
    if (file is None) == (not example):
        raise InputError(N_("give either a file or --example 2017"))
    return file or EXAMPLES[example]


def _refuse_or_warn(listing: Listing, consequence: str) -> None:
    problems, doubts = for_registry(listing)
    _tell(doubts, lambda one: _("{problem} (a warning)").format(problem=one))
    _tell(problems, str)
    if problems:
        said = N_("1 problem: {consequence}") if len(problems) == 1 else N_("{n} problems: {consequence}")
        raise InputError(said, n=len(problems), consequence=Word(consequence))


def _tell(problems: Sequence[Problem], line: Callable[[Problem], str]) -> None:
    sys.stderr.writelines(f"{plain(line(one))}\n" for one in problems)


def _write(text: str) -> None:
    sys.stdout.buffer.write(text.encode())
    sys.stdout.buffer.flush()
