from __future__ import annotations

from typing import Any

import pytest

from checks.accessibility.wcag_percentage import CHECK
from checks.check import JudgementSettings
from checks.errors import UnknownFormulaError
from checks.finding import Answer, CheckResult, Outcome, WcagMeasure
from crawler.evidence import AuditSettings, AxeResult, Failure, FailureReason, Page, Scope, Site
from tests.checks.build import HOME_URL, page, site
from tests.checks.build_measures import axe, met, rule, sample

SAMPLE = AuditSettings(seed=7, scope=Scope.SAMPLE)
CRASHED = Failure(FailureReason.BROWSER_CRASHED)
GONE = Failure(FailureReason.HTTP_404, "HTTP 404")


def judged(audited: Site, **settings: str) -> CheckResult:
    return CHECK.judge(audited, JudgementSettings(**settings))


def measured(audited: Site, **settings: str) -> tuple[WcagMeasure, Answer]:
    result = judged(audited, **settings)
    assert result.wcag is not None
    return result.wcag, result.answers[0]


def random_page(number: int, result: AxeResult | None = None, **more: Any) -> Page:
    return page(f"p{number}", roles=("random",), **({"axe": result or met(10)} | more))


def sampled(*pages: Page, home: Page | None = None, population: int = 500, **more: Any) -> Site:
    return site(
        home or page(axe=met(10)), *pages, settings=SAMPLE, sample=sample(population, len(pages)), **more
    )


def test_scope_homepage_measures_the_home_page_alone() -> None:
    wcag, answer = measured(site(page(axe=met(8, failing=2)), random_page(1, met(3))))
    assert (wcag.percent, wcag.band, wcag.points) == (80.0, 3, 5)
    assert (wcag.pages_evaluated, wcag.pages_sampled, wcag.scope) == (1, 1, "homepage")
    assert (wcag.bounds.interval_low, wcag.seed, wcag.population) == (None, None, None)
    assert (answer.code, answer.value, answer.outcome) == ("M16J", 3, Outcome.FAILED)


def test_scope_sample_averages_the_random_pages_and_shows_the_others_beside() -> None:
    pages = (random_page(1, met(10)), random_page(2, met(5, failing=5)), random_page(3, met(9, failing=1)))
    services = page("pakalpojumi", roles=("services",), axe=met(2, failing=2))
    wcag, _ = measured(sampled(*pages, services, home=page(axe=met(6, failing=4))))
    assert wcag.percent == 80.0
    assert (wcag.home_percent, wcag.structured_percent) == (60.0, 55.0)
    assert (wcag.pages_evaluated, wcag.pages_sampled, wcag.population, wcag.seed) == (3, 3, 500, 7)
    assert wcag.alternatives == {"sc-mean/1": 80.0, "pooled-nodes/1": 80.0}


def test_pages_with_one_final_address_count_once() -> None:
    twin = random_page(2, met(5, failing=5), final_url=f"{HOME_URL}p1")
    wcag, _ = measured(sampled(random_page(1), twin, random_page(3)))
    assert (wcag.percent, wcag.pages_evaluated, wcag.pages_sampled) == (100.0, 2, 2)


def test_a_page_that_cannot_be_evaluated_is_neither_0_nor_100_in_the_mean() -> None:
    failing = (random_page(2, failure=GONE), random_page(3, text_length=20), random_page(4, met(2)))
    good = tuple(random_page(number, met(8, failing=2)) for number in (5, 6, 7))
    result = judged(sampled(*failing, *good))
    assert result.wcag is not None
    assert (result.wcag.percent, result.wcag.pages_evaluated, result.wcag.pages_sampled) == (80.0, 3, 6)
    reasons = {one.url.rpartition("/")[2]: one.failure and one.failure.reason for one in result.pages}
    assert (reasons["p2"], reasons["p3"]) == (FailureReason.HTTP_404, FailureReason.EMPTY_PAGE)
    assert (reasons["p4"], reasons["p5"]) == (FailureReason.TOO_FEW_CRITERIA, None)


def test_an_empty_page_without_a_single_violation_earns_no_points() -> None:
    wcag, answer = measured(site(page(axe=met(2))))
    assert (wcag.percent, wcag.band, wcag.points) == (None, 4, 0)
    assert wcag.failure == Failure(FailureReason.TOO_FEW_CRITERIA, "2 scored criteria")
    assert (answer.value, answer.outcome) == (4, Outcome.UNTESTED)
    assert "too_few_criteria" in answer.reason


