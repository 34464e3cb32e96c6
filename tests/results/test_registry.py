"""The registry: imported whole, updated, never emptied; the same on both engines."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from results.errors import RegistryConflictError
from results.registry import Registry
from results.registry_records import Entry, FieldChange, Selection, differences, merged

NOW = datetime(2017, 11, 21, 9, tzinfo=UTC)
VM = Entry(
    name="Veselības ministrija",
    registration_number="90001474921",
    kind="ministry",
    segments=("masu", "fiziskam"),
    websites=("https://vm.gov.lv", "https://veseliba.lv"),
    numbers={"services": 12.0},
    attributes={"region": "Rīga"},
)
CERT = Entry(name="CERT.LV", websites=("https://cert.lv",))


def test_what_is_imported_is_kept_in_its_order(database: str) -> None:
    registry = Registry.open(database)
    changes = registry.import_entries([VM, CERT], NOW)

    assert [(one.key, one.is_new) for one in changes] == [("90001474921", True), ("CERT.LV", True)]
    assert registry.institutions() == (VM, CERT)
    assert registry.import_entries([VM, CERT], NOW + timedelta(days=1))[0].fields == ()

    row = Entry(name="Veselības ministrija (jaunā)", registration_number=VM.key, attributes={"size": "L"})
    dry = registry.import_entries([row], NOW, dry_run=True)
    assert registry.institutions() == (VM, CERT)
    assert registry.import_entries([row], NOW) == dry
    assert dry[0].fields == (
        FieldChange("name", "Veselības ministrija", "Veselības ministrija (jaunā)"),
        FieldChange("size", None, "L"),
    )
    kept = registry.institutions()
    assert [one.name for one in kept] == ["Veselības ministrija (jaunā)", "CERT.LV"]
    assert kept[0].attributes == {"region": "Rīga", "size": "L"}

    # Whoever is known by name only gets the registration number, and is not doubled.
    registry.import_entries([Entry(name="cert.lv", registration_number="90000000001")], NOW)
    assert [one.key for one in registry.institutions()] == [VM.key, "90000000001"]
    registry.import_entries([Entry(name="CERT.LV", sector="AiM")], NOW)
    assert [one.sector for one in registry.institutions()] == ["", "AiM"]

    registry.import_entries([Entry(name="Twin", registration_number=key) for key in ("1", "2")], NOW)
    with pytest.raises(RegistryConflictError, match="2 institutions"):
        registry.import_entries([Entry(name="New"), Entry(name="Twin")], NOW)
    assert "New" not in {one.name for one in registry.institutions()}
    registry.close()


def test_imports_at_the_same_time_double_nobody(database: str) -> None:
    registries = [Registry.open(database) for _ in range(4)]
    together = Barrier(4)

    def one(registry: Registry) -> int:
        together.wait()
        return sum(change.is_new for change in registry.import_entries([VM, CERT], NOW))

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(one, registries)) == [0, 0, 0, 2]
    assert registries[0].institutions() == (VM, CERT)
    for registry in registries:
        registry.close()


@pytest.mark.parametrize(
    ("chosen", "takes"),
    [
        ({}, True),
        ({"kinds": ("Ministry", "other")}, True),
        ({"kinds": ("institution",)}, False),
        ({"segments": ("masu",), "attributes": {"Region": "rīga"}}, True),
        ({"segments": ("masu",), "attributes": {"region": "Cēsis"}}, False),
        ({"attributes": {"unknown": "x"}}, False),
    ],
)
def test_a_selection_takes_what_meets_all_its_conditions(chosen: dict[str, Any], takes: bool) -> None:
    assert Selection(**chosen).takes(VM) is takes


def test_other_websites_say_whose_they_are() -> None:
    first, other = VM.institution(), VM.institution(1)

    assert (first.url, first.website_of) == ("https://vm.gov.lv", "")
    assert (other.url, other.website_of) == ("https://veseliba.lv", "https://vm.gov.lv")
    assert (first.title, other.title) == (VM.name, f"{VM.name} – https://veseliba.lv")
    assert first.segments == ("masu", "fiziskam")
    assert first.numbers == {"services": 12.0}


def test_a_cleared_field_goes_and_nothing_else() -> None:
    row = Entry(name=VM.name, cleared=frozenset({"kind", "websites", "services", "region"}))
    after = merged(VM, row)

    assert (after.kind, after.websites, after.numbers, after.attributes) == ("", (), {}, {})
    assert (after.segments, after.registration_number) == (VM.segments, VM.registration_number)


words = st.text("abcā ", max_size=5)
entries = st.builds(
    Entry,
    name=words,
    kind=words,
    segments=st.lists(words, max_size=2).map(tuple),
    numbers=st.dictionaries(st.sampled_from(["services", "employees"]), st.floats(0, 9)),
    attributes=st.dictionaries(st.sampled_from(["region", "nr"]), words),
)


@given(kept=entries, row=entries)
def test_an_import_keeps_what_the_row_does_not_say_and_a_second_changes_nothing(
    kept: Entry, row: Entry
) -> None:
    after = merged(kept, row)

    assert merged(after, row) == after
    assert differences(after, after) == ()
    assert after.kind == (row.kind or kept.kind)
    assert set(kept.attributes) <= set(after.attributes)
