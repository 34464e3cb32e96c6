from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from checks.accessibility.comparable import Basis, why_answers_differ, why_not_comparable

BASIS = Basis(
    formula="criteria-met/1",
    target="wcag20-aa",
    scope="sample",
    axe_version="4.14.1",
    checks={"wcag_percentage": 1, "search": 1},
    terms="ab",
)
NAMES = st.sampled_from(["", "a", "b"])
BASES = st.builds(
    Basis,
    formula=NAMES,
    target=NAMES,
    scope=NAMES,
    axe_version=NAMES,
    checks=st.dictionaries(st.sampled_from(["wcag_percentage", "search"]), st.integers(1, 2)),
    terms=NAMES,
)


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"formula": "sc-mean/1"}, "formula criteria-met/1 against sc-mean/1"),
        ({"target": "wcag21-aa"}, "target wcag20-aa against wcag21-aa"),
        ({"scope": "homepage"}, "scope sample against homepage"),
        ({"axe_version": "4.14.0"}, "axe-core 4.14.1 against 4.14.0"),
        ({"checks": {"wcag_percentage": 2, "search": 1}}, "check wcag_percentage 1 against 2"),
        ({"checks": {}}, "check wcag_percentage 1 against unknown"),
    ],
)
def test_each_part_that_bends_the_percentage_is_named(changed: dict[str, Any], told: str) -> None:
    assert why_not_comparable(BASIS, replace(BASIS, **changed)) == told


def test_other_checks_and_terms_bend_other_answers_only() -> None:
    other = replace(BASIS, checks={"wcag_percentage": 1, "search": 2, "login": 1}, terms="cd")
    assert why_not_comparable(BASIS, other) == ""
    assert (
        why_answers_differ(BASIS, other) == "login unknown against 1; search 1 against 2; other term tables"
    )


def test_an_unknown_axe_version_is_not_the_same_as_another_unknown_one() -> None:
    unknown = replace(BASIS, axe_version="")
    assert why_not_comparable(unknown, unknown) == "axe-core unknown against unknown"


@given(BASES, BASES)
def test_it_does_not_matter_which_comes_first(one: Basis, other: Basis) -> None:
    assert bool(why_not_comparable(one, other)) == bool(why_not_comparable(other, one))
    assert bool(why_answers_differ(one, other)) == bool(why_answers_differ(other, one))
    assert why_answers_differ(one, one) == ""
