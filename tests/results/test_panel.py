from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import openpyxl
import pytest
import typer
from hypothesis import given
from hypothesis import strategies as st

from checks.finding import Answer, Outcome
from results.document import to_json
from results.exports.earl import write_earl
from results.exports.facts import RunFacts
from results.exports.json_file import write_json
from results.exports.workbook import write_workbook
from results.language import Language, speaking
from results.panel.agreement import agreement, kappa
from results.panel.commands import import_
from results.panel.decisions import Automatic, Decision, Source, Verdict, final
from results.panel.errors import ReviewFileError, ReviewRowsError
from results.panel.store import Added, add_decisions, load_decisions, load_history
from results.panel.workbook import Review, read_review
from results.store import Store
from tests.results.exported import facts, store_with
from tests.results.test_document import VALIDATOR

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
DECISION, VALUE, REASON, KEY = 11, 12, 13, 15


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = store_with(tmp_path, ())
    yield opened
    opened.close()


def exported(store: Store, path: Path, language: Language = Language.EN) -> Path:
    with speaking(language):
        write_workbook(facts(store), path)
    return path


def fill(path: Path, said: dict[tuple[str, int], dict[int, Any]], sheet: str = "Review") -> Path:
    """Writes into the rows of a code and a position what stands under the column numbers."""
    book = openpyxl.load_workbook(path)
    for row in book[sheet].iter_rows(min_row=2):
        for column, value in said.get((row[KEY + 2].value, int(row[KEY + 1].value)), {}).items():
            row[column - 1].value = value
    book.save(path)
    return path


def read(store: Store, path: Path, expert: str = "Anna") -> Review:
    return read_review(path, store.engine, expert=expert, now=NOW)


def imported(store: Store, path: Path, expert: str = "Anna") -> Added:
    review = read(store, path, expert)
    return add_decisions(store.engine, review.run_id, review.decisions)


SAID: dict[tuple[str, int], dict[int, Any]] = {
    ("M08_7", 0): {DECISION: "confirm"},
    ("M05", 0): {DECISION: "overrule", VALUE: "1 Ir", REASON: "the menu has them"},
    ("K11M_FB", 0): {DECISION: "leave open", REASON: "ask again"},
    ("K11M_FB_5", 0): {VALUE: "2 nē"},
    ("K11M_FB_4", 0): {VALUE: "pēc 3 stundām"},
    ("K11M_TW_2", 0): {DECISION: "overrule", VALUE: datetime(2017, 11, 19), REASON: "newer"},  # noqa: DTZ001 - Excel's dates have no zone
}
HELD = {"M08_7": 1, "M05": 1, "K11M_FB_5": 2, "K11M_FB_4": "pēc 3 stundām", "K11M_TW_2": "2017-11-19"}


def values(store: Store) -> dict[str, Any]:
    (_, cells), *_others = RunFacts(store, store.find_run()).sites()
    return {code: cell.final.value for code, cell in cells.items() if cell.final.source is Source.EXPERT}


def test_a_filled_review_comes_back_and_is_shown_beside_the_automatic_answers(
    store: Store, tmp_path: Path
) -> None:
    path = fill(exported(store, tmp_path / "review.xlsx"), SAID)
    assert imported(store, path) == Added(new=6, changed=0, same=0)
    assert values(store) == HELD
    again = openpyxl.load_workbook(exported(store, tmp_path / "again.xlsx"))
    row = dict(zip([one.value for one in again["Answers"][1]], again["Answers"][3], strict=True))
    told = [row[name].value for name in ("M05", "M05 automatic", "M05 who decided")]
    assert told == ["1 Ir", "2 Nav", "Anna"]
    before = {row[13].value for row in again["Review"].iter_rows() if row[0].value == "M05"}
    assert "Anna overrule 1 Ir the menu has them" in before


def test_the_same_review_imported_again_changes_nothing(store: Store, tmp_path: Path) -> None:
    path = fill(exported(store, tmp_path / "review.xlsx"), SAID)
    imported(store, path)
    assert imported(store, path) == Added(new=0, changed=0, same=6)
    assert len(load_history(store.engine, store.find_run())) == 6


