"""What became of answers between two runs."""

from __future__ import annotations

import csv
import io
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from rich.console import Console

from checks.finding import Answer, Outcome
from checks.judge import Changes, ChangeState
from crawler.evidence import Institution
from results.answer_changes import DIFFERENT, AnswerChange, Verdict, answer_changes
from results.comparison_view import COLUMNS, text_views, to_csv, to_json
from results.matching import matched, website
from results.percentages import PERCENT
from tests.results import comparing
from tests.results.comparing import CODES, answer, compare, site, tally, wcag

BEFORE, AFTER = comparing.run("one"), comparing.run("two", days=90)
PAIRS = st.lists(st.sampled_from(CODES), min_size=1, max_size=4, unique=True).flatmap(
    lambda codes: st.tuples(*(st.tuples(comparing.answers(code), comparing.answers(code)) for code in codes))
)
MIRRORED = {Verdict.IMPROVED: Verdict.WORSE, Verdict.WORSE: Verdict.IMPROVED}


def changes(*pairs: tuple[Answer, Answer]) -> dict[str, AnswerChange]:
    found = answer_changes(
        site(*(one for one, _ in pairs)), BEFORE.basis, site(*(two for _, two in pairs)), AFTER.basis
    )
    return {one.code: one for one in found}


@given(pairs=PAIRS)
@settings(max_examples=150, deadline=None)
def test_the_other_way_round_better_is_worse(pairs: tuple[tuple[Answer, Answer], ...]) -> None:
    there = changes(*pairs)
    back = changes(*((two, one) for one, two in pairs))
    for code, change in there.items():
        assert back[code].verdict is MIRRORED.get(change.verdict, change.verdict)


@given(pairs=PAIRS)
@settings(max_examples=150, deadline=None)
def test_what_was_not_given_is_never_a_change(pairs: tuple[tuple[Answer, Answer], ...]) -> None:
    for one, two in pairs:
        change = changes((one, two))[one.code]
        if one.value is None or two.value is None:
            assert change.verdict not in DIFFERENT
            assert change.reason or one.outcome is two.outcome is Outcome.INAPPLICABLE
        elif one.value == two.value:
            assert change.verdict is Verdict.UNCHANGED


_BOUND = st.floats(0, 100).map(lambda percent: round(percent, 2))


@given(st.tuples(_BOUND, _BOUND, _BOUND), st.tuples(_BOUND, _BOUND, _BOUND))
@settings(max_examples=150, deadline=None)
def test_percentages_differ_only_beyond_their_error(
    one: tuple[float, float, float], two: tuple[float, float, float]
) -> None:
    (low, percent, high), (other_low, other, other_high) = sorted(one), sorted(two)
    before = site(answer("M16J", 4), measure=wcag(percent, low, high))
    after = site(answer("M16J", 1), measure=wcag(other, other_low, other_high))
    there = {one.code: one for one in answer_changes(before, BEFORE.basis, after, AFTER.basis)}
    back = {one.code: one for one in answer_changes(after, AFTER.basis, before, BEFORE.basis)}
    apart = low > other_high or other_low > high
    assert (there[PERCENT].verdict in DIFFERENT) is apart
    assert back[PERCENT].verdict is MIRRORED.get(there[PERCENT].verdict, there[PERCENT].verdict)
    assert there["M16J"].verdict is (Verdict.IMPROVED if apart else Verdict.UNCHANGED)
    if not apart and percent != other:
        assert there["M16J"].reason.startswith("band 4 to 1, within error")


@pytest.mark.parametrize(
    ("code", "before", "after", "verdict"),
    [
        ("M05", 2, 1, Verdict.IMPROVED),
        ("M08_7", 1, 0, Verdict.WORSE),
        ("K11M_FB_3", 1, 2, Verdict.IMPROVED),
        ("M16J", 3, 2, Verdict.IMPROVED),
        ("K11M_FB_2", "2026-01-01", "2026-03-01", Verdict.CHANGED),
        ("M17J_NOTES", "viewport", "text too small", Verdict.CHANGED),
    ],
)
def test_what_is_better_is_the_questionnaires_to_say(
    code: str, before: int | str, after: int | str, verdict: Verdict
) -> None:
    assert changes((answer(code, before), answer(code, after)))[code].verdict is verdict