@pytest.mark.parametrize(
    ("audited", "reason"),
    [
        (site(page(status=503)), FailureReason.HTTP_5XX),
        (site(failure=Failure(FailureReason.UNKNOWN_HOST)), FailureReason.UNKNOWN_HOST),
        (sampled(random_page(1, failure=GONE), home=page(failure=GONE)), FailureReason.HTTP_404),
        (sampled(random_page(1, failure=GONE)), FailureReason.HTTP_404),
    ],
    ids=["home fails", "no host", "home and sample fail", "the whole sample fails"],
)
def test_a_site_that_cannot_be_evaluated_is_in_the_lowest_band_without_a_percentage(
    audited: Site, reason: FailureReason
) -> None:
    wcag, answer = measured(audited)
    assert (wcag.percent, wcag.band, wcag.points, answer.value) == (None, 4, 0, 4)
    assert wcag.failure is not None
    assert wcag.failure.reason is reason


@pytest.mark.parametrize(
    "audited",
    [
        site(page(failure=CRASHED)),
        site(page(axe=met(10)), failure=Failure(FailureReason.INTERRUPTED)),
        site(),
        sampled(random_page(1), home=page(failure=CRASHED)),
        sampled(random_page(1), random_page(2, failure=CRASHED), random_page(3, failure=CRASHED)),
        sampled(),
    ],
    ids=[
        "home crashed",
        "interrupted",
        "nothing captured",
        "home of a sample",
        "most of a sample",
        "no sample",
    ],
)
def test_a_failure_of_ours_costs_nobody_points(audited: Site) -> None:
    wcag, answer = measured(audited)
    assert (wcag.percent, wcag.band, wcag.points, answer.value) == (None, None, None, None)
    assert wcag.failure is not None
    assert wcag.failure.reason.is_ours
    assert answer.outcome is Outcome.UNTESTED


@pytest.mark.parametrize(("good", "evaluated"), [(2, True), (1, False)])
def test_without_a_home_page_half_of_the_sample_must_be_evaluated(good: int, evaluated: bool) -> None:
    pages = [random_page(n, failure=None if n < good else GONE) for n in range(4)]
    wcag, _ = measured(sampled(*pages, home=page(failure=GONE)))
    assert (wcag.percent is not None) is evaluated


def test_with_its_home_page_a_site_needs_one_page_of_its_sample() -> None:
    pages = [random_page(n, failure=None if n == 0 else GONE) for n in range(4)]
    wcag, _ = measured(sampled(*pages))
    assert (wcag.percent, wcag.pages_evaluated, wcag.pages_sampled) == (100.0, 1, 4)


def test_ten_random_pages_give_an_interval_and_thirty_a_reliable_one() -> None:
    mixed = [random_page(n, met(9, failing=n % 2)) for n in range(30)]
    nine, ten, thirty = (measured(sampled(*mixed[:size]))[0].bounds for size in (9, 10, 30))
    assert nine.interval_low is None
    assert ten.interval_low is not None
    assert not ten.reliable
    assert thirty.reliable
    assert thirty.interval_low is not None
    assert thirty.interval_low > ten.interval_low


def test_confidence_grows_with_the_pages_that_were_measured() -> None:
    found = [measured(sampled(*(random_page(n) for n in range(size))))[1].confidence for size in (9, 10, 30)]
    assert found == sorted(set(found))


def test_a_census_has_no_interval_and_is_reliable() -> None:
    pages = [random_page(n, met(9, failing=n % 2)) for n in range(12)]
    bounds = measured(sampled(*pages, population=12))[0].bounds
    assert (bounds.interval_low, bounds.reliable) == (None, True)


def test_points_are_uncertain_where_open_items_reach_another_band() -> None:
    rules = [rule(f"r{sc}", sc, passed=["x"]) for sc in ("1.1.1", "1.3.1", "2.4.2")]
    wcag, answer = measured(site(page(axe=axe(*rules, rule("open", "1.4.3", passed=["x"], review=["y"])))))
    assert (wcag.percent, wcag.bounds.lower, wcag.bounds.upper) == (100.0, 75.0, 100.0)
    assert (wcag.bounds.uncertain, wcag.bounds.other_band) == (True, 3)
    sure = measured(site(page(axe=axe(*rules))))[1]
    assert answer.confidence < sure.confidence