def test_a_change_of_mind_keeps_what_was_said_before(store: Store, tmp_path: Path) -> None:
    path = fill(exported(store, tmp_path / "review.xlsx"), {("M05", 0): SAID["M05", 0]})
    imported(store, path)
    fill(path, {("M05", 0): {DECISION: "confirm", VALUE: None}})
    assert imported(store, path) == Added(new=0, changed=1, same=0)
    assert [one.value for one in load_history(store.engine, store.find_run())] == [1, 2]
    assert values(store) == {"M05": 2}


def test_two_experts_who_disagree_leave_the_answer_open(store: Store, tmp_path: Path) -> None:
    one = fill(exported(store, tmp_path / "one.xlsx"), {("M05", 0): SAID["M05", 0]})
    other = fill(exported(store, tmp_path / "other.xlsx"), {("M05", 0): {DECISION: "confirm"}})
    imported(store, one)
    imported(store, other, "Bruno")
    (_, cells), *_others = RunFacts(store, store.find_run()).sites()
    assert (cells["M05"].final.source, cells["M05"].final.value) == (Source.CONFLICT, None)
    assert cells["M05"].final.experts == ("Anna", "Bruno")


@pytest.mark.parametrize(
    ("code", "said", "cell"),
    [
        ("M05", {DECISION: "overrule", VALUE: "1 Ir"}, "M"),
        ("M05", {DECISION: "overrule", REASON: "seen"}, "L"),
        ("M05", {DECISION: "overrule", VALUE: "7 x", REASON: "seen"}, "L"),
        ("M05", {DECISION: "maybe"}, "K"),
        ("M05", {REASON: "seen"}, "K"),
        ("M05", {DECISION: "confirm", VALUE: "1 Ir"}, "L"),
        ("K11M_FB", {DECISION: "confirm"}, "K"),
        ("K11M_TW_2", {DECISION: "overrule", VALUE: "vakar", REASON: "seen"}, "L"),
        ("M05", {DECISION: "overrule", VALUE: "1 Nav", REASON: "seen"}, "L"),
        ("M05", {DECISION: "confirm", KEY + 2: "77"}, "O"),
        ("M05", {DECISION: "confirm", KEY + 2: "1"}, "Q"),
        ("M05", {DECISION: "confirm", 1: "M06_1"}, "Q"),
    ],
)
def test_a_wrong_row_is_named_by_its_cell_and_nothing_is_imported(
    store: Store, tmp_path: Path, code: str, said: dict[int, Any], cell: str
) -> None:
    path = exported(store, tmp_path / "review.xlsx")
    sheet = openpyxl.load_workbook(path)["Review"]
    number = next(row[0].row for row in sheet.iter_rows() if row[0].value == code and row[2].value == 1)
    fill(path, {("M08_7", 0): {DECISION: "confirm"}, (code, 0): said})
    with pytest.raises(ReviewRowsError) as caught:
        read(store, path)
    (problem,) = caught.value.problems
    assert problem.startswith(f"review.xlsx:Review!{cell}{number}: ")
    assert not load_decisions(store.engine, store.find_run())