def test_points_decide_between_two_bands_that_both_fail() -> None:
    """Bands 4 and 3 are both `failed`; the study gives 0 and 5 points."""
    change = changes((answer("M16J", 4), answer("M16J", 3)))["M16J"]
    assert change.before is not None
    assert change.after is not None
    assert (change.before.points, change.after.points) == (0, 5)
    assert change.verdict is Verdict.IMPROVED


def test_other_rules_make_no_change() -> None:
    old, new = site(answer("M05", 2), measure=wcag(50.0)), site(answer("M05", 1), measure=wcag(90.0))
    other = comparing.run("two", formula="sc-mean/1", terms="cd")
    found = {one.code: one for one in answer_changes(old, BEFORE.basis, new, other.basis)}
    assert found["M05"].verdict is found[PERCENT].verdict is Verdict.NOT_COMPARABLE
    assert "term tables ab against cd" in found["M05"].reason
    assert "formula criteria-met/1 against sc-mean/1" in found[PERCENT].reason


def test_a_small_sample_is_no_proof_of_change_unless_it_is_the_same() -> None:
    few = replace(
        wcag(90.0), pages_evaluated=4, pages_sampled=4, bounds=comparing.Bounds(lower=90.0, upper=90.0)
    )
    before, after = site(measure=replace(few, percent=50.0)), site(measure=few)
    (change,) = answer_changes(before, BEFORE.basis, after, AFTER.basis)
    assert change.verdict is Verdict.NOT_COMPARABLE
    assert "under 10 random pages" in change.reason
    same = site(measure=replace(few, pinned_from="one", pinned_pages=4, bounds=comparing.Bounds()))
    before = site(measure=replace(few, percent=50.0, bounds=comparing.Bounds()))
    assert answer_changes(before, BEFORE.basis, same, AFTER.basis)[0].verdict is Verdict.IMPROVED


def test_another_website_is_no_change_of_the_institution() -> None:
    old = Institution(url="http://www.padome.example", name="Padome", registration_number="9000")
    new = replace(old, url="https://padome.example/")
    moved = replace(old, url="https://padome2.example/")
    before = site(answer("M05", 2), institution=old)
    for institution, verdict in ((new, Verdict.IMPROVED), (moved, Verdict.NOT_COMPARABLE)):
        after = site(answer("M05", 1), institution=institution)
        (found,) = compare(BEFORE, [before], AFTER, [after]).sites
        assert [one.verdict for one in found.answers] == [verdict]
        assert found.matched_by == "registration number"


def test_institutions_are_matched_once_and_the_rest_is_named() -> None:
    def institution(name: str, number: str = "", url: str = "", of: str = "") -> Institution:
        address = url or f"https://{name}.example/"
        return Institution(url=address, name=name, registration_number=number, website_of=of)

    before = [
        institution("a", "1"),
        institution("b"),
        institution("c", url="https://x.example"),
        institution("gone", "7"),
        institution("a", "1", "https://second.example/", of="https://a.example/"),
    ]
    after = [
        institution("renamed", "1", "https://second.example/", of="https://renamed.example/"),
        institution("C2", url="http://www.x.example/"),
        institution("B", url="https://elsewhere.example/"),
        institution("renamed", "1"),
        institution("gone", "8"),
    ]
    found = matched(before, after)
    assert [(pair.before, pair.after, pair.by) for pair in found.pairs] == [
        (4, 0, "address"),
        (2, 1, "address"),
        (1, 2, "name"),
        (0, 3, "registration number"),
    ]
    assert (found.only_before, found.only_after) == ((3,), (4,))


@given(
    st.lists(st.sampled_from(["a", "b", "c"]), max_size=5),
    st.lists(st.sampled_from(["a", "b", "d"]), max_size=5),
)
def test_matching_uses_every_institution_once(old: list[str], new: list[str]) -> None:
    before = [Institution(url=f"https://{name}.example/", name=name) for name in old]
    after = [Institution(url=f"https://{name}.example/", name=name) for name in new]
    found = matched(before, after)
    assert sorted([pair.before for pair in found.pairs] + list(found.only_before)) == list(range(len(old)))
    assert sorted([pair.after for pair in found.pairs] + list(found.only_after)) == list(range(len(new)))
    assert all(old[pair.before] == new[pair.after] for pair in found.pairs)


