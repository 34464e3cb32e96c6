from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.mobile.viewport import Viewport, parse

DEVICE = Viewport(follows_device=True)


@pytest.mark.parametrize(
    ("content", "expected"),
    # What Chromium 156 lays out for each was looked at: 411 px follows the device, 980 px is the fallback.
    [
        ("width=device-width, initial-scale=1", Viewport(follows_device=True, initial_scale=1)),
        ("width = device-width", DEVICE),
        ("WIDTH=DEVICE-WIDTH", DEVICE),
        ("width=device-width width=320", Viewport(width=320)),
        ("width=320", Viewport(width=320)),
        ("width=980px", Viewport(width=980)),
        ("width==500", Viewport(width=500)),
        ("width= 700abc", Viewport(width=700)),
        ("width=1e3", Viewport(width=1000)),
        ("width=.5e3", Viewport(width=500)),
        ("width=+500", Viewport(width=500)),
        ("width=100%", Viewport(width=100)),
        ("width=320;initial-scale=1", Viewport(width=320)),
        ("width=device-width;initial-scale=1", Viewport()),
        ("width=device-width; initial-scale=1", Viewport(initial_scale=1)),
        ("width=foo", Viewport()),
        ("width=-5", Viewport()),
        ("width device-width", Viewport()),
        ("width, initial-scale=1", Viewport(initial_scale=1)),
        ("user-scalable=no", Viewport()),
        ("", Viewport()),
    ],
)
def test_content_is_read_as_chromium_reads_it(content: str, expected: Viewport) -> None:
    assert parse(content) == expected


@given(st.text(alphabet="width=devc-;, \t\n019.e+initalsk\0", max_size=60))
def test_any_content_can_be_read(content: str) -> None:
    found = parse(content)
    assert found.width is None or found.width >= 0
    assert not (found.width is not None and found.follows_device)
