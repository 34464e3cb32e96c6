"""What `[[url]]` tables say of the sites that a command audits.

The settings of a run are one set, recorded with it and shared by its workers. So the tables hold where all
sites audited together come to the same; where they do not, that is said, and nothing is audited.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import typer

from crawler.evidence import AuditSettings, Institution
from results.language import _
from schedules.errors import InputError
from schedules.gate_options import GateWish
from schedules.options import Again
from schedules.settings_file.matching import matches
from schedules.settings_file.settings import UrlTable

OwnOf = Callable[[Iterable[Institution], AuditSettings], tuple[AuditSettings, GateWish]]
"""Settings and gate of an audit of these sites, from the settings that hold for any."""
_NEARER = frozenset({"COMMANDLINE", "ENVIRONMENT"})
"""Names of click's sources that go before the file. By name: typer has a click of its own."""
_PATHS = frozenset({"baseline", "login"})


def own_of(context: typer.Context, again: Again, gate: GateWish) -> OwnOf:
    """Applies the file's tables where neither the command line nor the environment says otherwise."""

    def applied(sites: Iterable[Institution], settings: AuditSettings) -> tuple[AuditSettings, GateWish]:
        found = getattr(context.obj, "urls", ())
        own = _same([said_of(one.url, found, lambda key: _is_free(context, key)) for one in sites])
        if not own:
            return settings, gate
        made = again({_argument(key): Path(v) if key in _PATHS else v for key, v in own.items()})
        return made["reached"].applied(made["settings"]), made["gate"]

    return applied


def said_of(url: str, tables: Iterable[UrlTable], is_free: Callable[[str], bool]) -> dict[str, Any]:
    """What the tables that match say of an address, by key, of the keys that are free; the last one holds."""
    said: dict[str, Any] = {}
    for table in tables:
        if matches(table.match, url):
            said |= {key: value for key, value in table.values.items() if is_free(key)}
    return said


def _same(own: list[dict[str, Any]]) -> dict[str, Any]:
    """What all sites have in common, which must be everything.

    Raises:
        InputError: they differ.
    """
    if any(one != own[0] for one in own):
        keys = sorted(
            {key for one in own for key in one if any(key not in o or o[key] != one[key] for o in own)}
        )
        raise InputError(
            _(
                "[[url]] gives these sites different settings ({keys}), and sites audited together have the "
                "same: audit them by themselves, or give these options on the command line"
            ).format(keys=", ".join(keys))
        )
    return own[0] if own else {}


def _is_free(context: typer.Context, key: str) -> bool:
    source = context.get_parameter_source(_argument(key))
    return source is None or source.name not in _NEARER


def _argument(key: str) -> str:
    return key.replace("-", "_")
