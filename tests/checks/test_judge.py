from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from checks import questionnaire
from checks.accessibility import wcag_percentage
from checks.check import Check, JudgementSettings, all_checks
from checks.errors import DuplicateCodeError, UnknownCodeError, UnknownFormulaError, UnknownTargetError
from checks.finding import Answer, CheckResult, Outcome
from checks.judge import CRASHED, SiteStatus, judge, plans, require_codes
from checks.mobile import mobile_friendliness
from crawler.evidence import (
    AuditSettings,
    Failure,
    FailureReason,
    Fetched,
    FetchResource,
    Plan,
    Scope,
    SearchAnswer,
    Site,
    SubmitSearch,
    VisitPage,
)
from tests.checks.build import HOME_URL, NOW, crawled, page, probe, site
from tests.checks.build_measures import met, phone, sample

WCAG, MOBILE = wcag_percentage.CHECK, mobile_friendliness.CHECK
GOOD = site(page(axe=met(10)), mobile=(phone(),))


def answering(*answers: Answer, name: str = "made", plan: Callable[[Site], Any] | None = None) -> Check:
    return Check(
        id=name,
        version=3,
        codes=tuple(answer.code for answer in answers),
        title="",
        basis="",
        judge=lambda _site, _settings: CheckResult(answers=answers),
        plan=plan,
    )


def crashing(*codes: str) -> Check:
    def judge_badly(_site: Site, _settings: JudgementSettings) -> CheckResult:
        raise KeyError("no such thing")

    return Check(id="crashing", version=1, codes=codes, title="", basis="", judge=judge_badly)


def yes(code: str, value: int | str = 1, **more: Any) -> Answer:
    return Answer(code=code, outcome=questionnaire.outcome(code, value), value=value, **more)


def test_no_code_has_two_checks() -> None:
    require_codes(all_checks())
    assert {"wcag_percentage", "mobile_friendliness"} <= {check.id for check in all_checks()}


def test_two_checks_for_one_code_are_an_error() -> None:
    with pytest.raises(DuplicateCodeError, match="M05 is answered by made and by other"):
        judge(GOOD, checks=[answering(yes("M05")), answering(yes("M05"), name="other")])


def test_answers_stand_in_the_questionnaires_order_with_the_versions_that_gave_them() -> None:
    own = Answer(code="search.kind", outcome=Outcome.PASSED, value="form")
    found = judge(GOOD, checks=[answering(own, yes("M05"), yes("M08_7")), MOBILE, WCAG], terms="abc")
    assert [answer.code for answer in found.answers] == [
        "M08_7",
        "M05",
        "M16J",
        "M17J",
        "M17J_NOTES",
        "search.kind",
    ]
    assert found.versions == {"made": 3, "mobile_friendliness": 2, "wcag_percentage": 2}
    assert (found.status, found.terms) == (SiteStatus.EVALUATED, "abc")
    assert found.wcag is not None
    assert found.mobile is not None
    answer = found.answer("M16J")
    assert answer is not None
    assert answer.value == 1
    assert found.answer("M12") is None


def test_every_check_answers_each_of_its_codes_once_even_of_nothing() -> None:
    empty = Site(
        institution=GOOD.institution, settings=GOOD.settings, started_at=NOW, captured_at=NOW, failure=None
    )
    for audited in (empty, GOOD, site(failure=Failure(FailureReason.UNKNOWN_HOST))):
        found = judge(audited)
        codes = [code for check in all_checks() for code in check.codes]
        assert sorted(answer.code for answer in found.answers) == sorted(codes)
        assert not [one for group in found.findings.values() for one in group if one.rule == CRASHED]


def test_a_check_that_crashes_costs_its_own_answers_only() -> None:
    found = judge(GOOD, checks=[crashing("M05", "M11"), WCAG])
    broken = found.answer("M05")
    assert broken is not None
    assert (broken.outcome, broken.value, broken.reason) == (
        Outcome.CANT_TELL,
        None,
        "check failed: KeyError: 'no such thing'",
    )
    assert [one.rule for one in found.findings["crashing"]] == [CRASHED]
    assert found.wcag is not None
    assert (found.wcag.percent, found.status) == (100.0, SiteStatus.PARTLY_EVALUATED)


@pytest.mark.parametrize(
    "wrong",
    [
        Answer(code="M05", outcome=Outcome.CANT_TELL, value=1, reason="?"),
        Answer(code="M05", outcome=Outcome.INAPPLICABLE, value=2, reason="?"),
        Answer(code="M05", outcome=Outcome.PASSED),
        Answer(code="M05", outcome=Outcome.CANT_TELL),
        Answer(code="M05", outcome=Outcome.PASSED, value=2),
        Answer(code="M05", outcome=Outcome.PASSED, value=3),
        Answer(code="M05", outcome=Outcome.PASSED, value="Ir"),
    ],
    ids=[
        "cantTell with a value",
        "inapplicable with a value",
        "passed without a value",
        "no reason",
        "unfavourable but passed",
        "no such value",
        "text for a choice",
    ],
)
def test_an_answer_that_breaks_the_rules_counts_as_a_crash(wrong: Answer) -> None:
    found = judge(GOOD, checks=[answering(wrong)]).answers[0]
    assert (found.outcome, found.value) == (Outcome.CANT_TELL, None)
    assert found.reason.startswith("check failed: InvalidAnswerError")


