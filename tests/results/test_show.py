from __future__ import annotations

import io
import re

import msgspec
import pytest
from rich.console import Console

from checks.finding import Finding, MobileMeasure, Outcome
from results import measure_wording
from results.html_report import html_report
from results.language import Language, speaking
from results.records import RunRecord
from results.show import run_view, runs_table
from results.store import Store
from tests.results import samples


def printed(run: RunRecord, width: int = 160, *, terminal: bool = False) -> str:
    file = io.StringIO()
    Console(width=width, file=file, force_terminal=terminal, highlight=False).print(run_view(run))
    return file.getvalue()


def line(text: str, beginning: str) -> str:
    """The first line whose first words are these, without its borders."""
    found = next(one for one in text.splitlines() if re.match(rf"\W*{re.escape(beginning)}", one))
    return " ".join(found.replace("│", " ").split())


@pytest.fixture
def run(store: Store) -> RunRecord:
    return samples.fill(store)


def test_a_site_is_told_in_words_beside_its_signs(run: RunRecord) -> None:
    text = printed(run, 300)
    assert "◐ partly evaluated" in text
    assert "87.50 % · band 2 · 10 points" in text
    assert line(text, "On a phone ").count("TAP_TARGETS_TOO_CLOSE (3)") == 1
    assert line(text, "M08_7") == "M08_7 Meklētājs tīmekļvietnes ietvaros ✓ passed (90 % sure) 1 yes"
    assert "2 Augsta atbilstība [85-95%]" in text
    assert "critical: 25 elements on 1 page" in line(text, "image-alt")
    assert "Not a web address: 1, Forbidden by robots.txt: 1" in line(text, "Addresses left out")
    assert "http_404 (HTTP 404)" in line(text, "Page not evaluated")


def test_what_stands_beside_the_percentage_and_the_verdict_is_told(run: RunRecord) -> None:
    text = printed(run, 300)
    assert line(text, "Beside the") == "Beside the percentage home page 87.50 %, elements/1 75.00 %"
    mobile = MobileMeasure(verdict="MOBILE_FRIENDLY", strict_verdict="NOT_MOBILE_FRIENDLY", confirmed=True)
    assert measure_wording.mobile_reasons(mobile) == "strictly: ✗ not mobile-friendly"
    same = msgspec.structs.replace(mobile, strict_verdict="MOBILE_FRIENDLY")
    assert measure_wording.mobile_reasons(same) == ""
    wcag = run.sites[0].judgement.wcag
    assert wcag is not None
    assert measure_wording.beside(msgspec.structs.replace(wcag, scope="homepage")) == "elements/1 75.00 %"


def test_findings_of_other_checks_are_told_by_rule(run: RunRecord) -> None:
    site = run.sites[0]
    cut = Finding(
        rule="text-cut-at-200-percent",
        outcome=Outcome.FAILED,
        page_url="https://a.lv/",
        message="It is cut",
    )
    other = msgspec.structs.replace(cut, page_url="https://a.lv/b")
    found = {
        **site.judgement.findings,
        "zoomed_text": (cut, other),
        "second_engine": samples.second_findings(),
    }
    judged = msgspec.structs.replace(site.judgement, findings=found)
    text = printed(
        msgspec.structs.replace(run, sites=(msgspec.structs.replace(site, judgement=judged),)), 300
    )
    assert line(text, "Also: text-cut") == "Also: text-cut-at-200-percent ✗ failed on 2 pages It is cut"
    assert line(text, "Also: ibm:") == "Also: ibm:untested · not tested on 1 page no result"
    assert text.count("Also: ") == 2


def test_rules_are_told_in_the_language_spoken(run: RunRecord) -> None:
    assert "Images must have alternative text" in printed(run)
    with speaking(Language.LV):
        told = printed(run)
    assert "Images must have alternative text" not in told
    assert "Attēlam nav teksta" in line(told, "✗ image-alt")


def test_failures_of_site_and_of_ours_are_told_apart(run: RunRecord) -> None:
    text = printed(run, 300)
    assert "no percentage · band 4 · 0 points" in text
    assert "not measured; costs no points" in text
    assert "check its spelling and its DNS records" in text


def test_a_hostile_title_is_printed_as_text(run: RunRecord) -> None:
    text = printed(run, terminal=True)
    shown = re.sub(r"\x1b\[[0-9;]*m", "", text)
    assert "[red]Padome[/red] <b>A&B</b> txt.exe" in shown
    assert "\x1b" not in shown
    assert "owned" not in shown
    assert "\u202e" not in shown


def test_no_colour_codes_go_where_there_is_no_terminal(run: RunRecord) -> None:
    assert "\x1b" not in printed(run)


@pytest.mark.parametrize("width", [20, 40, 80, 200])
def test_no_line_is_wider_than_the_terminal(run: RunRecord, width: int) -> None:
    assert max(map(len, printed(run, width).splitlines())) <= width


def test_one_site_needs_no_overview(run: RunRecord) -> None:
    alone = msgspec.structs.replace(run, sites=run.sites[:1])
    assert "Overview" not in printed(alone)
    assert "Overview: Pilot" in printed(run)


def test_a_run_without_sites_can_be_shown(run: RunRecord) -> None:
    assert run.id in printed(msgspec.structs.replace(run, sites=()))


def test_runs_are_listed(store: Store, run: RunRecord) -> None:
    file = io.StringIO()
    Console(width=120, file=file).print(runs_table(store.runs()))
    assert run.id in file.getvalue()
    assert "2017-11-21 09:00" in file.getvalue()


def test_a_run_says_by_what_it_was_judged_and_which_judgement_it_shows(run: RunRecord) -> None:
    assert "Judged by criteria-met/1 for wcag20-aa, axe-core 4.14.1." in printed(run, 300)
    assert "This is judgement" not in printed(run)
    again = msgspec.structs.replace(run, judgement=msgspec.structs.replace(run.judgement, number=2, of=3))
    assert "This is judgement 2 of 3." in printed(again, 300)
    assert "This is judgement 2 of 3." in html_report(again)
