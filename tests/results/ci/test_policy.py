from __future__ import annotations

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from checks.finding import Answer, Finding, MobileIssue, MobileMeasure, Outcome
from results.ci.baseline import Accepted, Baseline
from results.ci.names import UnknownNameError, least_percent, names
from results.ci.policies import joined
from results.ci.policy import Policy, Verdict, verdict
from results.ci.telling import told
from results.document import to_json
from results.language import Language, speaking
from results.records import MOBILE, SECOND_ENGINE, RunRecord
from results.report_gate import gate_view
from tests.results.ci.runs import URL, image, run, unreachable
from tests.results.test_document import VALIDATOR

TODAY = date(2026, 11, 21)


def gate(shown: RunRecord, *fail_on: str, accepted: Baseline | None = None, **more: object) -> Verdict:
    return verdict(shown, Policy(names=names(fail_on), **more), accepted, TODAY)  # type: ignore[arg-type]


def test_violations_fail_from_the_impact_that_is_named() -> None:
    serious = run(image(impact="serious"))
    codes = [gate(serious, name).code for name in ("violation", "violation:serious", "violation:critical")]
    assert codes == [1, 1, 0]
    assert gate(serious, "rule:image-alt").code == 1
    assert gate(serious, "rule:button-name", "second-engine", "mobile").code == 3  # the engine did not run
    assert gate(serious, "rule:button-name", "mobile").code == 0


def test_what_needs_a_person_keeps_the_gate_open_unless_allowed() -> None:
    review = run(image(outcome=Outcome.CANT_TELL))
    assert gate(review, "violation").code == 3
    assert gate(review, "violation", allow_review=True).code == 0
    assert gate(run(image(outcome=Outcome.CANT_TELL), image()), "violation").code == 1


def test_a_page_that_was_not_evaluated_never_passes() -> None:
    lost = run(lost=(f"{URL}a",))
    for allowed in (False, True):
        assert gate(lost, "violation", allow_review=allowed).code == 3
        assert gate(lost, "rule:image-alt", allow_review=allowed).code == 3
    assert gate(lost, "mobile").code == 0


@pytest.mark.parametrize("name", ["violation", "mobile", "M05", "rule:image-alt", "second-engine"])
def test_a_site_that_was_not_evaluated_never_passes(name: str) -> None:
    assert gate(unreachable(), name).code == 3
    assert verdict(unreachable(), Policy(fail_below=1), None, TODAY).code == 3


@pytest.mark.parametrize(
    ("outcome", "code"),
    [("passed", 0), ("inapplicable", 0), ("failed", 1), ("cantTell", 3), ("untested", 3), (None, 3)],
)
def test_codes(outcome: str | None, code: int) -> None:
    answers = (Answer(code="M05", outcome=Outcome(outcome), reason="so"),) if outcome else ()
    assert gate(run(answers=answers), "M05").code == code


def test_the_mobile_verdict_is_named_with_its_rules() -> None:
    broken = MobileMeasure(verdict="NOT_MOBILE_FRIENDLY", issues=(MobileIssue("CONFIGURE_VIEWPORT", 1),))
    (item,) = gate(run(mobile=broken), "mobile").failed
    assert (item.rule, item.url) == ("CONFIGURE_VIEWPORT", URL)
    undecided = MobileMeasure(verdict=None, detail="unstable")
    assert gate(run(mobile=undecided), "mobile").code == 3
    small = Finding(rule="target-size", outcome=Outcome.FAILED, page_url=URL)
    assert gate(run(small, check=str(MOBILE)), "mobile").code == 0  # not part of the verdict
    assert gate(run(small, check=str(MOBILE)), "rule:target-size").code == 1


def test_the_second_engine_is_asked_only_where_it_ran() -> None:
    found = Finding(rule="ibm:x", outcome=Outcome.FAILED, page_url=URL)
    ran = run(found, check=str(SECOND_ENGINE), settings={"second_engine": True})
    assert gate(ran, "second-engine").code == 1
    assert gate(ran, "violation").code == 0


