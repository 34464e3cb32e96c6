from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks import questionnaire
from checks.errors import InvalidQuestionnaireError, UnknownCodeError
from checks.finding import Outcome
from checks.questionnaire import By, Kind


def test_every_code_of_the_study_is_there_in_the_annexs_order() -> None:
    wanted = (
        "F13M M08_1 M08_2 M08_3 M08_4 M08_5 M08_6 M08_7 M08_8 M05 M06_1 M06_2 M06_3 M07_1 M07_2 M07_3 M07_4"
        " M07_5 M07_6 M07_99 M07_NOTES M09 M11 M12 M13_1 M13_2 M13_3 F32 M16J M17J M17J_NOTES K11M_FB"
        " K11M_FB_1 K11M_FB_2 K11M_FB_3 K11M_FB_4 K11M_FB_5 K11M_TW K11M_TW_1 K11M_TW_2 K11m_TW_3"
    )
    assert tuple(wanted.split()) == questionnaire.CODES


@pytest.mark.parametrize(
    ("code", "value", "wording"),
    [
        ("M16J", 1, "Visaugstākā atbilstība [>95%]"),
        ("M16J", 4, "Zema atbilstība [zem 70% vai nav iespējams novērtēt]"),
        ("M16J", None, "Tīmekļvietnes atbilstība W3C izstrādātā WCAG 2.0. standarta AA līmenim:"),
        ("M17J", 2, "neatbilst"),
        ("M05", 1, "Ir"),
        ("K11M_FB", 1, "ir"),
        ("K11m_TW_3", 1, "Jā"),
        ("K11m_TW_3", 2, "nē"),
        ("M08_7", 1, "Meklētājs tīmekļvietnes ietvaros"),
        ("M08_7", 0, "Meklētājs tīmekļvietnes ietvaros"),
        ("M07_99", 1, "Cits (lūdzu, ierakstiet)"),
        ("K11M_TW_2", "2017-11-21", "Profila aktivitāte: Kad bija pēdējais ieraksts?"),
        ("search.kind", "own", ""),
    ],
)
def test_labels_are_the_studys_wording(code: str, value: int | str | None, wording: str) -> None:
    assert questionnaire.label(code, value) == wording


def test_wording_is_joined_where_the_annexs_page_breaks_it() -> None:
    wording = [
        text
        for entry in questionnaire.entries().values()
        for text in (entry.question, entry.item, *entry.answers.values())
    ]
    assert not [text for text in wording if "\n" in text or "  " in text or text != text.strip()]
    assert questionnaire.label("M06_3").endswith(
        "pieejami dokumenti vai informācija ( vai saites uz tiem), ir skaidrs, kur, kā un kādā veidā "
        "jāsniedz informācija (komentārus utt)"
    )


@pytest.mark.parametrize(("band", "points"), [(1, 20), (2, 10), (3, 5), (4, 0), (None, None)])
def test_only_m16j_carries_points(band: int | None, points: int | None) -> None:
    assert questionnaire.points("M16J", band) == points
    assert questionnaire.points("M17J", 1) is None
    assert questionnaire.points("search.kind", 1) is None


@pytest.mark.parametrize(
    ("code", "value", "outcome"),
    [
        ("M16J", 1, Outcome.PASSED),
        ("M16J", 2, Outcome.FAILED),
        ("M17J", 1, Outcome.PASSED),
        ("K11M_FB_3", 1, Outcome.FAILED),
        ("K11M_FB_3", 2, Outcome.PASSED),
        ("M09", 2, Outcome.PASSED),
        ("M09", 3, Outcome.FAILED),
        ("M08_7", 0, Outcome.FAILED),
        ("M17J_NOTES", "Teksts ir pārāk mazs.", Outcome.FAILED),
        ("K11M_FB_1", "https://www.facebook.com/x", Outcome.PASSED),
    ],
)
def test_a_table_says_which_way_each_value_counts(code: str, value: int | str, outcome: Outcome) -> None:
    assert questionnaire.outcome(code, value) is outcome
    assert questionnaire.favourable(code, value) is (outcome is Outcome.PASSED)


def test_conditions_and_who_answers_follow_the_annex() -> None:
    assert [(c.code, c.value) for c in questionnaire.entry("M17J_NOTES").only_if] == [("M17J", 2)]
    assert [(c.code, c.value) for c in questionnaire.entry("F32").only_if] == [("M13_1", 1), ("M13_2", 1)]
    assert questionnaire.entry("K11m_TW_3").only_if[0].code == "K11M_TW"
    assert questionnaire.entry("K11M_FB_5").by is By.HUMAN
    assert questionnaire.entry("M07_99").kind is Kind.ITEM


@given(st.sampled_from(questionnaire.CODES), st.one_of(st.none(), st.integers(-2, 120), st.text()))
def test_any_allowed_value_has_an_outcome_and_a_label(code: str, value: int | str | None) -> None:
    if value is not None and questionnaire.entry(code).allows(value):
        assert questionnaire.outcome(code, value) in (Outcome.PASSED, Outcome.FAILED)
        assert questionnaire.label(code, value)


@pytest.mark.parametrize(
    ("code", "value"), [("M08_7", 2), ("M08_7", True), ("M17J", "1"), ("M17J", 3), ("F32", "")]
)
def test_values_of_the_wrong_kind_are_not_allowed(code: str, value: int | str) -> None:
    assert not questionnaire.entry(code).allows(value)


def test_unknown_codes_are_an_error() -> None:
    with pytest.raises(UnknownCodeError, match="m17j"):
        questionnaire.label("m17j")


CHOICE = '[[question]]\ncode = "A"\nkind = "choice"\nby = "expert"\nquestion = "?"\nanswers = { 1 = "ir" }\n'


@pytest.mark.parametrize(
    "table",
    [
        CHOICE,
        CHOICE + "favourable = [2]\n",
        CHOICE + "favourable = [1]\npoints = { 2 = 5 }\n",
        CHOICE + "favourable = [1]\n" + CHOICE + "favourable = [1]\n",
        CHOICE + 'favourable = [1]\nonly_if = [{ code = "B", value = 1 }]\n',
        CHOICE + "favourable = [1]\nfavorable = [1]\n",
        CHOICE.replace("choice", "chioce"),
        "[[question]",
    ],
)
def test_a_table_that_contradicts_itself_is_refused(table: str) -> None:
    with pytest.raises(InvalidQuestionnaireError):
        questionnaire.load(table)


def test_codes_sort_as_the_annex_has_them_and_ours_behind() -> None:
    codes = ["search.kind", "M17J", "F13M", "contact.phone"]
    assert sorted(codes, key=questionnaire.position) == ["F13M", "M17J", "contact.phone", "search.kind"]
