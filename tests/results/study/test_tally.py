from __future__ import annotations

import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from results.study.collation import latvian
from results.study.quintiles import quintiles
from results.study.tally import Given, State, tally

ANSWERS = st.lists(
    st.builds(
        lambda state, value, sure, expert: Given(
            state=state,
            value=value if state is State.KNOWN else None,
            confidence=sure if state is State.KNOWN else 0.0,
            by_expert=expert and state is State.KNOWN,
        ),
        st.sampled_from(State),
        st.integers(0, 4),
        st.sampled_from((0.5, 0.79, 0.8, 1.0)),
        st.booleans(),
    ),
    max_size=40,
)


@given(ANSWERS)
def test_shares_are_those_of_a_naive_count(answers: list[Given]) -> None:
    counted = tally(answers)
    asked = [one for one in answers if one.state is not State.NOT_ASKED]
    known = [one for one in answers if one.state is State.KNOWN]
    assert counted.asked == len(asked)
    assert counted.known == len(known)
    assert counted.unknown == len(asked) - len(known)
    assert counted.counts == dict(Counter(one.value for one in known))
    for value in range(5):
        share = counted.share(value)
        count = sum(one.value == value for one in known)
        assert share.count == count
        same = [one for one in known if one.value == value]
        assert share.sure == len([one for one in same if one.by_expert or one.confidence >= 0.8])
        automatic = [one.confidence for one in same if not one.by_expert]
        assert share.mean == (pytest.approx(sum(automatic) / len(automatic)) if automatic else None)
        assert (share.cant_tell, share.not_evaluated) == (counted.cant_tell, counted.not_evaluated)
        if len(asked) < 5:
            assert share.few
            assert share.percent is share.at_most is None
        else:
            assert share.percent == pytest.approx(count / len(asked) * 100)
            assert share.at_most == pytest.approx((count + counted.unknown) / len(asked) * 100)
    if asked and len(asked) >= 5:
        parts = [counted.share(value).percent or 0 for value in range(5)]
        assert sum(parts) + (counted.percent(counted.unknown) or 0) == pytest.approx(100)


@given(ANSWERS)
def test_what_is_not_known_never_changes_a_count(answers: list[Given]) -> None:
    more = [
        *answers,
        Given(state=State.CANT_TELL),
        Given(state=State.NOT_EVALUATED),
        Given(state=State.NOT_ASKED),
    ]
    assert tally(more).counts == tally(answers).counts
    assert tally(more).known == tally(answers).known


def test_those_known_do_not_speak_for_the_rest_where_only_one_answer_can_be_known() -> None:
    has = [Given(state=State.KNOWN, value=1, confidence=0.9)] * 9
    assert tally([*has, Given(state=State.CANT_TELL)]).share(1).of_known is None
    assert tally(has).share(1).of_known == 100
    two = [*has, Given(state=State.KNOWN, value=2, confidence=0.9)]
    assert tally([*two, *[Given(state=State.CANT_TELL)] * 10]).share(1).of_known == 90
    assert tally([*two, *[Given(state=State.CANT_TELL)] * 11]).share(1).of_known is None


@given(st.dictionaries(st.integers(0, 200), st.integers(0, 12), max_size=60))
def test_quintiles_keep_order_and_ties(numbers: dict[int, int]) -> None:
    found = quintiles(numbers)
    assert found.keys() == (numbers.keys() if len(numbers) >= 5 else set())
    for one, fifth in found.items():
        for other, another in found.items():
            if numbers[one] == numbers[other]:
                assert fifth == another
            if numbers[one] < numbers[other]:
                assert fifth <= another
    if found:
        assert set(found.values()) <= {1, 2, 3, 4, 5}
        at_most = [sum(fifth <= part for fifth in found.values()) / len(found) for part in range(1, 6)]
        assert all(share >= part / 5 - 1e-9 for part, share in enumerate(at_most, 1))


@given(st.integers(1, 40))
def test_quintiles_without_ties_are_even(size: int) -> None:
    found = quintiles({number: number for number in range(5 * size)})
    assert set(Counter(found.values()).values()) == {size}


def test_letters_with_marks_follow_their_plain_letter() -> None:
    wanted = [
        "Abava",
        "„Acs”",
        "ācis",
        "Āda",
        "Bārta",
        "cēlis",
        "Čaks",
        "Dome",
        "Ēre",
        "Ģibulis",
        "Iļģi",
        "Īve",
        "Kuldīga",
        "Ķekava",
        "Lauma",
        "Ļaudona",
        "Nams",
        "Ņina",
        "Saule",
        "Šalle",
        "Uga",
        "Ūdrs",
        "Zeme",
        "Žagars",
    ]
    assert sorted(random.Random(1).sample(wanted, len(wanted)), key=latvian) == wanted
    assert min(["Valsts kase 10", "Valsts kase 2", "Valsts kase"], key=latvian) == "Valsts kase"
    assert max(["Москва", "Ūdrs", "éclair", "eclair", "ēna"], key=latvian) == "Москва"
