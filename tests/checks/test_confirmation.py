from __future__ import annotations

from itertools import permutations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from checks.accessibility import formulas, targets
from checks.accessibility.confirmation import agreement, confirmed_tally
from checks.accessibility.criteria import PageCriterion, PageTally, tally
from checks.accessibility.explain import explain
from checks.accessibility.wcag_percentage import CHECK
from checks.check import JudgementSettings
from checks.finding import Outcome, WcagMeasure
from crawler.evidence import (
    AuditSettings,
    AxeElement,
    AxeResult,
    Confirmation,
    ConfirmPage,
    Failure,
    FailureReason,
    Page,
    Replaced,
    Scope,
    Site,
)
from tests.checks.build import HOME_URL, NOW, page, site
from tests.checks.build_measures import RuleSpec, axe, met, rule, sample

TARGET = targets.target(targets.DEFAULT)
ALT, LINK, BUTTON = "image-alt", "link-name", "button-name"
SAMPLE = AuditSettings(seed=7, scope=Scope.SAMPLE)


def again(one: Page, result: AxeResult | None, **more: object) -> Confirmation:
    """A second capture that loaded well."""
    seen = Confirmation(
        plan=ConfirmPage(one.url),
        captured_at=NOW,
        final_url=one.final_url,
        status=200,
        content_type="text/html",
        text_length=500,
        axe=result,
    )
    return replace(seen, **more)


def compared(first: AxeResult, second: AxeResult) -> dict[str, PageCriterion]:
    return {one.sc: one for one in confirmed_tally(first, second, TARGET).criteria}


def said(criterion: PageCriterion) -> str:
    if criterion.unstable:
        return "unstable"
    return "met" if criterion.is_met else "not met" if criterion.is_scored else "open"


FAILS = rule(ALT, "1.1.1", failed=["a"])
PASSES = rule(ALT, "1.1.1", passed=["a"])
REVIEW = rule(ALT, "1.1.1", review=["a"])
BROKEN = rule(ALT, "1.1.1", error="TypeError: x")


@pytest.mark.parametrize(
    ("first", "second", "outcome"),
    [
        (FAILS, FAILS, "not met"),
        (FAILS, rule(ALT, "1.1.1", failed=["elsewhere"]), "not met"),
        (FAILS, PASSES, "unstable"),
        (FAILS, REVIEW, "unstable"),
        (FAILS, BROKEN, "unstable"),
        (FAILS, None, "unstable"),
        (PASSES, PASSES, "met"),
        (PASSES, rule(ALT, "1.1.1", passed=["elsewhere"]), "met"),
        (PASSES, None, "unstable"),
        (PASSES, REVIEW, "unstable"),
        (PASSES, BROKEN, "unstable"),
        (REVIEW, REVIEW, "open"),
        (BROKEN, REVIEW, "open"),
        (rule(ALT, "1.1.1", passed=["a"], failed=["b"]), rule(ALT, "1.1.1", passed=["a", "b"]), "unstable"),
    ],
)
def test_a_criterion_is_decided_where_both_captures_decide_it_alike(
    first: RuleSpec, second: RuleSpec | None, outcome: str
) -> None:
    one, other = axe(first), axe(second) if second else axe()
    assert said(compared(one, other)["1.1.1"]) == outcome
    assert said(compared(other, one)["1.1.1"]) == outcome


def test_a_confirmed_rule_decides_its_criterion_whatever_another_rule_does() -> None:
    links = rule(LINK, "2.4.4 4.1.2", failed=["a"])
    both = compared(
        axe(links, rule(BUTTON, "4.1.2", failed=["b"])), axe(links, rule(BUTTON, "4.1.2", passed=["b"]))
    )
    assert {sc: said(one) for sc, one in both.items()} == {"2.4.4": "not met", "4.1.2": "not met"}