def test_every_wrong_row_has_a_line_of_its_own(
    store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = exported(store, tmp_path / "review.xlsx")
    fill(path, {("M08_7", number): {DECISION: "perhaps"} for number in range(2)})
    url = store.engine.url.render_as_string(hide_password=False)
    with pytest.raises(typer.Exit) as ended:
        import_(path, "Anna", url)
    assert ended.value.exit_code == 2
    lines = capsys.readouterr().err.splitlines()
    assert [line.startswith("review.xlsx:Review!") for line in lines] == [True, True, False]
    assert lines[-1] == ReviewRowsError.remedy


def test_a_file_that_is_not_there_is_told_in_the_language_spoken(store: Store, tmp_path: Path) -> None:
    with speaking(Language.LV), pytest.raises(ReviewFileError, match="tāda faila vai mapes nav"):
        read(store, tmp_path / "none.xlsx")


def test_sorted_and_deleted_rows_are_read_all_the_same(store: Store, tmp_path: Path) -> None:
    path = fill(exported(store, tmp_path / "review.xlsx"), SAID)
    book = openpyxl.load_workbook(path)
    sheet = book["Review"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
    sheet.delete_rows(2, sheet.max_row)
    for row in sorted((row for row in rows if row[2] == 1), key=lambda row: str(row[1]), reverse=True):
        sheet.append(row)
    book.save(path)
    imported(store, path)
    assert values(store) == HELD


def test_what_a_filter_sorts_takes_the_keys_along(store: Store, tmp_path: Path) -> None:
    sheet = openpyxl.load_workbook(exported(store, tmp_path / "review.xlsx"))["Review"]
    assert sheet.auto_filter.ref == sheet.dimensions


def test_columns_that_were_sorted_without_the_others_are_noticed(store: Store, tmp_path: Path) -> None:
    path = fill(exported(store, tmp_path / "review.xlsx"), {("M05", 0): {DECISION: "confirm"}})
    book = openpyxl.load_workbook(path)
    shown = [[cell.value for cell in row[:14]] for row in book["Review"].iter_rows(min_row=2)]
    for number, cells in enumerate(reversed(shown), 2):
        for column, value in enumerate(cells, 1):
            book["Review"].cell(number, column, value)
    book.save(path)
    with pytest.raises(ReviewRowsError, match="undo the sorting"):
        read(store, path)


def test_a_latvian_review_is_read_whatever_language_is_spoken(store: Store, tmp_path: Path) -> None:
    path = exported(store, tmp_path / "lv.xlsx", Language.LV)
    book = openpyxl.load_workbook(path)
    assert not {"Answers", "Review", "Not evaluated", "Codebook", "Method"} & set(book.sheetnames)
    with speaking(Language.LV):
        from results.exports.review import VERDICT_WORDS
        from results.language import _

        word = _(VERDICT_WORDS[Verdict.CONFIRM])
    assert word != "confirm"
    fill(path, {("M08_7", 0): {DECISION: word}}, book.sheetnames[1])
    imported(store, path)
    assert values(store) == {"M08_7": 1}


@pytest.mark.parametrize("damage", [b"", b"PK\x03\x04 not a zip", b"<html></html>"])
def test_a_file_that_is_no_workbook_is_said_to_be_none(store: Store, tmp_path: Path, damage: bytes) -> None:
    path = tmp_path / "x.xlsx"
    path.write_bytes(damage)
    with pytest.raises(ReviewFileError):
        read(store, path)


def test_an_untouched_review_says_that_nothing_was_decided(store: Store, tmp_path: Path) -> None:
    with pytest.raises(ReviewFileError, match="no row that was decided"):
        read(store, exported(store, tmp_path / "review.xlsx"))


PAIRS = st.lists(st.tuples(st.integers(1, 3), st.integers(1, 3)))


@given(PAIRS)
def test_kappa_is_what_the_formula_says(pairs: list[tuple[int, int]]) -> None:
    total = len(pairs)
    found = kappa(pairs)
    if not total:
        assert found is None
        return
    table = Counter(pairs)
    observed = sum(table[value, value] for value in (1, 2, 3)) / total
    expected = sum(
        sum(table[value, other] for other in (1, 2, 3))
        * sum(table[other, value] for other in (1, 2, 3))
        / total**2
        for value in (1, 2, 3)
    )
    if abs(expected - 1) < 1e-12:
        assert found is None
    else:
        assert found == pytest.approx((observed - expected) / (1 - expected))


def decision(expert: str, verdict: Verdict, value: int | None, automatic: int | None = 2) -> Decision:
    told = Automatic(value=automatic, outcome="failed", confidence=0.5, judgement=1)
    return Decision(
        position=0,
        code="M05",
        expert=expert,
        verdict=verdict,
        value=value,
        reason="",
        automatic=told,
        source="",
        decided_at=NOW,
    )


def test_the_json_document_has_the_value_that_holds_and_every_word_on_it(
    store: Store, tmp_path: Path
) -> None:
    run = store.find_run()
    said = [decision("Anna", Verdict.OVERRULE, 1), decision("Bruno", Verdict.CONFIRM, 2)]
    only = msgspec.structs.replace(said[0], code="K11M_FB_5", value=2)
    left = msgspec.structs.replace(said[0], code="M08_7", verdict=Verdict.OPEN, value=None)
    add_decisions(store.engine, run, [*said, only, left])
    found = json.loads(to_json(store.load_run(run)))
    VALIDATOR.validate(found)
    write_json(RunFacts(store, run), store, tmp_path / "run.json")
    assert json.loads((tmp_path / "run.json").read_bytes()) == found
    site, other = found["sites"]
    assert (other["decisions"], site["answers"]["M05"]["value"]) == ([], 2)
    held = {code: (one["value"], one["source"], one["experts"]) for code, one in site["final"].items()}
    assert held["M05"] == (None, "conflict", ["Anna", "Bruno"])
    assert held["K11M_FB_5"] == (2, "expert", ["Anna"])
    assert (held["M08_7"], held["K11M_FB"]) == ((1, "automatic", []), (None, "none", []))
    assert set(held) == {*site["answers"], "K11M_FB_5"}
    assert site["final"]["M08_7"]["label"] == site["answers"]["M08_7"]["label"]
    told = [(one["code"], one["expert"], one["verdict"], one["label"]) for one in site["decisions"]]
    assert told[1:] == [
        ("M05", "Anna", "overrule", "Ir"),
        ("M05", "Bruno", "confirm", "Nav"),
        ("M08_7", "Anna", "open", ""),
    ]
    assert site["decisions"][1]["automatic"] == {
        "value": 2,
        "outcome": "failed",
        "confidence": 0.5,
        "judgement": 1,
    }


DECISIONS = st.lists(
    st.builds(
        decision,
        st.sampled_from("abc"),
        st.sampled_from(Verdict),
        st.one_of(st.none(), st.integers(1, 2)),
        st.one_of(st.none(), st.integers(1, 2)),
    ),
    unique_by=lambda one: one.expert,
)


@given(DECISIONS, st.one_of(st.none(), st.integers(1, 2)))
def test_experts_hold_over_the_automatic_answer_and_no_one_over_another(
    decisions: list[Decision], value: int | None
) -> None:
    answer = Answer(code="M05", outcome=Outcome.FAILED, value=value)
    held = final(answer, decisions)
    assert held == final(answer, reversed(decisions))
    said = {one.value for one in decisions if one.verdict is not Verdict.OPEN}
    if not said:
        assert held.value == value
        assert held.source is (Source.NONE if value is None else Source.AUTOMATIC)
    elif len(said) == 1:
        assert (held.value, held.source) == (said.pop(), Source.EXPERT)
    else:
        assert (held.value, held.source) == (None, Source.CONFLICT)


@given(DECISIONS)
def test_agreement_counts_only_values_that_both_gave(decisions: list[Decision]) -> None:
    given_ = [one for one in decisions if one.verdict is not Verdict.OPEN and one.value is not None]
    told = agreement(decisions)
    assert sum(one.decided for one in told) == len(given_)
    assert sum(one.agreed for one in told) == sum(one.value == one.automatic.value for one in given_)


def test_earl_says_what_the_tool_said_whatever_an_expert_decided(store: Store, tmp_path: Path) -> None:
    run = store.find_run()
    add_decisions(store.engine, run, [decision("Anna", Verdict.OVERRULE, 1)])
    write_earl(RunFacts(store, run), tmp_path / "run.json")
    (told,) = (
        node["result"]
        for node in json.loads((tmp_path / "run.json").read_bytes())["@graph"]
        if (node.get("test", {}).get("@id"), node.get("subject"))
        == ("urn:eindekss:code:M05", "urn:eindekss:site:0")
    )
    assert (told["outcome"], told["description"]) == ("earl:failed", "M05 = 2. no link was found")
