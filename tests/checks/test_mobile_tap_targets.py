from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checks.mobile import boxes, tap_targets, target_size
from checks.mobile.boxes import Box
from crawler.evidence import TapTarget
from tests.checks.build_measures import target

sides = st.integers(1, 90)
rects = st.tuples(st.integers(0, 350), st.integers(0, 350), sides, sides)
layouts = st.lists(st.lists(rects, min_size=1, max_size=3), min_size=1, max_size=8).map(
    lambda all_rects: [target(f"t{number}", *one) for number, one in enumerate(all_rects)]
)


def overlaps(*targets: TapTarget, scale: float = 1) -> dict[str, float]:
    return {clash.target.selector: clash.overlap for clash in tap_targets.clashes(targets, scale)}


def test_a_neighbour_that_takes_a_quarter_of_the_fingertip_fails_a_small_target() -> None:
    # The fingertip on #small reaches from -4 to 44: of the 8 px right of it, 4 px x 40 px are #other.
    small, other = target("small", (0, 0, 40, 40)), target("other", (40, 0, 60, 60))
    assert overlaps(small, other) == {}
    narrow = target("narrow", (30, 0, 10, 60))
    assert overlaps(narrow, other) == {"#narrow": pytest.approx(19 / 10)}


@pytest.mark.parametrize(
    ("small", "other", "ratio"),
    [
        ((0, 0, 18, 48), (18, 0, 48, 48), 720 / 864),
        ((0, 0, 30, 48), (30, 0, 48, 48), 432 / 1440),
        ((0, 0, 40, 48), (0, 34, 40, 48), 560 / 1920),
    ],
)
def test_areas_compare_as_in_lighthouses_expectations(
    small: tuple[int, int, int, int], other: tuple[int, int, int, int], ratio: float
) -> None:
    """The areas that its smoke test expects (test-definitions/seo-tap-targets.js), in made geometry."""
    found = overlaps(target("small", small), target("other", other))
    assert found["#small"] == pytest.approx(ratio)


def test_exactly_a_quarter_is_too_much() -> None:
    assert overlaps(target("a", (0, 0, 32, 48)), target("b", (32, 0, 48, 48))) == {"#a": pytest.approx(0.25)}
    assert overlaps(target("a", (0, 0, 33, 48)), target("b", (33, 0, 48, 48))) == {}


def test_a_target_of_full_size_never_fails() -> None:
    assert overlaps(target("a", (0, 0, 48, 48)), target("b", (10, 10, 48, 48))) == {}
    one_large_piece = target("a", (0, 0, 10, 10), (0, 10, 48, 48))
    assert overlaps(one_large_piece, target("b", (5, 0, 60, 60))) == {}


def test_two_links_to_one_address_do_not_get_in_each_others_way() -> None:
    def pair(href: str) -> dict[str, float]:
        return overlaps(target("a", (0, 0, 20, 20), href=href), target("b", (20, 0, 20, 20), href=href))

    assert pair("https://iestade.example/a") == {}
    assert set(pair("javascript:void(0)")) == {"#a", "#b"}
    assert set(pair("")) == {"#a", "#b"}


def test_a_target_inside_another_does_not_clash_with_it() -> None:
    assert overlaps(target("card", (0, 0, 40, 40)), target("inner", (10, 10, 20, 20))) == {}


@pytest.mark.parametrize(("step", "fails"), [(0, False), (10, False), (11, True)])
def test_pieces_in_line_to_10_px_are_one_target(step: int, fails: bool) -> None:
    # Joined, the fingertip on their middle ends where #b begins; apart, that on the right piece does not.
    pieces = target("a", (0, 0, 24, 40), (24, step, 24, 40))
    assert ("#a" in overlaps(pieces, target("b", (48, 0, 40, 40)))) is fails


def test_an_l_shape_is_not_joined_for_its_middle_is_empty() -> None:
    corner = target("c", (0, 0, 100, 10), (90, 10, 10, 90))
    assert "#c" in overlaps(corner, target("d", (100, 50, 40, 40)))


def test_a_piece_inside_another_is_no_target_of_its_own() -> None:
    # A fingertip on the inner piece alone would reach further into #b than that piece is large.
    card = target("a", (0, 0, 46, 46), (20, 15, 10, 10))
    assert "#a" not in overlaps(card, target("b", (46, 0, 40, 46)))