def test_the_target_chosen_when_judging_decides_which_rules_count() -> None:
    rules = [rule(f"r{sc}", sc, passed=["x"]) for sc in ("1.1.1", "1.3.1", "2.4.2")]
    spacing = rule("avoid-inline-spacing", "1.4.12", level="wcag21aa", failed=["x"])
    size = rule("target-size", "2.5.8", level="wcag22aa", failed=["x"])
    audited = site(page(axe=axe(*rules, spacing, size)))
    percents = [measured(audited, target=one)[0].percent for one in ("wcag20-aa", "wcag21-aa", "wcag22-aa")]
    assert percents == [100.0, 75.0, 60.0]
    assert measured(audited, target="en301549")[0].percent == 75.0
    found = [finding.rule for finding in judged(audited, target="wcag21-aa").findings]
    assert found == ["avoid-inline-spacing"]


def test_findings_name_rule_criteria_impact_and_elements() -> None:
    both = rule("link-name", "2.4.4 4.1.2", passed=["a"], failed=["b"], review=["c"])
    broken = rule("color-contrast", "1.4.3", level="wcag2aa", error="TypeError: x")
    result = judged(site(page(axe=axe(both, broken, frames_untested=("https://ads.example/",)))))
    crashed, failed, review, frames = result.findings
    assert (failed.rule, failed.outcome, failed.page_url) == ("link-name", Outcome.FAILED, HOME_URL)
    assert (failed.criteria, failed.impact, failed.message) == (
        ("2.4.4", "4.1.2"),
        "serious",
        "help of link-name",
    )
    assert [(one.selector, one.snippet, one.message) for one in failed.instances] == [
        ("#b", "<i id=b>", "fix this")
    ]
    assert (review.outcome, review.instances[0].selector) == (Outcome.CANT_TELL, "#c")
    assert (crashed.outcome, crashed.message) == (Outcome.CANT_TELL, "the rule broke off: TypeError: x")
    assert (frames.rule, frames.outcome) == ("frame-tested", Outcome.CANT_TELL)


def test_a_challenge_pages_violations_are_not_the_sites() -> None:
    challenged = page(headers=(("cf-mitigated", "challenge"),), axe=met(2, failing=5))
    assert judged(site(challenged)).findings == ()


def test_the_answer_shows_the_criteria_that_most_pages_fail() -> None:
    worst = rule("image-alt", "1.1.1", failed=["img"])
    fine = [rule(f"r{sc}", sc, passed=["x"]) for sc in ("1.3.1", "2.4.2")]
    lang = rule("html-has-lang", "3.1.1", failed=["html"])
    _, answer = measured(sampled(random_page(1, axe(worst, lang, *fine)), random_page(2, axe(worst, *fine))))
    assert [one.message.partition(" ")[0] for one in answer.evidence] == ["1.1.1", "3.1.1"]
    assert (answer.evidence[0].selector, answer.evidence[0].url) == ("#img", f"{HOME_URL}p1")


def test_where_nothing_fails_the_answer_shows_pages_with_what_they_meet() -> None:
    fine = [rule(f"r{sc}", sc, passed=["x"]) for sc in ("1.3.1", "2.4.2", "3.1.1")]
    _, answer = measured(sampled(random_page(1, axe(*fine)), random_page(2, axe(*fine))))
    assert [one.url for one in answer.evidence] == [f"{HOME_URL}p1", f"{HOME_URL}p2"]
    assert answer.evidence[0].message == "3 criteria tested by axe-core are met: 1.3.1, 2.4.2, 3.1.1"


def test_counts_by_criterion_add_up_over_the_pages_that_carry_the_score() -> None:
    one = axe(*(rule(f"r{sc}", sc, passed=["x", "y"], review=["z"]) for sc in ("1.1.1", "1.3.1", "1.4.10")))
    two = axe(*(rule(f"r{sc}", sc, failed=["x"]) for sc in ("1.1.1", "1.3.1", "2.4.2")))
    wcag, _ = measured(sampled(random_page(1, one), random_page(2, two)), target="wcag20-aa")
    assert wcag.percent == 0.0
    assert [(c.sc, c.passed, c.failed, c.review) for c in wcag.criteria] == [
        ("1.1.1", 0, 1, 0),
        ("1.3.1", 0, 1, 0),
        ("2.4.2", 0, 1, 0),
    ]


def test_settings_that_name_no_formula_are_an_error() -> None:
    with pytest.raises(UnknownFormulaError):
        judged(site(page(axe=met(5))), formula="mean")
