"""What `[[url]]` tables say of the sites that a command audits.

How a site is reached may differ from site to site: it is kept with the institution (`own_settings`), told
with its result, and asked about where results are compared. What a run measures is one for all its sites;
where the tables would give them several, that is said, and nothing is audited.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
import typer
from msgspec.structs import replace

from crawler.evidence import AuditSettings, Institution
from results.language import N_
from schedules.errors import InputError
from schedules.gate_options import GateWish, SiteGate
from schedules.options import Again
from schedules.settings_file.matching import matches
from schedules.settings_file.settings import UrlTable

_NEARER = frozenset({"COMMANDLINE", "ENVIRONMENT"})
"""Names of click's sources that go before the file. By name: typer has a click of its own."""
_PATHS = frozenset({"baseline", "login"})
_ONE_A_RUN: Mapping[str, tuple[str, ...]] = {
    "scope": ("scope", "sitemap", "sitemap-url"),
    "confirm": ("confirm",),
}
"""What a run measures, by the field of its settings, and the keys that decide it: percentages of a home page
and of a sample, of one capture and of two, are no one column."""


class Applied(msgspec.Struct, frozen=True, kw_only=True):
    """An audit of these sites with the tables applied."""

    settings: AuditSettings
    """The run's: of each field what all sites have, else what holds without the tables."""
    institutions: tuple[Institution, ...]
    """With settings of their own where theirs are not the run's."""
    gates: tuple[SiteGate, ...]
    """Each site is in one of them."""


OwnOf = Callable[[Sequence[Institution], AuditSettings], Applied]
"""An audit of these sites, from the settings that hold for any."""


class _Own(msgspec.Struct, frozen=True):
    settings: AuditSettings
    gate: GateWish


def own_of(context: typer.Context, again: Again, gate: GateWish) -> OwnOf:
    """Applies the file's tables where neither the command line nor the environment says otherwise."""
    found = getattr(context.obj, "urls", ())

    def made(said: dict[str, Any], settings: AuditSettings) -> _Own:
        if not said:
            return _Own(settings, gate)
        parts = again({_argument(key): Path(v) if key in _PATHS else v for key, v in said.items()})
        own = parts["reached"].applied(parts["settings"])
        # Without --seed each making draws another.
        return _Own(replace(own, seed=settings.seed), parts["gate"])

    def applied(sites: Sequence[Institution], settings: AuditSettings) -> Applied:
        saids = [said_of(one.url, found, lambda key: _is_free(context, key)) for one in sites]
        kinds = {_key(said): said for said in saids}
        owns = {key: made(said, settings) for key, said in kinds.items()}
        shared = _shared(settings, [own.settings for own in owns.values()], kinds.values())
        return Applied(
            settings=shared,
            institutions=tuple(
                _bearing(one, owns[_key(said)].settings, shared)
                for one, said in zip(sites, saids, strict=True)
            ),
            gates=_gates([owns[_key(said)].gate for said in saids]) or _gates([gate]),
        )

    return applied


def said_of(url: str, tables: Iterable[UrlTable], is_free: Callable[[str], bool]) -> dict[str, Any]:
    """What the tables that match say of an address, by key, of the keys that are free; the last one holds."""
    said: dict[str, Any] = {}
    for table in tables:
        if matches(table.match, url):
            said |= {key: value for key, value in table.values.items() if is_free(key)}
    return said


def _shared(
    settings: AuditSettings, every: Sequence[AuditSettings], saids: Iterable[dict[str, Any]]
) -> AuditSettings:
    """Raises InputError where what the run measures differs."""
    names = msgspec.structs.asdict(settings)
    same = {
        name: getattr(every[0], name)
        for name in names
        if every and all(getattr(one, name) == getattr(every[0], name) for one in every)
    }
    if differing := [name for name in _ONE_A_RUN if every and name not in same]:
        told = {key for said in saids for key in said}
        keys = sorted(key for name in differing for key in _ONE_A_RUN[name] if key in told)
        raise InputError(
            N_(
                "[[url]] gives these sites different settings ({keys}) of what a run measures: audit them by "
                "themselves, or give these options on the command line"
            ),
            keys=", ".join(keys),
        )
    return replace(settings, **same)


def _bearing(institution: Institution, own: AuditSettings, shared: AuditSettings) -> Institution:
    if own == shared:
        return institution
    run: dict[str, Any] = msgspec.to_builtins(shared)
    told: dict[str, Any] = msgspec.to_builtins(own)
    return replace(institution, own_settings={name: v for name, v in told.items() if v != run[name]})


def _gates(wishes: Sequence[GateWish]) -> tuple[SiteGate, ...]:
    """One for all sites of the same wish, in the order of the first."""
    places: list[tuple[GateWish, list[int]]] = []
    for place, wish in enumerate(wishes):
        of_wish = next((found for known, found in places if known == wish), None)
        if of_wish is None:
            places.append((wish, of_wish := []))
        of_wish.append(place)
    return tuple(SiteGate(wish=wish, positions=frozenset(found)) for wish, found in places)


def _key(said: dict[str, Any]) -> bytes:
    return msgspec.json.encode(said, order="sorted")


def _is_free(context: typer.Context, key: str) -> bool:
    source = context.get_parameter_source(_argument(key))
    return source is None or source.name not in _NEARER


def _argument(key: str) -> str:
    return key.replace("-", "_")