def test_zoomed_out_the_fingertip_grows() -> None:
    small, other = target("a", (0, 0, 60, 60)), target("b", (60, 0, 60, 60))
    assert overlaps(small, other) == {}
    assert set(overlaps(small, other, scale=0.4)) == {"#a", "#b"}
    assert overlaps(small, other, scale=3) == {}


@settings(max_examples=60)
@given(layouts)
def test_the_order_of_targets_is_nothing(layout: list[TapTarget]) -> None:
    assert overlaps(*reversed(layout)) == pytest.approx(overlaps(*layout))


@settings(max_examples=60)
@given(layouts, st.integers(0, 5000), st.integers(0, 300))
def test_where_on_the_page_they_stand_is_nothing(layout: list[TapTarget], down: int, right: int) -> None:
    moved = [
        target(one.selector[1:], *((r.x + right, r.y + down, r.width, r.height) for r in one.rects))
        for one in layout
    ]
    assert overlaps(*moved) == pytest.approx(overlaps(*layout))


@settings(max_examples=60)
@given(layouts)
def test_a_mirrored_page_fails_the_same_targets(layout: list[TapTarget]) -> None:
    mirrored = [
        target(one.selector[1:], *((500 - r.x - r.width, r.y, r.width, r.height) for r in one.rects))
        for one in layout
    ]
    assert overlaps(*mirrored).keys() == overlaps(*layout).keys()


@settings(max_examples=60)
@given(layouts, rects)
def test_one_target_more_never_mends_another(
    layout: list[TapTarget], rect: tuple[int, int, int, int]
) -> None:
    assert overlaps(*layout).keys() <= overlaps(*layout, target("more", rect)).keys()


@settings(max_examples=60)
@given(layouts)
def test_only_small_targets_fail_and_by_a_quarter_at_least(layout: list[TapTarget]) -> None:
    for clash in tap_targets.clashes(layout):
        assert clash.overlap >= 0.25
        assert clash.target is not clash.other
        assert all(min(rect.width, rect.height) < 48 for rect in clash.target.rects)


@given(st.lists(rects, max_size=12))
def test_the_sweep_finds_every_touching_pair_once(given_rects: list[tuple[int, int, int, int]]) -> None:
    found = [Box(x, y, x + width, y + height) for x, y, width, height in given_rects]
    pairs = [tuple(sorted(pair)) for pair in boxes.touching(found)]
    every = {(i, j) for j in range(len(found)) for i in range(j) if found[i].touches(found[j])}
    assert len(pairs) == len(set(pairs))
    assert set(pairs) == every


def test_a_page_with_a_thousand_targets_takes_no_time() -> None:
    page = [
        target(f"t{n}", (n % 5 * 80, n // 5 * 30, 70, 24), href=f"https://x.example/{n}") for n in range(1000)
    ]
    best = min(_seconds(page) for _ in range(3))
    assert best < 0.5  # some 0.03 s on an idle core; naively it takes seconds


def _seconds(page: list[TapTarget]) -> float:
    start = time.process_time()
    tap_targets.clashes(page)
    return time.process_time() - start


def undersized(*targets: TapTarget) -> list[str]:
    return [found.selector for found in target_size.undersized(targets)]


def test_targets_under_24_px_need_spacing() -> None:
    close = (target("a", (0, 0, 20, 20)), target("b", (20, 0, 20, 20)))
    spaced = (target("a", (0, 0, 20, 20)), target("b", (24, 0, 20, 20)))
    assert undersized(*close) == ["#a", "#b"]
    assert undersized(*spaced) == []


def test_a_small_target_beside_a_large_one_fails_where_its_circle_reaches_it() -> None:
    assert undersized(target("a", (0, 0, 20, 20)), target("large", (21, 0, 60, 60))) == ["#a"]
    assert undersized(target("a", (0, 0, 20, 20)), target("large", (22, 0, 60, 60))) == []
    assert undersized(target("a", (0, 0, 24, 24)), target("large", (24, 0, 60, 60))) == []


def test_a_full_size_control_for_the_same_address_excuses_a_small_one() -> None:
    small = (target("a", (0, 0, 20, 20), href="https://x.example/"), target("b", (20, 0, 20, 20)))
    large = target("c", (0, 300, 40, 40), href="https://x.example/")
    assert undersized(*small, large) == ["#b"]