@pytest.mark.parametrize(
    ("percent", "below", "code"),
    [(85.0, "high", 0), (84.99, "high", 1), (95.0, "highest", 1), (0.0, "1", 1), (None, "1", 3), (7, "0", 0)],
)
def test_the_percentage(percent: float | None, below: str, code: int) -> None:
    said = verdict(run(percent=percent), Policy(fail_below=least_percent(below)), None, TODAY)
    assert said.code == code


@pytest.mark.parametrize(
    "name", ["violations", "violation:huge", "rule:img-alt", "M99", "rule:", "kontrasts"]
)
def test_unknown_names_are_refused_with_those_that_there_are(name: str) -> None:
    with pytest.raises(UnknownNameError) as refused:
        names([f"mobile,{name}"])
    assert name.split(",", maxsplit=1)[0] in str(refused.value)
    assert "violation:minor" in refused.value.remedy
    assert refused.value.is_usage


def test_what_is_near_an_unknown_name_is_told_in_the_language_spoken() -> None:
    with pytest.raises(UnknownNameError) as error:
        names(["violations"])
    with speaking(Language.LV):
        assert error.value.told().startswith("Nekā ar nosaukumu “violations” nav. Vai domājāt violation")
    assert str(error.value).startswith("Nothing is called 'violations'. Did you mean violation")


@pytest.mark.parametrize("text", ["best", "-1", "101", "nan", "", "1e9"])
def test_unknown_limits_are_refused(text: str) -> None:
    with pytest.raises(UnknownNameError):
        least_percent(text)


def entry(**more: object) -> Baseline:
    values = {
        "url": URL,
        "rule": "image-alt",
        "element": "img[src]",
        "check": "wcag_percentage",
        "reason": "old theme",
        "owner": "web",
        "expires": TODAY,
    }
    return Baseline((Accepted(**(values | more)),))  # type: ignore[arg-type]


def test_accepted_items_pass_until_they_expire() -> None:
    shown = run(image(snippet='<img src="other-9.png">'))
    assert gate(shown, "violation", accepted=entry()).code == 0
    late = gate(shown, "violation", accepted=entry(expires=date(2026, 11, 20)))
    assert (late.code, len(late.expired)) == (1, 1)
    for missing in ("reason", "owner"):
        unfilled = gate(shown, "violation", accepted=entry(**{missing: " "}))
        assert (unfilled.code, len(unfilled.unfilled)) == (1, 1)
    assert gate(shown, "violation", accepted=entry(expires=None)).code == 1


def test_more_elements_than_accepted_fail_and_fewer_are_told() -> None:
    assert gate(run(image(many=3)), "violation", accepted=entry(count=2)).code == 1
    fewer = gate(run(image(many=1)), "violation", accepted=entry(count=2))
    assert (fewer.code, len(fewer.fewer)) == (0, 1)


def test_a_failure_is_not_covered_by_what_a_person_looked_at() -> None:
    looked = entry(outcome=Outcome.CANT_TELL)
    assert gate(run(image(outcome=Outcome.CANT_TELL)), "violation", accepted=looked).code == 0
    assert gate(run(image()), "violation", accepted=looked).code == 1
    assert gate(run(image(outcome=Outcome.CANT_TELL)), "violation", accepted=entry()).code == 0


def test_a_fix_never_fails_and_is_told() -> None:
    fixed = gate(run(), "violation", accepted=entry(expires=date(2020, 1, 1)))
    assert (fixed.code, len(fixed.fixed), fixed.expired) == (0, 1, ())
    assert any("fixed, remove from the baseline: image-alt" in line for line in told(fixed))


@pytest.mark.parametrize(
    "shown",
    [
        run(lost=(URL,)),
        run(pages=(f"{URL}other",)),
        unreachable(),
        run(image(outcome=Outcome.CANT_TELL, instances=())),
    ],
)
def test_what_was_not_evaluated_is_neither_fixed_nor_stale(shown: RunRecord) -> None:
    said = gate(shown, "violation", accepted=entry())
    assert (said.fixed, said.stale) == ((), ())


