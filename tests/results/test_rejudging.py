"""The commands that read stored evidence only: rescore and explain."""

from __future__ import annotations

import io
from decimal import Decimal
from pathlib import Path

import pytest
import typer
from msgspec.structs import replace
from rich.console import Console
from typer.testing import CliRunner

from checks import terms
from checks.accessibility import formulas
from checks.accessibility.comparable import why_not_comparable
from checks.accessibility.criteria import PageCriterion, RuleCount
from checks.accessibility.explain import Explanation, PageExplanation
from checks.check import JudgementSettings
from checks.finding import Bounds
from checks.judge import judge
from crawler.evidence import (
    HOME,
    AuditSettings,
    AxeElement,
    AxeNode,
    AxeResult,
    AxeRule,
    Institution,
    Page,
    Site,
)
from results import rejudging
from results.language import Language, speaking
from results.rejudging import comparison
from results.store import Store
from tests.results import samples

URL = "https://one.example/"
APP = typer.Typer()
rejudging.mount(APP)


def rule(name: str, tag: str, *, passed: tuple[int, ...] = (), failed: tuple[int, ...] = ()) -> AxeRule:
    return AxeRule(id=name, tags=("wcag2a", tag), passed=passed, failed=tuple(AxeNode(one) for one in failed))


def site() -> Site:
    """Four criteria, one of them failed by one of two elements: 75 % by criteria, 87.5 % by elements."""
    rules = (
        rule("document-title", "wcag242", passed=(0,)),
        rule("html-has-lang", "wcag311", passed=(0,)),
        rule("image-alt", "wcag111", passed=(1,), failed=(2,)),
        rule("link-name", "wcag244", passed=(3,)),
    )
    elements = tuple(AxeElement(f"html > :nth-child({number})") for number in range(4))
    page = Page(
        url=URL,
        final_url=URL,
        captured_at=samples.STARTED.isoformat(),
        roles=(HOME,),
        status=200,
        content_type="text/html",
        text_length=1000,
        axe=AxeResult(version="4.14.1", tags=("wcag2a",), elements=elements, rules=rules),
    )
    return Site(
        institution=Institution(url=URL),
        settings=AuditSettings(seed=1),
        started_at=samples.STARTED.isoformat(),
        captured_at=samples.FINISHED.isoformat(),
        pages=(page,),
    )


@pytest.fixture
def database(tmp_path: Path) -> str:
    return filled(f"sqlite:///{tmp_path}/runs.sqlite3", tmp_path)


def filled(url: str, folder: Path) -> str:
    """The database, with one judged run; its evidence lies in the folder."""
    store = Store.open(url, evidence=folder / "evidence")
    store.begin_run(
        "run-1",
        name="wave",
        settings=samples.SETTINGS,
        versions=samples.VERSIONS,
        judged_by=samples.JUDGED_BY,
        started_at=samples.STARTED,
    )
    store.save_site("run-1", 0, site(), judge(site(), terms=terms.hash()))
    store.close()
    return url


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(APP, arguments, env={"COLUMNS": "200"})
    return result.exit_code, result.output


def test_rescoring_shows_both_judgements_and_keeps_the_old_one(database: str) -> None:
    code, said = run("rescore", "wave", "--formula", "sc-mean/1", "--db", database)

    assert code == 0
    assert "75.00 % · band 3" in said
    assert "87.50 % · band 2" in said
    assert "Percentages are not comparable: formula criteria-met/1 against sc-mean/1." in said
    assert "judgement 2 of 2" in said
    store = Store.open(database)
    shown = store.load_run("run-1")
    first = store.load_run("run-1", judgement_id=1)
    store.close()
    assert shown.judgement.settings == JudgementSettings(formula="sc-mean/1")
    assert first.sites[0].judgement.wcag is not None
    assert first.sites[0].judgement.wcag.percent == 75.0


def test_rescoring_on_postgresql(postgresql: str, tmp_path: Path) -> None:
    code, said = run("rescore", "wave", "--formula", "sc-mean/1", "--db", filled(postgresql, tmp_path))

    assert code == 0
    assert "75.00 % · band 3" in said
    assert "87.50 % · band 2" in said
    store = Store.open(postgresql, create=False)
    before, after = store.load_run("run-1", judgement_id=1), store.load_run("run-1")
    store.close()
    assert (before.judgement.number, after.judgement.number, after.judgement.of) == (1, 2, 2)


def test_rescoring_by_the_same_rules_gives_the_same_answers(database: str) -> None:
    _, said = run("rescore", "wave", "--db", database)
    store = Store.open(database)
    before, after = store.load_run("run-1", judgement_id=1), store.load_run("run-1")
    store.close()

    assert before.sites[0].judgement == after.sites[0].judgement
    assert after.judgement.of == 2
    assert why_not_comparable(before.basis, after.basis) == ""
    assert comparison(before, after) in " ".join(said.split())