def test_a_check_for_a_code_that_nobody_knows_is_an_error() -> None:
    with pytest.raises(UnknownCodeError, match="M99"):
        judge(GOOD, checks=[answering(Answer(code="M99", outcome=Outcome.PASSED, value=1))])


def test_a_check_that_leaves_a_code_out_counts_as_a_crash() -> None:
    forgetful = Check(
        id="made",
        version=1,
        codes=("M05", "M11"),
        title="",
        basis="",
        judge=lambda _site, _settings: CheckResult(answers=(yes("M05"),)),
    )
    found = judge(GOOD, checks=[forgetful])
    assert [answer.outcome for answer in found.answers] == [Outcome.CANT_TELL, Outcome.CANT_TELL]


DEPENDENT = Answer(code="K11M_FB_1", outcome=Outcome.PASSED, value="https://www.facebook.com/iestade")


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (yes("K11M_FB", 1), Outcome.PASSED),
        (yes("K11M_FB", 2), Outcome.INAPPLICABLE),
        (Answer(code="K11M_FB", outcome=Outcome.CANT_TELL, reason="blocked"), Outcome.PASSED),
    ],
)
def test_a_question_is_asked_only_if_its_condition_can_hold(condition: Answer, expected: Outcome) -> None:
    found = judge(GOOD, checks=[answering(DEPENDENT, condition)]).answer("K11M_FB_1")
    assert found is not None
    assert found.outcome is expected
    assert (found.value is None) is (expected is Outcome.INAPPLICABLE)


def test_one_of_several_conditions_is_enough() -> None:
    link = Answer(code="F32", outcome=Outcome.PASSED, value=HOME_URL)
    for demo, video, expected in (
        (1, 0, Outcome.PASSED),
        (0, 1, Outcome.PASSED),
        (0, 0, Outcome.INAPPLICABLE),
    ):
        found = judge(GOOD, checks=[answering(yes("M13_1", demo), yes("M13_2", video), link)]).answer("F32")
        assert found is not None
        assert found.outcome is expected


HOMELESS = page(failure=Failure(FailureReason.HTTP_5XX, "HTTP 500"))
SAMPLE = AuditSettings(seed=1, scope=Scope.SAMPLE)
RANDOM = page("p", roles=("random",), axe=met(10))


@pytest.mark.parametrize(
    ("audited", "status", "reason"),
    [
        (GOOD, SiteStatus.EVALUATED, None),
        (site(HOMELESS), SiteStatus.NOT_EVALUABLE, FailureReason.HTTP_5XX),
        (
            site(HOMELESS, RANDOM, settings=SAMPLE, sample=sample(90, 1)),
            SiteStatus.PARTLY_EVALUATED,
            FailureReason.HTTP_5XX,
        ),
        (
            site(page(failure=Failure(FailureReason.BROWSER_CRASHED))),
            SiteStatus.INTERNAL_ERROR,
            FailureReason.BROWSER_CRASHED,
        ),
        (site(page(axe=met(9)), page("x", roles=("news",), status=404)), SiteStatus.EVALUATED, None),
        (
            site(page(axe=met(9)), failure=Failure(FailureReason.INTERRUPTED)),
            SiteStatus.INTERNAL_ERROR,
            FailureReason.INTERRUPTED,
        ),
    ],
)
def test_the_status_says_what_became_of_the_site(
    audited: Site, status: SiteStatus, reason: FailureReason | None
) -> None:
    found = judge(audited, checks=[WCAG, MOBILE])
    assert found.status is status
    assert (found.failure.reason if found.failure else None) is reason


def test_a_crash_of_the_percentage_is_an_internal_error() -> None:
    found = judge(GOOD, checks=[crashing("M16J")])
    assert found.status is SiteStatus.INTERNAL_ERROR
    assert found.failure is not None
    assert found.failure.reason is FailureReason.INTERNAL_ERROR


def test_settings_that_name_nothing_known_are_an_error_not_an_answer() -> None:
    with pytest.raises(UnknownFormulaError):
        judge(GOOD, JudgementSettings(formula="x"))
    with pytest.raises(UnknownTargetError):
        judge(GOOD, JudgementSettings(target="x"))


