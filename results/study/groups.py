"""By what institutions are grouped for cross-tabulation: maturity, kind, sector, segment, fifths."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import msgspec

from results.language import N_, _, decimal
from results.study.collation import latvian
from results.study.quintiles import quintiles
from results.study.respondents import Respondent
from results.terminal import plain
from results.wording import kind_word

UNSURE = "?"
"""After a sector in the list: taken for that sector, and told."""
_SEGMENTS = {
    "masu": N_("Mass services"),
    "fiziskam-personam": N_("Serves natural persons"),
    "uznemumiem-butiskas": N_("Essential to businesses"),
}
"""The study's segments, as the list of 2017 writes them."""
_NUMBERS = {
    "services": N_("number of services"),
    "employees": N_("number of employees"),
    "documents": N_("number of documents"),
    "electronic_documents_share": N_("electronic share of documents"),
    "transactions": N_("number of service transactions"),
    "electronic_transactions_share": N_("electronic share of service transactions"),
}
MATURITY = re.compile(r"briedum|maturity|e[-_ ]?inde(ks|x)", re.IGNORECASE)
"""Names of the attribute that holds the e-index maturity level; the levels are the list's own words."""


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """Institutions that have something in common."""

    name: str
    members: tuple[int, ...]
    """Places in the list of respondents."""


class Dimension(msgspec.Struct, frozen=True, kw_only=True):
    """One way to group; an institution may be in several groups, or in none."""

    key: str
    title: str
    groups: tuple[Group, ...]
    ungrouped: int
    """Institutions of which it is not known."""
    note: str = ""


def dimensions(respondents: Sequence[Respondent]) -> tuple[Dimension, ...]:
    """Those of which anything is known, in the study's order; names in the language spoken now."""
    every = (*_maturity(respondents), *_plain(respondents), *_fifths(respondents))
    return tuple(one for one in every if one.groups)


def _maturity(respondents: Sequence[Respondent]) -> Iterable[Dimension]:
    names = sorted(
        {name for one in respondents for name in one.institution.attributes if MATURITY.search(name)}
    )
    for name in names:
        title = _("Maturity level ({attribute})").format(attribute=plain(name))
        levels = [one.institution.attributes.get(name, "") for one in respondents]
        yield _grouped(f"attribute:{name}", title, [(level,) for level in levels])


def _plain(respondents: Sequence[Respondent]) -> Iterable[Dimension]:
    every = [one.institution for one in respondents]
    yield _grouped("kind", _("Kind"), [(kind_word(one.kind),) for one in every])
    unsure = sum(one.sector.endswith(UNSURE) for one in every)
    note = _("Marked “?” in the list, and so unsure: {n} institutions.").format(n=unsure) if unsure else ""
    yield _grouped("sector", _("Sector"), [(one.sector.rstrip(UNSURE),) for one in every], note)
    several = _("An institution may be in several segments.")
    yield _grouped("segment", _("Segment"), [map(_segment, one.segments) for one in every], several)


def _segment(name: str) -> str:
    return _(_SEGMENTS[name]) if name in _SEGMENTS else name


def _grouped(key: str, title: str, named: Sequence[Iterable[str]], note: str = "") -> Dimension:
    """By the names that each respondent goes by; an empty one is none."""
    members: dict[str, list[int]] = {}
    for place, names in enumerate(named):
        for name in dict.fromkeys(plain(found) for found in names):
            if name:
                members.setdefault(name, []).append(place)
    grouped = {place for places in members.values() for place in places}
    return Dimension(
        key=key,
        title=title,
        groups=tuple(Group(name=name, members=tuple(members[name])) for name in sorted(members, key=latvian)),
        ungrouped=len(named) - len(grouped),
        note=note,
    )


def _fifths(respondents: Sequence[Respondent]) -> Iterable[Dimension]:
    for name in sorted({name for one in respondents for name in one.institution.numbers}, key=latvian):
        numbers = {
            place: one.institution.numbers[name]
            for place, one in enumerate(respondents)
            if name in one.institution.numbers
        }
        found = quintiles(numbers)
        groups = (
            _fifth(part, {place: numbers[place] for place, fifth in found.items() if fifth == part})
            for part in sorted(set(found.values()))
        )
        yield Dimension(
            key=f"quintile:{name}",
            title=_("Fifths by number: {name}").format(name=_counted(name)),
            groups=tuple(groups),
            ungrouped=len(respondents) - len(numbers),
            note=_("Equal numbers are always in the same fifth, so fifths may differ in size."),
        )


def _fifth(part: int, numbers: dict[int, float]) -> Group:
    low, high = min(numbers.values()), max(numbers.values())
    name = _("{part}: {low} to {high}").format(part=part, low=_number(low), high=_number(high))
    return Group(name=name, members=tuple(sorted(numbers)))


def _counted(name: str) -> str:
    return _(_NUMBERS[name]) if name in _NUMBERS else plain(name).replace("_", " ")


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else decimal(value)