def test_what_is_not_chosen_stays_as_in_the_judgement_shown(database: str) -> None:
    run("rescore", "wave", "--formula", "sc-mean/1", "--db", database)
    run("rescore", "wave", "--target", "wcag21-aa", "--db", database)
    store = Store.open(database)
    shown = store.load_run("run-1")
    store.close()

    assert shown.judgement.settings == JudgementSettings(formula="sc-mean/1", target="wcag21-aa")
    _, said = run("explain", "wave", URL, "--formula", "criteria-met/1", "--db", database)
    assert "The run shows judgement 3 (sc-mean/1, wcag21-aa): not comparable" in said


def test_how_old_news_may_be_is_judged_again_without_the_network(database: str) -> None:
    code, said = run("rescore", "wave", "--news-days", "30", "--db", database)
    store = Store.open(database)
    before, after = store.load_run("run-1", judgement_id=1), store.load_run("run-1")
    store.close()

    assert code == 0
    assert (before.judgement.settings.news_days, after.judgement.settings.news_days) == (14, 30)
    assert "news of 14 against 30 days" in " ".join(said.split())


def test_explaining_names_the_failed_criterion_and_what_mending_it_gains(database: str) -> None:
    code, said = run("explain", "wave", URL, "--db", database)

    assert code == 0
    assert "1.1.1: 1, image-alt" in said
    assert "+25.00" in said
    assert "100.00 %" in said
    assert (
        "band 3, 5 points. Band 2 (10 points) begins at 85.00 %: 10.00 percentage points are missing." in said
    )


def test_each_failed_criterion_of_a_page_has_a_line_of_its_own() -> None:
    counts = [(sc, f"rule-{sc}") for sc in ("1.1.1", "2.4.4")]
    page = PageExplanation(
        url=URL,
        carries_score=True,
        percent=Decimal("50.00"),
        criteria=tuple(PageCriterion(sc=sc, failed=1) for sc, _ in counts),
        rules=tuple(RuleCount(name, (sc,), 0, 1, 0) for sc, name in counts),
    )
    explanation = Explanation(
        formula="criteria-met/1", target="wcag20-aa", percent=Decimal("50.00"), band=4, pages=(page,)
    )
    lines = [line for line in shown(explanation).splitlines() if "rule-" in line]
    assert [("1.1.1: 1, rule-1.1.1" in line, "2.4.4: 1, rule-2.4.4" in line) for line in lines] == [
        (True, False),
        (False, True),
    ]


def test_explaining_is_in_the_language_spoken() -> None:
    page = PageExplanation(url=URL, carries_score=True, percent=Decimal("50.25"))
    few = replace(page, carries_score=False, percent=None)
    explanation = Explanation(
        formula="criteria-met/1",
        target="wcag20-aa",
        percent=Decimal("50.25"),
        band=4,
        pages=(page, few),
    )
    with speaking(Language.LV):
        said = shown(explanation)
    assert "50,25 *" in said
    for foreign in ("50.25", "None", formulas.formula("criteria-met/1").title):
        assert foreign not in said


def test_explaining_says_where_the_band_is_uncertain() -> None:
    doubtful = Explanation(
        formula="criteria-met/1",
        target="wcag20-aa",
        percent=Decimal("100.00"),
        band=1,
        bounds=Bounds(
            lower=85.71, upper=100, interval_low=97, interval_high=100, uncertain=True, other_band=2
        ),
        pages=(),
    )
    said = shown(doubtful)
    assert (
        "Uncertain, it may be band 2 (open items 85.71 to 100.00 %, 95 % interval 97.00 to 100.00 %)." in said
    )
    unconfirmed = Bounds(lower=100, upper=100, uncertain=True, other_band=4)
    assert "Uncertain, it may be band 4. There" in shown(replace(doubtful, bounds=unconfirmed))
    assert "Uncertain" not in shown(replace(doubtful, bounds=Bounds(lower=99, upper=100)))


def shown(explanation: Explanation) -> str:
    file = io.StringIO()
    Console(width=300, file=file).print(rejudging.explanation_view(explanation, URL))
    return file.getvalue()


def test_a_site_that_is_not_in_the_run_is_told_with_the_remedy(database: str) -> None:
    code, said = run("explain", "wave", "https://other.example/", "--db", database)
    assert code == 2
    assert "has no site https://other.example/." in said
    assert "as `eindekss show RUN` lists it" in said


@pytest.mark.parametrize(
    "arguments",
    [
        ("rescore", "wave", "--formula", "sc-mean/9"),
        ("rescore", "wave", "--target", "wcag30"),
        ("rescore", "another"),
        ("explain", "wave", "https://other.example/"),
    ],
)
def test_what_is_not_there_is_a_usage_error(database: str, arguments: tuple[str, ...]) -> None:
    assert run(*arguments, "--db", database)[0] == 2


@pytest.mark.parametrize(
    ("option", "choices"),
    [
        ("--formula", ("criteria-met/1", "sc-mean/1", "pooled-nodes/1")),
        ("--target", ("wcag20-aa", "en301549")),
    ],
)
def test_a_wrong_name_is_told_with_the_choices(database: str, option: str, choices: tuple[str, ...]) -> None:
    _, said = run("rescore", "wave", option, "nonsense", "--db", database)
    assert all(choice in said for choice in ("nonsense", *choices))
