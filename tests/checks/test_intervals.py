from __future__ import annotations

import random
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.accessibility import bands, intervals
from checks.accessibility.formulas import mean

percents = st.lists(st.fractions(0, 100, max_denominator=20), min_size=10, max_size=40)


@pytest.mark.parametrize(
    ("degrees", "quantile"),
    # NIST/SEMATECH e-Handbook, table 1.3.6.7.2, carried to seven digits as in R's qt(0.975, df).
    [
        (1, 12.7062047),
        (2, 4.3026527),
        (3, 3.1824463),
        (4, 2.7764451),
        (9, 2.2621572),
        (10, 2.2281389),
        (29, 2.0452296),
        (30, 2.0422725),
        (100, 1.9839715),
        (1000, 1.9623391),
    ],
)
def test_t_quantiles_equal_the_published_ones(degrees: int, quantile: float) -> None:
    assert intervals.t_quantile(degrees) == pytest.approx(quantile, abs=1e-6)


def test_an_interval_computed_by_hand() -> None:
    # Ten pages, five of 80 and five of 90: mean 85, s² = 250/9, t(9) = 2.2621572, n/N = 10/40.
    found = intervals.t_interval([Fraction(80), Fraction(90)] * 5, population=40)
    assert found is not None
    half = 2.2621572 * (250 / 9 / 10 * 0.75) ** 0.5
    assert float(found.low) == pytest.approx(85 - half, abs=1e-6)
    assert float(found.high) == pytest.approx(85 + half, abs=1e-6)


@pytest.mark.parametrize(
    ("pages", "population"),
    [([80, 90] * 4, 100), ([80, 90] * 5, 10), ([80] * 30, 100)],
    ids=["fewer than ten pages", "a census", "no variation"],
)
def test_there_is_no_interval_for(pages: list[int], population: int) -> None:
    assert intervals.t_interval([Fraction(page) for page in pages], population) is None


@given(percents, st.integers(0, 500))
def test_an_interval_holds_the_mean_and_stays_within_percents(pages: list[Fraction], more: int) -> None:
    found = intervals.t_interval(pages, len(pages) + more)
    if found is not None:
        assert 0 <= found.low <= mean(pages) <= found.high <= 100


@given(percents)
def test_an_interval_narrows_with_the_share_of_the_site_that_was_seen(pages: list[Fraction]) -> None:
    widths = []
    for population in (len(pages) + 1, 2 * len(pages), 1000, None):
        found = intervals.t_interval(pages, population)
        if found is None:
            assert len(set(pages)) == 1
            return
        widths.append(found.high - found.low)
    assert widths == sorted(widths)


def test_intervals_cover_the_true_mean_about_as_often_as_they_say() -> None:
    rng = random.Random(20171121)  # a fixed draw: the test says the same every time
    site = [Fraction(rng.randint(50, 100)) for _ in range(200)]
    hits = 0
    for _ in range(300):
        found = intervals.t_interval(rng.sample(site, 30), len(site))
        assert found is not None
        hits += found.low <= mean(site) <= found.high
    assert 0.90 <= hits / 300 <= 0.99


@pytest.mark.parametrize(
    ("percent", "limits", "band"),
    [
        ("96", ["95.01", "97"], None),
        ("96", ["95.00", "97"], 2),
        ("86", ["60", "99"], 4),
        ("86", ["84", "96"], 3),
        ("96", [], None),
    ],
)
def test_another_band_is_named_where_a_limit_lies_in_it(
    percent: str, limits: list[str], band: int | None
) -> None:
    found = intervals.other_band(bands.rounded(Fraction(percent)), [Fraction(limit) for limit in limits])
    assert found == band