def test_addresses_of_one_website() -> None:
    same = {"https://www.A.example/", "http://a.example", "a.example", "https://a.example:443/"}
    assert {website(url) for url in same} == {"a.example"}
    assert website("https://a.example:8080/x/") == "a.example:8080/x"
    assert website("http://a:nonsense/") == "http://a:nonsense/"


@pytest.fixture
def pilot() -> tuple[list[comparing.SiteSummary], list[comparing.SiteSummary]]:
    hostile = Institution(url="https://b.example/", name="=HYPERLINK(1)\x1b[31m", registration_number="2")
    old = [
        site(answer("M05", 2), answer("M08_7", 1), answer("M12", None), measure=wcag(50.0, 45.0, 55.0)),
        site(answer("M05", 1), institution=hostile, position=1),
        site(institution=Institution(url="https://left.example/", name="Left"), position=2),
    ]
    new = [
        site(answer("M05", 1), answer("M08_7", 0), answer("M12", 1), measure=wcag(80.0, 78.0, 82.0)),
        site(answer("M05", 1), institution=hostile, position=1),
        site(institution=Institution(url="https://new.example/", name="New"), position=2),
    ]
    seen = Changes(since="one", codes={"M05": ChangeState.CONFIRMED, "M08_7": ChangeState.UNCONFIRMED})
    new[0] = replace(new[0], judgement=replace(new[0].judgement, changes=seen))
    return old, new


Pilot = tuple[list[comparing.SiteSummary], list[comparing.SiteSummary]]


def test_shares_count_what_can_be_compared(pilot: Pilot) -> None:
    found = compare(BEFORE, pilot[0], AFTER, pilot[1])
    by_code = {one.code: one for one in tally(found).shares()}
    m05 = by_code["M05"]
    assert (m05.improved, m05.unchanged, m05.compared, m05.confirmed) == (1, 1, 2, 1)
    assert m05.share(Verdict.IMPROVED) == 50.0
    assert (by_code["M12"].not_comparable, by_code["M12"].share(Verdict.IMPROVED)) == (1, None)
    every = tally(found).total()
    assert (every.improved, every.worse, every.unchanged, every.not_comparable) == (1, 0, 1, 2)
    assert [one.name for one in (*found.only_before, *found.only_after)] == ["Left", "New"]


def test_written_as_text_json_and_csv(pilot: Pilot) -> None:
    found = compare(BEFORE, pilot[0], AFTER, pilot[1])
    console = Console(width=200, file=io.StringIO(), force_terminal=False)
    for view in text_views(found):
        console.print(view)
    text = console.file.getvalue()  # type: ignore[attr-defined]  # a StringIO
    for told in (
        "▲ improved, confirmed",
        "differs, and no second audit has seen it",
        "80.00 % (78.00 to 82.00 %)",
        "could not be told",
    ):
        assert told in text
    assert "Only in the first run: Left" in text
    assert "\x1b" not in text
    document = json.loads(b"".join(to_json(found, changed=True)))
    first = document["sites"][0]["answers"]
    assert set(first) == {"M05", PERCENT}
    assert first["M05"]["after"]["evidence"][0]["url"] == comparing.PLACE.url
    assert (first["M05"]["before"]["confidence"], first["M05"]["confirmed"]) == (0.9, "confirmed")
    rows = list(csv.DictReader(io.StringIO(b"".join(to_csv(found)).decode("utf-8-sig"))))
    assert tuple(rows[0]) == COLUMNS
    assert [row["verdict"] for row in rows if row["code"] == "M05"] == ["improved", "unchanged"]
    assert rows[-1]["institution"] == "'=HYPERLINK(1)"


def test_a_site_is_compared_by_the_settings_that_it_had() -> None:
    mine = site(answer("M05", 1))
    own = replace(mine, institution=replace(mine.institution, own_settings={"exclude": ["/arhivs/*"]}))
    (alike,) = compare(BEFORE, [own], AFTER, [own]).sites
    (other,) = compare(BEFORE, [mine], AFTER, [own]).sites
    assert [one.verdict for one in alike.answers] == [Verdict.UNCHANGED]
    assert [one.verdict for one in other.answers] == [Verdict.NOT_COMPARABLE]
    assert "pages wanted all against exclude /arhivs/*" in other.answers[0].reason