def test_one_rule_that_comes_and_goes_makes_its_criterion_unstable() -> None:
    links = rule(LINK, "2.4.4 4.1.2", passed=["a"])
    both = compared(axe(links, rule(BUTTON, "4.1.2", failed=["b"])), axe(links))
    assert {sc: said(one) for sc, one in both.items()} == {"2.4.4": "met", "4.1.2": "unstable"}


def test_elements_that_fail_in_both_captures_are_told_apart_from_those_that_fail_once() -> None:
    first = axe(rule(ALT, "1.1.1", failed=["steady", "early"]))
    second = axe(rule(ALT, "1.1.1", failed=["steady", "late"]))
    one = compared(first, second)["1.1.1"]
    assert (one.failed, one.review, one.unstable) == (1, 2, False)
    audited = site(home := page(axe=first), observations=(again(home, second),))
    confirmed, unstable = CHECK.judge(audited, JudgementSettings()).findings
    assert (confirmed.outcome, [one.selector for one in confirmed.instances]) == (Outcome.FAILED, ["#steady"])
    assert unstable.outcome is Outcome.CANT_TELL
    assert [(one.selector, one.message) for one in unstable.instances] == [
        ("#early", "only in the first capture: fix this"),
        ("#late", "only in the second capture: fix this"),
    ]


FINE = [rule(f"fine-{sc}", sc, passed=["x"]) for sc in ("1.1.1", "1.3.1", "2.4.2", "3.1.1")]


@pytest.mark.parametrize(
    "once",
    [
        [*FINE, REVIEW],
        [rule("fine-1.1.1", "1.1.1", passed=["x"], review=["b"]), *FINE[1:]],
    ],
    ids=["a rule more", "an element more"],
)
def test_what_one_capture_only_leaves_to_a_person_lowers_the_bound(once: list[RuleSpec]) -> None:
    for first, second in permutations((axe(*FINE), axe(*once))):
        home = page(axe=first)
        wcag = measured(site(home, observations=(again(home, second),)))
        assert (wcag.percent, wcag.bounds.lower, wcag.unstable_count) == (100.0, 75.0, 0)


def test_an_element_that_something_pushed_down_is_the_same_element() -> None:
    first = axe(rule(ALT, "1.1.1", failed=["a", "b"], passed=["c"]))
    moved = tuple(AxeElement(f"{one.key} pushed", one.selector, one.snippet) for one in first.elements)
    both = agreement(first, replace(first, elements=moved))
    assert both.flaky == ()
    assert [len(one.failed) for one in both.axe.rules] == [2]
    assert compared(first, replace(first, elements=moved))["1.1.1"].review == 0


KINDS = ("", "passed", "failed", "review")


def every(name: str, criteria: str) -> st.SearchStrategy[RuleSpec | None]:
    """A rule over two elements, each in one list at most; broken off; or not there at all."""
    found: list[RuleSpec | None] = [None, rule(name, criteria, error="broke")]
    for states in product(KINDS, repeat=2):
        lists = {
            kind: [one for one, is_in in zip("ab", states, strict=True) if is_in == kind]
            for kind in KINDS[1:]
        }
        found.append(rule(name, criteria, **lists))
    return st.sampled_from(found)


RESULTS = st.tuples(every(ALT, "1.1.1"), every(LINK, "2.4.4 4.1.2"), every(BUTTON, "4.1.2")).map(
    lambda found: axe(*(one for one in found if one is not None))
)


@given(RESULTS)
def test_a_capture_agrees_with_itself(result: AxeResult) -> None:
    assert agreement(result, result).flaky == ()
    assert confirmed_tally(result, result, TARGET) == tally(result, TARGET)


@given(RESULTS, RESULTS)
def test_the_order_of_the_captures_does_not_matter_for_what_is_met(one: AxeResult, other: AxeResult) -> None:
    forth, back = compared(one, other), compared(other, one)
    assert {sc: said(found) for sc, found in forth.items()} == {sc: said(found) for sc, found in back.items()}


