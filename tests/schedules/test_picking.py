"""Whom a run audits: a file, the registry, a selection of either; first websites, or all."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from results.registry import Registry
from results.registry_records import Entry, Selection
from schedules.errors import InputError
from schedules.picking import Pick, of_file, pick, picked_from

ENTRIES = [
    Entry(name="A", kind="ministry", websites=("https://a.lv", "https://a2.lv"), segments=("masu",)),
    Entry(name="B", kind="institution", websites=("https://b.lv",)),
    Entry(name="C", kind="ministry"),
]


@pytest.fixture
def database(tmp_path: Path) -> str:
    path = str(tmp_path / "a.sqlite3")
    registry = Registry.open(path)
    registry.import_entries(ENTRIES, datetime(2026, 11, 21, tzinfo=UTC))
    registry.close()
    return path


def test_the_registry_is_audited_at_first_websites_and_others_only_on_demand(database: str) -> None:
    source = picked_from(pick(), database)
    assert [one.url for one in source.institutions] == ["https://a.lv", "https://b.lv"]
    assert source.without_website == 1

    every = picked_from(pick(registry=True, all_websites=True, kind=["Ministry"]), database)
    assert [(one.url, one.website_of) for one in every.institutions] == [
        ("https://a.lv", ""),
        ("https://a2.lv", "https://a.lv"),
    ]
    some = picked_from(pick(segment=["masu"]), database)
    assert [one.name for one in some.institutions] == ["A"]


def test_a_selection_takes_from_a_file_too(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("name,url,kind,region\nA,a.lv,ministry,R\nB,b.lv,other,R\nC,c.lv,other,L\n")
    chosen = of_file(pick(kind=["other"], attribute=["region=r"]), path)

    assert chosen == Pick(file=str(path), selection=Selection(kinds=("other",), attributes={"region": "r"}))
    assert [one.name for one in picked_from(chosen, "unused").institutions] == ["B"]
    with pytest.raises(InputError, match="holds no institution"):
        picked_from(of_file(pick(kind=["none"]), path), "unused")


def test_who_is_nobody_is_told(tmp_path: Path, database: str) -> None:
    with pytest.raises(InputError, match="the registry is empty"):
        picked_from(pick(), str(tmp_path / "new.sqlite3"))
    with pytest.raises(InputError, match="has no such institution"):
        picked_from(pick(kind=["none"]), database)
    with pytest.raises(InputError, match="either a file or --registry"):
        of_file(pick(registry=True), Path("a.csv"))
    with pytest.raises(InputError, match="--sheet goes with a workbook"):
        of_file(pick(sheet="x"), None)
