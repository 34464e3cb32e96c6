from __future__ import annotations

import pytest

from checks.accessibility import targets
from checks.errors import UnknownTargetError
from crawler.evidence import AxeRule


@pytest.mark.parametrize(
    ("tag", "sc"),
    [("wcag111", "1.1.1"), ("wcag1410", "1.4.10"), ("wcag2411", "2.4.11"), ("wcag412", "4.1.2")],
)
def test_axe_tags_name_criteria(tag: str, sc: str) -> None:
    assert targets.criterion(tag) == sc


@pytest.mark.parametrize(
    "tag", ["wcag2a", "wcag21aa", "wcag22aa", "wcag2a-obsolete", "cat.color", "wcag", "wcag12"]
)
def test_other_tags_name_none(tag: str) -> None:
    assert targets.criterion(tag) is None


@pytest.mark.parametrize(
    ("target_id", "criteria"), [("wcag20-aa", 37), ("wcag21-aa", 49), ("en301549", 49), ("wcag22-aa", 55)]
)
def test_a_target_has_the_standards_a_and_aa_criteria_without_parsing(target_id: str, criteria: int) -> None:
    target = targets.target(target_id)
    assert len(target.criteria) == criteria
    assert "4.1.1" not in target.criteria
    assert "2.1.3" not in target.criteria


@pytest.mark.parametrize(
    ("tags", "counts_from"),
    [
        ("wcag2a wcag111", {"wcag20-aa": ("1.1.1",), "wcag22-aa": ("1.1.1",), "en301549": ("1.1.1",)}),
        ("wcag2a wcag244 wcag412", {"wcag20-aa": ("2.4.4", "4.1.2")}),
        ("wcag2a wcag211 wcag213", {"wcag20-aa": ("2.1.1",), "wcag22-aa": ("2.1.1",)}),
        ("wcag21aa wcag1412", {"wcag20-aa": (), "wcag21-aa": ("1.4.12",), "en301549": ("1.4.12",)}),
        ("wcag22aa wcag258", {"wcag20-aa": (), "wcag21-aa": (), "en301549": (), "wcag22-aa": ("2.5.8",)}),
        ("wcag2a-obsolete wcag411 deprecated", dict.fromkeys(targets.TARGETS, ())),
        ("wcag2a wcag411", dict.fromkeys(targets.TARGETS, ())),
        ("wcag2aaa wcag146", dict.fromkeys(targets.TARGETS, ())),
        ("wcag2a wcag131 experimental", dict.fromkeys(targets.TARGETS, ())),
        ("best-practice cat.semantics", dict.fromkeys(targets.TARGETS, ())),
    ],
)
def test_a_rule_counts_for_the_targets_of_its_version_and_criteria(
    tags: str, counts_from: dict[str, tuple[str, ...]]
) -> None:
    rule = AxeRule(id="rule", tags=tuple(tags.split()))
    for target_id, criteria in counts_from.items():
        assert targets.target(target_id).criteria_of(rule) == criteria, target_id


def test_criteria_sort_by_number_not_by_letter() -> None:
    assert sorted(["1.4.10", "1.4.9", "1.4.2"], key=targets.in_order) == ["1.4.2", "1.4.9", "1.4.10"]


def test_an_unknown_target_is_told_with_the_known_ones() -> None:
    with pytest.raises(UnknownTargetError, match="wcag20-aa"):
        targets.target("wcag30")