@given(RESULTS, RESULTS)
def test_what_counts_is_what_both_captures_say(one: AxeResult, other: AxeResult) -> None:
    alone = [{found.sc: found for found in tally(result, TARGET).criteria} for result in (one, other)]
    for sc, found in compared(one, other).items():
        states = {said(capture[sc]) if sc in capture else "open" for capture in alone}
        assert said(found) in states | {"unstable"}
        assert said(found) == "unstable" or len(states) == 1


@given(RESULTS, RESULTS)
def test_what_is_open_in_one_capture_is_open(one: AxeResult, other: AxeResult) -> None:
    alone = [{found.sc: found for found in tally(result, TARGET).criteria} for result in (one, other)]
    for sc, found in compared(one, other).items():
        if any(sc in capture and capture[sc].is_open for capture in alone):
            assert found.is_open or found.failed


@given(RESULTS, RESULTS)
def test_bounds_take_what_is_unstable_as_not_met_and_as_met(one: AxeResult, other: AxeResult) -> None:
    found = confirmed_tally(one, other, TARGET)
    if not found.scored:
        return
    score = formulas.formula("criteria-met/1").score(found)
    both_ways = [
        formulas.formula("criteria-met/1").score(decided(found, met=way)).percent for way in (False, True)
    ]
    assert score.lower <= both_ways[0] <= both_ways[1] <= score.upper
    for formula in formulas.FORMULAS.values():
        score = formula.score(found)
        assert 0 <= score.lower <= score.upper <= 100
        assert 0 <= score.percent <= 100


def decided(page_tally: PageTally, *, met: bool) -> PageTally:
    """The tally if every unstable criterion turned out one way."""
    one_way = {"passed": 1, "failed": 0} if met else {"passed": 0, "failed": 1}
    return PageTally(
        tuple(
            replace(one, unstable=False, broken=(), **one_way) if one.unstable else one
            for one in page_tally.criteria
        ),
        page_tally.rules,
    )


def measured(audited: Site, **settings: str) -> WcagMeasure:
    wcag = CHECK.judge(audited, JudgementSettings(**settings)).wcag
    assert wcag is not None
    return wcag


def test_a_flaky_failure_would_have_cost_a_band_and_a_flaky_pass_would_have_given_one() -> None:
    home = page(axe=met(9, failing=1))
    flaky = site(home, observations=(again(home, met(10)),))
    assert (measured(site(home)).band, measured(flaky).band) == (2, 1)
    better = page(axe=met(10))
    assert measured(site(better, observations=(again(better, met(9, failing=1)),))).band == 1
    steady = site(home, observations=(again(home, met(9, failing=1)),))
    assert (measured(steady).band, measured(steady).pages_confirmed) == (2, 1)


def test_a_page_with_too_little_that_stays_has_no_band() -> None:
    home = page(axe=met(4))
    wcag = measured(site(home, observations=(again(home, met(0, failing=4)),)))
    assert (wcag.percent, wcag.band) == (None, None)
    assert wcag.failure == Failure(FailureReason.UNSTABLE, "0 scored criteria, 4 unstable")


@pytest.mark.parametrize(
    "differs",
    [
        {"status": 503},
        {"content_type": "application/pdf"},
        {"text_length": 20},
        {"axe": None},
        {"final_url": f"{HOME_URL}apkope"},
        {"failure": Failure(FailureReason.TIMEOUT)},
    ],
    ids=lambda one: next(iter(one)),
)
def test_a_second_capture_of_something_else_confirms_nothing(differs: dict[str, object]) -> None:
    home = page(axe=met(10))
    wcag = measured(site(home, observations=(again(home, met(10), **differs),)))
    assert (wcag.percent, wcag.pages_confirmed, wcag.bounds.uncertain) == (100.0, 0, True)