def test_what_the_policy_does_not_name_is_not_fixed() -> None:
    assert gate(run(image()), "mobile", accepted=entry()).fixed == ()


def test_a_rule_that_nobody_has_is_stale() -> None:
    said = gate(run(), "violation", accepted=entry(rule="gone-rule"))
    assert (said.code, said.fixed, len(said.stale)) == (0, (), 1)


def test_an_unevaluated_page_can_be_accepted_and_a_site_cannot() -> None:
    page = entry(url=f"{URL}a", rule="not-evaluated", element="timeout", outcome=Outcome.UNTESTED)
    assert gate(run(lost=(f"{URL}a",)), "violation", accepted=page).code == 0
    site = entry(url="https://nav.example/", rule="not-evaluated", element="unknown_host")
    assert gate(unreachable(), "violation", accepted=site).code == 3


def test_the_reasons_are_few_lines() -> None:
    many = run(*(image(snippet=f'<img class="{chr(97 + n)}">') for n in range(26)))
    lines = told(gate(many, "violation"))
    assert len(lines) == 12
    assert lines[0] == "Gate failed."
    assert lines[-1] == "… and 16 more of these"


OUTCOMES = st.sampled_from([Outcome.FAILED, Outcome.CANT_TELL])


@given(st.lists(st.tuples(st.sampled_from("abc"), OUTCOMES, st.integers(1, 3)), max_size=6))
def test_nothing_open_passes_and_every_item_is_told_once(found: list[tuple[str, Outcome, int]]) -> None:
    findings = [image(snippet=f'<img class="{name}">', outcome=of, many=n) for name, of, n in found]
    said = gate(run(*findings), "violation")
    outcomes = {of for _, of, _ in found}
    assert said.code == (1 if Outcome.FAILED in outcomes else 3 if outcomes else 0)
    assert sum(item.count for item in (*said.failed, *said.open)) == sum(n for _, _, n in found)


def test_sites_of_one_run_may_have_policies_of_their_own() -> None:
    other = "https://other.example/"
    mine = run(image()).sites[0]
    theirs = replace(run(image(url=other), url=other, percent=60.0).sites[0], position=1)
    both = replace(run(), sites=(mine, theirs))
    parts = [replace(both, sites=(one,)) for one in both.sites]
    gone = Accepted(url=URL, rule="no-such-rule", reason="a", owner="b", expires=date(2027, 1, 1))
    shared = Baseline((gone,))
    said = [
        (parts[0], verdict(parts[0], Policy(names=names(["violation"])), shared, TODAY)),
        (parts[1], verdict(parts[1], Policy(names=names(["mobile"]), fail_below=85), shared, TODAY)),
    ]
    whole = joined(both, said)
    assert ([one.url for one in whole.failed], [one.url for one in whole.low]) == ([URL], [other])
    assert (whole.code, whole.stale, whole.said_on) == (1, (gone,), TODAY)
    assert [one.urls for one in whole.by_site] == [(URL,), (other,)]
    assert not whole.policy.is_asked
    found = json.loads(to_json(both, whole))
    VALIDATOR.validate(found)
    assert [(one["urls"], one["fail_on"]) for one in found["gate"]["by_site"]] == [
        ([URL], ["violation"]),
        ([other], ["mobile"]),
    ]
    view = gate_view(whole)
    assert view is not None
    assert view.asked == (f"--fail-on violation: {URL}", f"--fail-below 85 --fail-on mobile: {other}")


def test_one_policy_for_all_sites_is_the_verdict_itself() -> None:
    shown = run(image())
    said = gate(shown, "violation")
    assert joined(shown, [(shown, said)]) is said
    some = joined(replace(shown, sites=(*shown.sites, *unreachable().sites)), [(shown, said)])
    assert (some.failed, some.policy, some.by_site[0].urls) == (said.failed, said.policy, (URL,))
