from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.accessibility import bands

percents = st.fractions(0, 100)


@pytest.mark.parametrize(
    ("percent", "rounded", "band", "points"),
    [
        ("100", "100.00", 1, 20),
        ("95.005", "95.01", 1, 20),
        ("95.00499", "95.00", 2, 10),
        ("95.004", "95.00", 2, 10),
        ("84.995", "85.00", 2, 10),
        ("84.9949", "84.99", 3, 5),
        ("69.995", "70.00", 3, 5),
        ("69.9949", "69.99", 4, 0),
        ("0", "0.00", 4, 0),
    ],
)
def test_bands_stand_on_the_percentage_rounded_half_up_once(
    percent: str, rounded: str, band: int, points: int
) -> None:
    found = bands.rounded(Fraction(percent))
    assert str(found) == rounded
    assert bands.band(found) == band
    assert bands.points(band) == points


@given(percents, percents)
def test_a_higher_percentage_is_never_in_a_lower_band(one: Fraction, other: Fraction) -> None:
    low, high = sorted((one, other))
    assert bands.band(bands.rounded(low)) >= bands.band(bands.rounded(high))
    assert bands.points(bands.band(bands.rounded(low))) <= bands.points(bands.band(bands.rounded(high)))


@given(percents)
def test_rounding_moves_by_at_most_half_a_hundredth_and_is_stable(percent: Fraction) -> None:
    found = bands.rounded(percent)
    assert abs(Fraction(found) - percent) <= Fraction(1, 200)
    assert bands.rounded(Fraction(found)) == found


@given(st.integers(0, 9999))
def test_exact_halves_go_up(hundredths: int) -> None:
    assert bands.rounded(Fraction(2 * hundredths + 1, 200)) == Decimal(hundredths + 1).scaleb(-2)


def test_there_is_no_fifth_band() -> None:
    with pytest.raises(ValueError, match="no band 5"):
        bands.points(5)


@given(st.integers(0, 10_000))
def test_the_next_band_begins_exactly_where_it_says(hundredths: int) -> None:
    percent = Decimal(hundredths).scaleb(-2)
    following = bands.next_band(percent)
    if following is None:
        assert bands.band(percent) == 1
        return
    assert bands.band(following.percent) == following.band == bands.band(percent) - 1
    assert bands.band(following.percent - Decimal("0.01")) == following.band + 1
    assert percent + following.missing == following.percent