def test_unconfirmed_pages_make_points_uncertain_only_where_they_could_move_the_band() -> None:
    pages = [page(f"p{n}", roles=("random",), axe=met(9, failing=1)) for n in range(20)]
    seen = [again(one, met(9, failing=1)) for one in pages]
    lost = again(pages[0], None, failure=Failure(FailureReason.HTTP_5XX))
    audited = site(page(axe=met(10)), *pages, settings=SAMPLE, sample=sample(500, 20))
    sure = measured(replace(audited, observations=tuple(seen)))
    one_lost = measured(replace(audited, observations=(lost, *seen[1:])))
    two_lost = measured(replace(audited, observations=(lost, replace(lost, plan=seen[1].plan), *seen[2:])))
    # 90 % on all pages: one of twenty at 0 leaves 85.5 %, two leave 81 %.
    assert [one.bounds.uncertain for one in (sure, one_lost, two_lost)] == [False, False, True]
    assert [one.pages_confirmed for one in (sure, one_lost, two_lost)] == [20, 19, 18]


def test_a_percentage_that_rests_on_a_minority_of_the_sample_says_so() -> None:
    gone = Failure(FailureReason.HTTP_5XX)
    pages = [page(f"p{n}", roles=("random",), axe=met(10), failure=gone if n else None) for n in range(4)]
    audited = site(page(axe=met(10)), *pages, settings=SAMPLE, sample=sample(4, 4))
    (answer,) = CHECK.judge(audited, JudgementSettings()).answers
    wcag = measured(audited)
    assert (wcag.percent, wcag.bounds.uncertain, wcag.bounds.reliable) == (100.0, True, False)
    assert (answer.confidence, wcag.bounds.other_band) == (0.4, 4)
    assert "1 of 4 pages evaluated; rests on a minority of the sample" in answer.reason


def test_addresses_that_were_replaced_in_the_sample_are_no_failed_pages() -> None:
    dead = [page(f"d{n}", roles=("random",), status=404) for n in range(4)]
    drawn = replace(sample(500, 2), replaced=tuple(Replaced(one.url, "http_404") for one in dead))
    good = [page(f"p{n}", roles=("random",), axe=met(10)) for n in range(2)]
    wcag = measured(site(page(axe=met(10)), *good, *dead, settings=SAMPLE, sample=drawn))
    assert (wcag.pages_evaluated, wcag.pages_sampled, wcag.bounds.uncertain) == (2, 2, False)


def test_what_a_fix_gains_is_reckoned_on_what_both_captures_say() -> None:
    fine = [rule(f"r{sc}", sc, passed=["x"]) for sc in ("1.3.1", "2.4.2", "3.1.1")]
    first, second = axe(FAILS, rule(LINK, "2.4.4", failed=["l"]), *fine), axe(FAILS, *fine)
    home = page(axe=first)
    found = explain(site(home, observations=(again(home, second),)), JudgementSettings())
    assert [(gain.name, str(gain.gain)) for gain in found.by_rule] == [(ALT, "25.00")]


def test_second_captures_are_asked_for_every_page_that_carries_the_score_and_no_other() -> None:
    assert CHECK.plan is not None
    home, one = page(axe=met(10)), page("p1", roles=("random",), axe=met(10))
    gone = page("p2", roles=("random",), status=404)
    audited = site(home, one, gone, settings=SAMPLE, sample=sample(9, 2))
    assert CHECK.plan(audited) == (ConfirmPage(one.url),)
    assert CHECK.plan(replace(audited, settings=AuditSettings(seed=1))) == (ConfirmPage(home.url),)
    assert CHECK.plan(replace(audited, settings=replace(SAMPLE, confirm=False))) == ()


@pytest.mark.parametrize(
    ("reason", "asked"),
    [
        (FailureReason.TIMEOUT, True),
        (FailureReason.UNKNOWN_HOST, True),
        (FailureReason.ROBOTS_DISALLOWED, False),
        (FailureReason.INVALID_URL, False),
        (FailureReason.BROWSER_CRASHED, False),
    ],
)
def test_a_home_page_that_failed_is_tried_again_where_chance_may_have_done_it(
    reason: FailureReason, asked: bool
) -> None:
    assert CHECK.plan is not None
    assert bool(CHECK.plan(site(page(failure=Failure(reason))))) is asked
