from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from checks.check import JudgementSettings
from checks.finding import Answer, MobileMeasure, Outcome
from checks.mobile.mobile_friendliness import CHECK
from crawler.evidence import (
    AuditSettings,
    Confirmation,
    ConfirmMobile,
    Failure,
    FailureReason,
    MobileView,
    Site,
    TextRun,
)
from tests.checks.build import HOME_URL, NOW, page, site
from tests.checks.build_measures import phone, target

SMALL = (TextRun(8, 1000),)
FAR = tuple(target(f"far{n}", (0, 200 + 100 * n, 40, 40)) for n in range(30))
FEW = (*FAR, target("one", (0, 0, 30, 30)), target("two", (0, 30, 30, 30)))
MANY = tuple(target(f"near{n}", (0, 30 * n, 30, 30)) for n in range(6))


def again(view: MobileView, /, **more: Any) -> Confirmation:
    seen = Confirmation(
        plan=ConfirmMobile(view.url),
        captured_at=NOW,
        final_url=view.final_url,
        status=200,
        content_type="text/html",
        view=view,
    )
    return replace(seen, **more)


def audited(first: MobileView, *observations: Confirmation) -> Site:
    return site(page(), mobile=(first,), observations=observations)


def judged(one: Site) -> tuple[MobileMeasure, Answer, Answer]:
    result = CHECK.judge(one, JudgementSettings())
    assert result.mobile is not None
    return (result.mobile, *result.answers)


@pytest.mark.parametrize(
    ("first", "second", "verdict", "strict"),
    [
        (phone(), phone(), "MOBILE_FRIENDLY", "MOBILE_FRIENDLY"),
        (phone(text=SMALL), phone(text=SMALL), "NOT_MOBILE_FRIENDLY", "NOT_MOBILE_FRIENDLY"),
        (phone(text=SMALL), phone(), None, None),
        (phone(), phone(text=SMALL), None, None),
        (phone(text=SMALL), phone(content_width=900), None, None),
        (phone(targets=FEW), phone(), "MOBILE_FRIENDLY", None),
        (phone(targets=FEW), phone(targets=FEW), "MOBILE_FRIENDLY", "NOT_MOBILE_FRIENDLY"),
        (phone(targets=FEW), phone(targets=MANY), None, "NOT_MOBILE_FRIENDLY"),
    ],
)
def test_a_verdict_stands_on_the_rules_that_both_captures_break(
    first: MobileView, second: MobileView, verdict: str | None, strict: str | None
) -> None:
    mobile, answer, notes = judged(audited(first, again(second)))
    assert (mobile.verdict, mobile.strict_verdict, mobile.confirmed) == (verdict, strict, True)
    assert (answer.value is None) is (verdict is None)
    assert (answer.outcome is Outcome.CANT_TELL) is (verdict is None)
    assert (notes.outcome is Outcome.CANT_TELL) is (verdict is None)


def test_an_unstable_rule_beside_a_confirmed_one_is_left_out_and_told() -> None:
    wide = {"content_width": 900}
    one = audited(phone(text=SMALL, **wide), again(phone(**wide)))
    mobile, answer, notes = judged(one)
    assert mobile.verdict == "NOT_MOBILE_FRIENDLY"
    assert [issue.rule for issue in mobile.issues] == ["SIZE_CONTENT_TO_VIEWPORT"]
    (unstable,) = mobile.unstable
    assert (unstable.rule, unstable.first, unstable.second) == (
        "USE_LEGIBLE_FONT_SIZES",
        Outcome.FAILED,
        Outcome.PASSED,
    )
    assert "unstable, in one of two captures only: USE_LEGIBLE_FONT_SIZES" in answer.reason
    assert "salasāmi" not in str(notes.value)
    outcomes = {found.rule: found.outcome for found in CHECK.judge(one, JudgementSettings()).findings}
    assert outcomes == {
        "SIZE_CONTENT_TO_VIEWPORT": Outcome.FAILED,
        "USE_LEGIBLE_FONT_SIZES": Outcome.CANT_TELL,
    }


@pytest.mark.parametrize(
    "seen",
    [
        again(phone(), view=None, failure=Failure(FailureReason.HTTP_5XX, "HTTP 503")),
        again(phone(), final_url=f"{HOME_URL}apkope"),
        again(phone(layout_width=0)),
    ],
    ids=["refused", "elsewhere", "nothing measured"],
)
def test_a_verdict_whose_second_capture_fails_stands_with_less_confidence(seen: Confirmation) -> None:
    mobile, answer, _ = judged(audited(phone(), seen))
    sure = judged(audited(phone(), again(phone())))[1]
    assert (mobile.verdict, mobile.confirmed) == ("MOBILE_FRIENDLY", False)
    assert "Not confirmed by a second capture" in answer.reason
    assert answer.confidence < judged(audited(phone()))[1].confidence < sure.confidence
    rules = [found.rule for found in CHECK.judge(audited(phone(), seen), JudgementSettings()).findings]
    assert rules == ["not-confirmed"]


def test_a_second_capture_is_asked_for_the_view_that_carries_the_verdict() -> None:
    assert CHECK.plan is not None
    one = audited(phone())
    assert CHECK.plan(one) == (ConfirmMobile(HOME_URL),)
    assert CHECK.plan(replace(one, settings=AuditSettings(seed=1, confirm=False))) == ()
    assert CHECK.plan(audited(phone(failure=Failure(FailureReason.TIMEOUT)))) == ()
