from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from checks.accessibility import bands, formulas, targets
from checks.accessibility.criteria import PageCriterion, PageTally, tally, totals
from checks.accessibility.formulas import FORMULAS
from checks.errors import UnknownFormulaError
from checks.finding import CriterionCount
from tests.checks.build_measures import CRITERIA, RuleSpec, axe, met, rule

TARGET = targets.target("wcag20-aa")
NAMES = [f"e{number}" for number in range(6)]


def counted(*rules: RuleSpec) -> PageTally:
    return tally(axe(*rules), TARGET)


@st.composite
def pages(draw: st.DrawFn) -> list[RuleSpec]:
    """Rules of which each puts an element into at most one list; at least three criteria are scored."""
    specs = []
    for number in range(draw(st.integers(3, 8))):
        outcomes = draw(st.lists(st.sampled_from("pfr-"), min_size=len(NAMES), max_size=len(NAMES)))
        lists = {key: [n for n, o in zip(NAMES, outcomes, strict=True) if o == key] for key in "pfr"}
        criteria = " ".join(draw(st.sets(st.sampled_from(CRITERIA), min_size=1, max_size=2)))
        error = draw(st.sampled_from(["", "", "", "broke"]))
        specs.append(
            rule(f"r{number}", criteria, passed=lists["p"], failed=lists["f"], review=lists["r"], error=error)
        )
    assume(len(counted(*specs).scored) >= 3)
    return specs


def percent(formula_id: str, specs: list[RuleSpec]) -> Fraction:
    return FORMULAS[formula_id].score(counted(*specs)).percent


def test_the_worst_outcome_of_an_element_counts_for_its_criterion() -> None:
    page = counted(
        rule("a", "4.1.2", passed=["x", "y", "z"]),
        rule("b", "4.1.2", review=["y"], passed=["x"]),
        rule("c", "4.1.2 2.4.4", failed=["z"], passed=["y"]),
    )
    assert page.criteria == (
        PageCriterion(sc="2.4.4", passed=1, failed=1),
        PageCriterion(sc="4.1.2", passed=1, failed=1, review=1),
    )


def test_one_element_under_two_indexes_counts_once() -> None:
    result = axe(rule("a", "1.1.1", passed=["x"]), rule("b", "1.1.1", failed=["y"]))
    same = tuple(type(one)(key="same") for one in result.elements)
    doubled = type(result)(version="4", tags=(), elements=same, rules=result.rules)
    assert tally(doubled, TARGET).criteria == (PageCriterion(sc="1.1.1", failed=1),)


def test_a_rule_that_broke_off_leaves_its_criterion_open_unless_another_rule_fails_it() -> None:
    page = counted(
        rule("broken", "1.1.1 4.1.2", passed=["x"], failed=["y"], error="TypeError"),
        rule("fine", "1.1.1", passed=["x"]),
        rule("failing", "4.1.2", failed=["z"]),
    )
    first, second = page.criteria
    assert (first.is_scored, first.is_met, first.is_open, first.failed) == (False, False, True, 0)
    assert (second.is_scored, second.is_met, second.failed) == (True, False, 1)
    assert totals([page]) == (CriterionCount("1.1.1", 1, 0, 1), CriterionCount("4.1.2", 0, 1, 1))


def test_criteria_met_counts_criteria_and_bounds_the_open_ones() -> None:
    page = counted(
        rule("a", "1.1.1", passed=["x"]),
        rule("b", "1.3.1", passed=["x"], review=["y"]),
        rule("c", "1.4.3", failed=["x"], passed=["y", "z"]),
        rule("d", "2.4.4", review=["x"]),
    )
    score = FORMULAS["criteria-met/1"].score(page)
    assert score.percent == Fraction(200, 3)
    assert score.lower == Fraction(100, 4)
    assert score.upper == Fraction(300, 4)


SHARES = {"1.1.1": (2, 10), "1.3.1": (20, 20), "1.4.3": (200, 210), "2.4.4": (60, 65), "3.1.1": (0, 1)}
SHARES |= {"4.1.2": (70, 76), "2.4.2": (1, 1), "3.1.2": (1, 1)}


@pytest.mark.parametrize(
    ("change", "sc_mean", "criteria_met"),
    [
        ({}, "74.96", "37.50"),
        ({"3.1.1": (1, 1)}, "87.46", "50.00"),
        ({"1.4.3": (200, 310)}, "71.12", "37.50"),
    ],
    ids=["as it stands", "language mended", "100 contrast failures more"],
)
def test_the_worked_example_of_the_notes(
    change: dict[str, tuple[int, int]], sc_mean: str, criteria_met: str
) -> None:
    specs = []
    for sc, (good, every) in (SHARES | change).items():
        names = [f"{sc}-{number}" for number in range(every)]
        specs.append(rule(sc, sc, passed=names[:good], failed=names[good:]))
    assert str(bands.rounded(percent("sc-mean/1", specs))) == sc_mean
    assert str(bands.rounded(percent("criteria-met/1", specs))) == criteria_met