SEARCH = SubmitSearch(
    page_url=HOME_URL, form_selector="form", field_selector="input", word="darbs", token="qxz"
)
FEED = FetchResource(url=f"{HOME_URL}feed", purpose="latest_post")
NEWS = VisitPage(url=f"{HOME_URL}news", role="news")


def planning(*wanted: Plan, name: str = "made") -> Check:
    return answering(name=name, plan=lambda _site: wanted)


def test_plans_of_all_checks_are_asked_once_and_in_order() -> None:
    both = [planning(SEARCH, FEED), planning(FEED, NEWS, name="other")]
    assert plans(site(), checks=both) == (SEARCH, FEED, NEWS)


def test_checks_take_turns_so_that_one_with_many_pages_starves_no_other() -> None:
    many = [VisitPage(url=f"https://a.lv/{n}", role="many") for n in range(10)]
    found = plans(site(), checks=[planning(*many), planning(NEWS, FEED, name="other")])
    assert found == (many[0], NEWS, many[1], FEED, *many[2:])


def test_what_was_observed_is_not_planned_again() -> None:
    nothing = SearchAnswer(query="")
    audited = site(
        page("news", roles=("news",), failure=Failure(FailureReason.TIMEOUT)),
        observations=(
            probe(SEARCH, nothing, nothing),
            Fetched(plan=FEED, fetched_at=NOW, failure=Failure(FailureReason.HTTP_404)),
        ),
    )
    assert plans(audited, checks=[planning(SEARCH, FEED, NEWS)]) == ()
    other_role = VisitPage(url=f"{HOME_URL}news", role="services")
    assert plans(audited, checks=[planning(other_role)]) == (other_role,)


def test_a_planner_that_crashes_is_recorded_and_stops_no_other() -> None:
    def plan_badly(_site: Site) -> tuple[Plan, ...]:
        raise IndexError("out of range")

    bad = answering(yes("M05"), plan=plan_badly)
    assert plans(GOOD, checks=[bad, planning(NEWS, name="other")]) == (NEWS,)
    found = judge(GOOD, checks=[bad])
    assert [one.message for one in found.findings["made"]] == ["planner failed: IndexError: out of range"]
    answer = found.answer("M05")
    assert answer is not None
    assert answer.value == 1


@pytest.mark.parametrize("reason", [FailureReason.INTERRUPTED, FailureReason.DISK_FULL])
def test_an_audit_that_we_broke_off_answers_nothing(reason: FailureReason) -> None:
    broken = judge(msgspec.structs.replace(GOOD, failure=Failure(reason)))

    assert {answer.outcome for answer in broken.answers} == {Outcome.UNTESTED}
    assert {answer.value for answer in broken.answers} == {None}
    assert all(reason in answer.reason for answer in broken.answers)


def test_a_site_most_of_whose_addresses_fail_turns_no_into_cant_tell_but_for_the_front_pages_own() -> None:
    given = answering(yes("M08_1", 0), yes("M08_3", 0), yes("M11", 1), name="three")
    gone = Failure(FailureReason.HTTP_5XX)

    def said(failures: int) -> dict[str, Answer]:
        urls = tuple(crawled(f"/{number}", failure=gone) for number in range(failures))
        return {one.code: one for one in judge(site(page(axe=met(10)), urls=urls), checks=(given,)).answers}

    many = said(5)
    assert (many["M08_1"].outcome, many["M08_1"].value) == (Outcome.CANT_TELL, None)
    assert "5 addresses of the site failed and only 1 could be read" in many["M08_1"].reason
    assert [many[code].value for code in ("M08_3", "M11")] == [0, 1]
    assert said(2)["M08_1"].outcome is Outcome.FAILED, "a dead link or two are on every site"
    read = tuple(crawled(f"/page-{number}") for number in range(40))
    large = site(page(axe=met(10)), urls=(*read, *(crawled(f"/{n}", failure=gone) for n in range(20))))
    found = {one.code: one for one in judge(large, checks=(given,)).answers}
    assert found["M08_1"].outcome is Outcome.FAILED, "twenty dead links on a site of forty pages say nothing"


def test_a_front_page_that_shows_next_to_nothing_turns_no_into_cant_tell_and_leaves_yes() -> None:
    bare = site(page(axe=met(10), text_length=75), mobile=(phone(),))
    both = answering(yes("M05", 2), yes("M11", 1), name="both")
    said = {answer.code: answer for answer in judge(bare, checks=(both, WCAG)).answers}
    assert (said["M05"].outcome, said["M05"].value) == (Outcome.CANT_TELL, None)
    assert "75 characters" in said["M05"].reason
    assert said["M11"].outcome is Outcome.PASSED
    assert said["M16J"].value == 4, "a site that cannot be evaluated has a band of its own"
    seen = judge(GOOD, checks=(both,))
    assert {answer.code: answer.outcome for answer in seen.answers}["M05"] is Outcome.FAILED
