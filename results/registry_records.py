"""Values of the registry: what a list says of an institution, what is kept, what an import changes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from crawler.evidence import Institution

TEXT_FIELDS = (
    "name",
    "registration_number",
    "abbreviation",
    "kind",
    "sector",
    "language",
    "notes",
)
LIST_FIELDS = ("segments", "websites", "allowed_hosts", "social_profiles")
MOST_LETTERS = {"registration_number": 64, "abbreviation": 64, "kind": 64, "language": 16}
"""What the columns of the table hold at most."""


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """An institution of the registry, or one row of a list of them: empty is what it does not say."""

    name: str = ""
    registration_number: str = ""
    abbreviation: str = ""
    kind: str = ""
    sector: str = ""
    language: str = ""
    notes: str = ""
    segments: tuple[str, ...] = ()
    websites: tuple[str, ...] = ()
    """The first answers the questionnaire; the others are audited apart."""
    allowed_hosts: tuple[str, ...] = ()
    social_profiles: tuple[str, ...] = ()
    numbers: dict[str, float] = msgspec.field(default_factory=dict)
    attributes: dict[str, str] = msgspec.field(default_factory=dict)
    cleared: frozenset[str] = frozenset()
    """Fields, numbers and attributes whose cell is a lone `-`: what is kept of them goes. Of rows only."""

    @property
    def key(self) -> str:
        """Registration number; where there is none, the name."""
        return self.registration_number or " ".join(self.name.split())

    def institution(self, website: int = 0) -> Institution:
        """What is audited: the institution at one of its websites. IndexError where it has none such."""
        return Institution(
            url=self.websites[website],
            name=self.name,
            registration_number=self.registration_number,
            abbreviation=self.abbreviation,
            kind=self.kind,
            sector=self.sector,
            language=self.language,
            allowed_hosts=self.allowed_hosts,
            segments=self.segments,
            social_profiles=self.social_profiles,
            numbers=self.numbers,
            website_of=self.websites[0] if website else "",
            attributes=self.attributes,
        )


class Selection(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Which institutions of the registry: one of each that is named, and every attribute."""

    kinds: tuple[str, ...] = ()
    sectors: tuple[str, ...] = ()
    segments: tuple[str, ...] = ()
    attributes: dict[str, str] = msgspec.field(default_factory=dict)

    def takes(self, entry: Entry) -> bool:
        """Whether the institution is one of those; letters' case does not matter."""
        return (
            _among((entry.kind,), self.kinds)
            and _among((entry.sector,), self.sectors)
            and _among(entry.segments, self.segments)
            and all(
                _same(entry.attributes.get(name.lower(), ""), value)
                for name, value in self.attributes.items()
            )
        )


class FieldChange(msgspec.Struct, frozen=True):
    """One field that an import changes; None is nothing."""

    field: str
    before: Any
    after: Any


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """What an import does to one institution."""

    key: str
    name: str
    is_new: bool
    fields: tuple[FieldChange, ...] = ()
    """Empty and not new: it stays as it is."""


def merged(kept: Entry, row: Entry) -> Entry:
    """What is kept once a row is imported: what the row says replaces, what it does not say stays, and what
    it clears goes. Numbers and attributes are replaced one by one.
    """
    said: dict[str, Any] = {
        field: "" if field in row.cleared else getattr(row, field) or getattr(kept, field)
        for field in TEXT_FIELDS
    }
    said |= {
        field: () if field in row.cleared else getattr(row, field) or getattr(kept, field)
        for field in LIST_FIELDS
    }
    for field in ("numbers", "attributes"):
        both = getattr(kept, field) | getattr(row, field)
        said[field] = {name: value for name, value in both.items() if name not in row.cleared}
    return Entry(**said)


def differences(kept: Entry, new: Entry) -> tuple[FieldChange, ...]:
    """What differs, field by field; numbers and attributes by their names."""
    before, after = _flat(kept), _flat(new)
    names = dict.fromkeys((*before, *after))
    return tuple(
        FieldChange(name, before.get(name), after.get(name))
        for name in names
        if before.get(name) != after.get(name)
    )


def _flat(entry: Entry) -> Mapping[str, Any]:
    fields = {field: getattr(entry, field) or None for field in (*TEXT_FIELDS, *LIST_FIELDS)}
    return fields | dict(entry.numbers) | dict(entry.attributes)


def _among(found: tuple[str, ...], wanted: tuple[str, ...]) -> bool:
    return not wanted or any(_same(one, other) for one in found for other in wanted)


def _same(one: str, other: str) -> bool:
    return one.strip().casefold() == other.strip().casefold()
