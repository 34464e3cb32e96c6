from __future__ import annotations

import random
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from results.ci.baseline import Accepted, Baseline, BaselineError, Filling, read, write
from results.ci.names import names
from results.ci.policy import Policy, renewed, verdict
from tests.results.ci.runs import URL, image, run

TODAY = date(2026, 11, 21)
POLICY = Policy(names=names(["violation"]))
FILLING = Filling(reason="old theme", owner="web@example.lv", expires=date(2027, 3, 1))
TEXT = st.text(max_size=30).filter(lambda text: text.isprintable() or "\n" in text or "\x7f" in text)
ENTRY = st.builds(
    Accepted,
    url=st.sampled_from([URL, f"{URL}a"]),
    rule=TEXT,
    element=TEXT,
    count=st.integers(1, 99),
    reason=TEXT,
    owner=TEXT,
    expires=st.none() | st.dates(),
)


@pytest.mark.parametrize("name", ["b.json", "b.toml"])
@given(entries=st.lists(ENTRY, max_size=5, unique_by=lambda one: one.key), seed=st.integers(0, 99))
def test_the_same_entries_give_the_same_bytes_and_come_back(
    tmp_path_factory: pytest.TempPathFactory, name: str, entries: list[Accepted], seed: int
) -> None:
    path = tmp_path_factory.mktemp("baseline") / name
    write(Baseline(tuple(entries)), path)
    before = path.read_bytes()
    random.Random(seed).shuffle(entries)
    write(Baseline(tuple(entries)), path)
    assert path.read_bytes() == before
    again = read(path)
    assert set(again.entries) == set(entries)
    write(again, path)
    assert path.read_bytes() == before


def test_new_entries_are_filled_in_and_hold() -> None:
    shown = run(image(many=2))
    made = renewed(shown, POLICY, Baseline(), TODAY, FILLING)
    assert [(one.count, one.owner, one.expires) for one in made.entries] == [
        (2, "web@example.lv", date(2027, 3, 1))
    ]
    assert verdict(shown, POLICY, made, TODAY).code == 0
    bare = renewed(shown, POLICY, Baseline(), TODAY, Filling())
    assert verdict(shown, POLICY, bare, TODAY).code == 1


def test_an_update_keeps_what_people_wrote_drops_what_is_fixed_and_keeps_what_was_not_seen() -> None:
    kept = Accepted(url=URL, rule="image-alt", element="img[src]", reason="r", owner="o", expires=TODAY)
    fixed = Accepted(url=URL, rule="link-name", element="a[href]", check="wcag_percentage", reason="r")
    unseen = Accepted(
        url=f"{URL}a", rule="image-alt", element="img[src]", check="wcag_percentage", reason="r"
    )
    made = renewed(
        run(image(many=3), lost=(f"{URL}a",), pages=(URL,)),
        POLICY,
        Baseline((kept, fixed, unseen)),
        TODAY,
        FILLING,
    )
    by_key = {one.key: one for one in made.entries}
    assert fixed.key not in by_key
    assert by_key[unseen.key] == unseen
    assert (by_key[kept.key].reason, by_key[kept.key].count) == ("r", 3)


@given(st.randoms(use_true_random=False), st.integers(0, 3))
def test_ids_siblings_and_dates_do_not_shake_the_baseline(chance: random.Random, inserted: int) -> None:
    def page(ids: random.Random, others: int) -> list[str]:
        made = [
            f'<img id="i{ids.randrange(999)}" class="css-{ids.randrange(99999)}x" src="{ids.random()}">',
            f'<a class="date" href="/{ids.randrange(10**4)}">{ids.randrange(1, 29)}.{ids.randrange(1, 13)}.',
        ] + ["<p>"] * others
        ids.shuffle(made)
        return [one for one in made if one != "<p>"]

    before = run(*(image(snippet=one) for one in page(chance, 0)))
    after = run(*(image(snippet=one) for one in page(chance, inserted)))
    made = renewed(before, POLICY, Baseline(), TODAY, FILLING)
    said = verdict(after, POLICY, made, TODAY)
    assert (said.code, said.fixed, said.fewer) == (0, (), ())


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.json", "{"),
        ("a.json", '{"version": 2}'),
        ("a.json", '{"accepted": [{"url": "u"}]}'),
        ("a.json", '{"accepted": [{"url": "u", "rule": "r", "raison": "x"}]}'),
        ("a.toml", "accepted = 3"),
        ("a.toml", "= 3"),
    ],
)
def test_other_files_are_refused(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(BaselineError, match=name):
        read(tmp_path / name)
    with pytest.raises(BaselineError, match="There is no baseline"):
        read(tmp_path / "none.json")
