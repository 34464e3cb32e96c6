"""What the commands of the registry print: changes of an import, lists as table, JSON and CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from results.language import _, ngettext
from results.registry_records import Change, Entry, FieldChange
from results.site_text import guarded
from results.terminal import plain
from results.written import number
from schedules.columns import Column, column

_ROWS_AT_ONCE = 500
_TEXTS = ("name", "registration_number", "abbreviation", "kind", "sector", "language", "notes")


def changes_text(changes: Sequence[Change], *, dry_run: bool) -> str:
    """What an import does or did, institution by institution and field by field."""
    new = [one for one in changes if one.is_new]
    changed = [one for one in changes if one.fields]
    lines = [f"+ {plain(one.name)} ({plain(one.key)})" for one in new]
    for one in changed:
        lines.append(f"~ {plain(one.name)} ({plain(one.key)})")
        lines += [_field_line(field) for field in one.fields]
    same = len(changes) - len(new) - len(changed)
    end = " " + _("Nothing was written.") if dry_run else ""
    said = _("{new} new, {changed} changed, {same} as before.")
    lines.append(said.format(new=len(new), changed=len(changed), same=same) + end)
    return "".join(f"{line}\n" for line in lines)


def _field_line(change: FieldChange) -> str:
    return f"    {plain(change.field)}: {_shown(change.before)} → {_shown(change.after)}"


def _shown(value: Any) -> str:  # noqa: ANN401  (text, number, or several texts)
    if value is None:
        return _("nothing")
    if isinstance(value, tuple):
        return plain(", ".join(value))
    return plain(f"{value:g}" if isinstance(value, float) else str(value))


def institutions_tables(entries: Sequence[Entry]) -> Iterator[RenderableType]:
    """One row an institution, then how many there are. Thousands come as several tables, each with its
    headings: one of twenty thousand rows takes hundreds of megabytes to lay out.
    """
    for first in range(0, len(entries), _ROWS_AT_ONCE):
        yield _table(entries[first : first + _ROWS_AT_ONCE])
    said = ngettext("{n} institution", "{n} institutions", len(entries))
    yield Text(said.format(n=number(len(entries))), "dim italic")


def _table(entries: Sequence[Entry]) -> Table:
    table = Table(box=None, pad_edge=False)
    for heading in (_("Name"), _("Reg. number"), _("Kind"), _("Sector"), _("Segments"), _("Websites")):
        table.add_column(heading, overflow="fold")
    for one in entries:
        cells = (one.name, one.registration_number, one.kind, one.sector)
        lists = (", ".join(one.segments), "\n".join(one.websites))
        table.add_row(
            *(Text(plain(cell)) for cell in cells),
            *(Text("\n".join(map(plain, cell.split("\n")))) for cell in lists),
        )
    return table


def as_json(entries: Sequence[Entry]) -> str:
    """An array of objects with all that is kept."""
    kept = [
        {key: value for key, value in msgspec.to_builtins(one).items() if key != "cleared"} for one in entries
    ]
    return msgspec.json.format(msgspec.json.encode(kept), indent=2).decode() + "\n"


def as_csv(entries: Sequence[Entry]) -> str:
    """A list that can be imported again, and then changes nothing.

    A cell that a spreadsheet would take for a formula has a `'` before it, which the import takes away.
    """
    numbers = sorted({name for one in entries for name in one.numbers})
    attributes = sorted({name for one in entries for name in one.attributes})
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    header = (
        *_TEXTS,
        "url",
        "segments",
        "allowed_hosts",
        "social_profiles",
        *map(_number_header, numbers),
        *attributes,
    )
    writer.writerow(map(guarded, header))
    for one in entries:
        lists = (
            " ".join(one.websites),
            "|".join(one.segments),
            " ".join(one.allowed_hosts),
            " ".join(one.social_profiles),
        )
        counted = (repr(one.numbers[name]) if name in one.numbers else "" for name in numbers)
        said = (one.attributes.get(name, "") for name in attributes)
        cells = (*(getattr(one, field) for field in _TEXTS), *lists)
        writer.writerow((*map(guarded, cells), *counted, *map(guarded, said)))
    return text.getvalue()


def _number_header(name: str) -> str:
    """What a column must be called to be read as that number."""
    return name if column(name) == Column("numbers", name) else f"{name}_count"
