from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from checks.accessibility import second_engine, wcag_percentage
from checks.accessibility.second_engine import PREFIX, UNTESTED, rules
from checks.accessibility.targets import LEVELS
from checks.check import JudgementSettings, all_checks
from checks.finding import Finding, Outcome
from crawler.evidence import (
    Certainty,
    Failure,
    FailureReason,
    Page,
    Policy,
    SecondEngineNode,
    SecondEngineResult,
    SecondEngineRule,
)
from tests.checks.build import page, site
from tests.checks.build_measures import axe, met, rule

TABLE = "table_headers_related"
"""A rule for 1.3.1 that axe-core has none for."""
CONTRAST = "text_contrast_sufficient"
"""The same as axe's color-contrast."""


def found(rule_id: str, *keys: str, sure: bool = True, **more: Any) -> SecondEngineRule:
    defaults: dict[str, Any] = {
        "reason": "Fail_1",
        "policy": Policy.VIOLATION,
        "certainty": Certainty.FAIL if sure else Certainty.POTENTIAL,
        "count": len(keys),
    }
    nodes = tuple(SecondEngineNode(key, f"#{key}", f"<i id={key}>", "why") for key in keys)
    return SecondEngineRule(id=rule_id, nodes=nodes, **(defaults | more))


def seen(*found_rules: SecondEngineRule, **more: Any) -> Page:
    result = SecondEngineResult(engine="IBM Equal Access", version="4.0.34", rules=found_rules)
    return page(**({"axe": met(4), "second": result} | more))


def judged(looked_at: Page, target: str = "wcag22-aa") -> tuple[Finding, ...]:
    return second_engine.judge(site(looked_at), JudgementSettings(target=target)).findings


def test_a_finding_names_the_engine_the_criterion_and_every_place() -> None:
    (one,) = judged(seen(found(TABLE, "a", "b", count=30)))
    assert (one.rule, one.outcome, one.criteria) == (f"{PREFIX}{TABLE}", Outcome.FAILED, ("1.3.1",))
    assert [(place.selector, place.snippet, place.message) for place in one.instances] == [
        ("#a", "<i id=a>", "why"),
        ("#b", "<i id=b>", "why"),
    ]
    assert "28 more places" in one.message
    assert one.help_url.endswith(f"/{TABLE}.html")


@pytest.mark.parametrize(
    ("policy", "certainty", "outcome"),
    [
        (Policy.VIOLATION, Certainty.FAIL, Outcome.FAILED),
        (Policy.VIOLATION, Certainty.POTENTIAL, Outcome.CANT_TELL),
        (Policy.VIOLATION, Certainty.MANUAL, Outcome.CANT_TELL),
        (Policy.RECOMMENDATION, Certainty.FAIL, Outcome.CANT_TELL),
    ],
)
def test_only_a_sure_violation_fails(policy: Policy, certainty: Certainty, outcome: Outcome) -> None:
    (one,) = judged(seen(found(TABLE, "a", policy=policy, certainty=certainty)))
    assert one.outcome is outcome


def test_a_documented_failure_is_sure_where_the_engine_asks() -> None:
    (name,) = judged(seen(found("img_alt_misuse", "a", sure=False, reason="Potential_1")))
    assert name.outcome is Outcome.FAILED
    (other,) = judged(seen(found("img_alt_misuse", "a", sure=False, reason="Potential_2")))
    assert other.outcome is Outcome.CANT_TELL


def test_what_axe_reports_of_the_same_element_and_criterion_is_dropped() -> None:
    both = axe(rule("td-has-header", "1.3.1", failed=["a"], review=["b"]), rule("x", "4.1.2", failed=["c"]))
    (one,) = judged(seen(found(TABLE, "a", "b", "c"), axe=both))
    assert [place.selector for place in one.instances] == ["#b", "#c"]
    (review,) = judged(seen(found(TABLE, "a", "b", "c", sure=False), axe=both))
    assert [place.selector for place in review.instances] == ["#c"]


def test_criteria_that_axe_reports_of_the_element_are_taken_off() -> None:
    (one,) = judged(seen(found("fieldset_label_valid", "a"), axe=axe(rule("x", "1.3.1", failed=["a"]))))
    assert one.criteria == ("3.3.2",)


def test_where_axe_has_the_same_rule_its_word_stands_unless_it_broke_off() -> None:
    passed = axe(rule("color-contrast", "1.4.3", passed=["a"]))
    assert judged(seen(found(CONTRAST, "a"), axe=passed)) == ()
    broken = axe(rule("color-contrast", "1.4.3", error="boom"))
    assert [one.rule for one in judged(seen(found(CONTRAST, "a"), axe=broken))] == [f"{PREFIX}{CONTRAST}"]
    idle = axe(rule("x", "1.1.1", passed=["a"]), inapplicable=("color-contrast",))
    assert judged(seen(found(CONTRAST, "a"), axe=idle)) == ()


def test_criteria_beyond_the_target_and_rules_left_out_are_not_told() -> None:
    orientation = seen(found("element_orientation_unlocked", "a"))
    assert judged(orientation, "wcag20-aa") == ()
    assert [one.criteria for one in judged(orientation, "wcag21-aa")] == [("1.3.4",)]
    assert judged(seen(found("skip_main_exists", "a"))) == ()
    assert judged(seen(found("a_rule_of_tomorrow", "a"))) == ()


def test_a_page_without_result_is_untested_and_keeps_its_percentage() -> None:
    failure = Failure(FailureReason.SECOND_ENGINE_FAILED, "not finished within the page's time")
    result = SecondEngineResult(engine="IBM Equal Access", version="4.0.34", failure=failure)
    broken = seen(second=result)
    (one,) = judged(broken)
    assert (one.rule, one.outcome) == (UNTESTED, Outcome.UNTESTED)
    assert "not finished" in one.message
    untested = replace(result, failure=None, frames_untested=("https://ads.example/",))
    (frames,) = judged(seen(second=untested))
    assert frames.instances[0].message == "https://ads.example/"


def test_nothing_is_said_unasked_or_of_a_page_that_is_not_the_sites() -> None:
    assert judged(seen(second=None)) == ()
    assert judged(seen(found(TABLE, "a"), status=404)) == ()


@given(st.lists(st.sampled_from(sorted(rules())), unique=True))
def test_the_percentage_never_depends_on_the_second_engine(names: list[str]) -> None:
    settings = JudgementSettings(target="wcag22-aa")
    without = wcag_percentage.judge(site(seen(second=None)), settings)
    with_all = wcag_percentage.judge(site(seen(*(found(name, "element") for name in names))), settings)
    assert with_all.wcag == without.wcag
    assert with_all.findings == without.findings


def test_every_rule_has_criteria_of_wcag_a_or_aa() -> None:
    known = {sc for version in LEVELS.values() for level in version.values() for sc in level}
    assert all(one.criteria and set(one.criteria) <= known for one in rules().values())
    assert all(bool(one.sure) == bool(one.sure_because) for one in rules().values())
    assert second_engine.CHECK in all_checks()