def test_sc_mean_and_pooled_bounds_take_review_both_ways() -> None:
    page = counted(
        rule("a", "1.1.1", passed=["x", "y"], failed=["z"], review=["w"]),
        rule("b", "1.3.1", passed=["x"]),
        rule("c", "1.4.3", passed=["x"]),
        rule("d", "2.4.4", passed=["x"], error="broke"),
    )
    mean = FORMULAS["sc-mean/1"].score(page)
    assert (mean.percent, mean.lower, mean.upper) == (
        Fraction(100 * 8, 9),
        Fraction(50 + 100 + 100 + 0, 4),
        Fraction(75 + 100 + 100 + 100, 4),
    )
    pooled = FORMULAS["pooled-nodes/1"].score(page)
    assert (pooled.percent, pooled.lower, pooled.upper) == (Fraction(80), Fraction(400, 6), Fraction(500, 6))


@pytest.mark.parametrize("formula_id", FORMULAS)
@settings(max_examples=60)
@given(specs=pages())
def test_percents_and_bounds_are_percents(formula_id: str, specs: list[RuleSpec]) -> None:
    score = FORMULAS[formula_id].score(counted(*specs))
    assert 0 <= score.percent <= 100
    assert 0 <= score.lower <= score.upper <= 100


@settings(max_examples=60)
@given(specs=pages())
def test_criteria_met_lies_within_its_bounds(specs: list[RuleSpec]) -> None:
    score = FORMULAS["criteria-met/1"].score(counted(*specs))
    assert score.lower <= score.percent <= score.upper


@pytest.mark.parametrize("formula_id", FORMULAS)
@settings(max_examples=60)
@given(specs=pages(), data=st.data())
def test_the_order_of_rules_and_elements_is_nothing(
    formula_id: str, specs: list[RuleSpec], data: st.DataObject
) -> None:
    mixed = [
        spec._replace(passed=data.draw(st.permutations(spec.passed)))
        for spec in data.draw(st.permutations(specs))
    ]
    assert percent(formula_id, mixed) == percent(formula_id, specs)


@settings(max_examples=60)
@given(specs=pages(), more=st.integers(1, 50), data=st.data())
def test_harmless_passing_elements_cannot_raise_criteria_met(
    specs: list[RuleSpec], more: int, data: st.DataObject
) -> None:
    specs = [*specs, rule("document-title", "2.4.2", passed=["title"])]
    met_ones = [criterion.sc for criterion in counted(*specs).criteria if criterion.is_met]
    assume(met_ones)
    padding = rule("pad", data.draw(st.sampled_from(met_ones)), passed=[f"pad{n}" for n in range(more)])
    assert percent("criteria-met/1", [*specs, padding]) == percent("criteria-met/1", specs)


@pytest.mark.parametrize("formula_id", FORMULAS)
@settings(max_examples=60)
@given(specs=pages(), data=st.data())
def test_mending_a_failure_never_lowers_the_percentage(
    formula_id: str, specs: list[RuleSpec], data: st.DataObject
) -> None:
    failing = [number for number, spec in enumerate(specs) if spec.failed and not spec.error]
    assume(failing)
    number = data.draw(st.sampled_from(failing))
    name = data.draw(st.sampled_from(specs[number].failed))
    mended = [
        spec
        if name not in spec.failed
        else spec._replace(failed=[n for n in spec.failed if n != name], passed=[*spec.passed, name])
        for spec in specs
    ]
    assume(len(counted(*mended).scored) >= 1)
    if not any(spec.error or spec.review for spec in specs):
        assert percent(formula_id, mended) >= percent(formula_id, specs)
    if formula_id == "criteria-met/1":
        before, after = (FORMULAS[formula_id].score(counted(*each)) for each in (specs, mended))
        assert after.upper >= before.upper
        assert after.lower >= before.lower


def test_fewer_than_three_scored_criteria_are_no_score() -> None:
    formula = formulas.formula("criteria-met/1")
    assert formulas.page_score(tally(met(2), TARGET), formula) is None
    three = formulas.page_score(tally(met(2, failing=1), TARGET), formula)
    assert three is not None
    assert three.percent == Fraction(200, 3)


def test_an_unknown_formula_is_told_with_the_known_ones() -> None:
    with pytest.raises(UnknownFormulaError, match="criteria-met/1"):
        formulas.formula("criteria-met/2")
