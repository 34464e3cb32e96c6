"""What two captures decide differently is shown wherever the score is."""

from __future__ import annotations

import json

import pytest
from msgspec.structs import replace
from rich.console import Console

from checks.finding import Outcome, Unstable, WcagMeasure
from results import measure_wording
from results.document import to_json
from results.html_report import html_report
from results.models import RunState
from results.records import RunRecord, SiteRecord
from results.show import run_view
from tests.results import samples

RULE = Unstable(
    page=samples.URL, rule="image-alt", criteria=("1.1.1",), first=Outcome.FAILED, second=Outcome.PASSED
)
TAPS = Unstable(page=samples.URL, rule="TAP_TARGETS_TOO_CLOSE", first=Outcome.PASSED, second=Outcome.FAILED)


@pytest.fixture(scope="module")
def run() -> RunRecord:
    judged = samples.judgement()
    assert judged.wcag is not None
    assert judged.mobile is not None
    wcag = replace(judged.wcag, pages_evaluated=3, pages_confirmed=2, unstable=(RULE,), unstable_count=1)
    mobile = replace(judged.mobile, verdict=None, confirmed=True, unstable=(TAPS,), issues=())
    judged = replace(judged, wcag=wcag, mobile=mobile)
    return RunRecord(
        id="a",
        name="",
        state=RunState.FINISHED,
        started_at=samples.STARTED,
        finished_at=None,
        versions={},
        settings={},
        judgement=samples.JUDGED_BY,
        sites=(SiteRecord.of(0, samples.site(), judged),),
    )


def test_the_table_names_the_rule_with_both_outcomes(run: RunRecord) -> None:
    console = Console(width=220, color_system=None)
    with console.capture() as captured:
        console.print(run_view(run))
    said = captured.get()
    assert "unconfirmed pages: 1; 1 unstable rule result left out" in said
    assert "unstable: image-alt" in said
    assert "first ✗ failed, then ✓ passed" in said
    assert "? unstable" in said
    assert "unstable: TAP_TARGETS_TOO_CLOSE" in said


def test_the_report_lists_it_under_a_heading_of_its_own(run: RunRecord) -> None:
    report = html_report(run)
    assert "<h4>Unstable: different in two captures</h4>" in report
    assert "<strong>image-alt</strong> (1.1.1)" in report
    assert report.count("first ✗ failed, then ✓ passed") == 1
    assert report.count("first ✓ passed, then ✗ failed") == 1


def test_the_document_has_both_outcomes(run: RunRecord) -> None:
    (site,) = json.loads(to_json(run))["sites"]
    assert site["wcag"]["unstable"] == [
        {
            "page": samples.URL,
            "rule": "image-alt",
            "criteria": ["1.1.1"],
            "first": "failed",
            "second": "passed",
        }
    ]
    assert (site["wcag"]["pages_confirmed"], site["wcag"]["unstable_count"]) == (2, 1)
    assert (site["mobile"]["confirmed"], site["mobile"]["unstable"][0]["rule"]) == (
        True,
        "TAP_TARGETS_TOO_CLOSE",
    )


@pytest.mark.parametrize(
    ("confirmed", "unstable", "said"),
    [
        (0, 0, "not confirmed by a second capture"),
        (3, 0, "all confirmed by a second capture"),
        (1, 0, "unconfirmed pages: 2"),
        (3, 2, "all confirmed by a second capture; 2 unstable rule results left out"),
    ],
)
def test_a_score_says_how_much_of_it_is_confirmed(confirmed: int, unstable: int, said: str) -> None:
    wcag = WcagMeasure(
        formula="criteria-met/1",
        target="wcag20-aa",
        scope="homepage",
        percent=90.0,
        pages_evaluated=3,
        pages_confirmed=confirmed,
        unstable=(RULE,) * unstable,
        unstable_count=unstable,
    )
    assert measure_wording.confirmed(wcag) == said
