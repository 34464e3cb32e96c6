"""What sites say: cut, linked and guarded."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from results.site_text import guarded, harmless, is_web_address, shortened, unguarded

_TRICKY = st.text(st.sampled_from("'\"=+-@;a \t\uff1d\u200c") | st.characters(exclude_categories=["Cs"]))


@given(_TRICKY)
def test_what_was_guarded_is_read_back_as_it_was(text: str) -> None:
    assert unguarded(guarded(text)) == text


@given(_TRICKY)
def test_no_piece_of_a_guarded_cell_begins_a_formula(text: str) -> None:
    assert not {"\t", "\r", "\n"} & set(harmless(text))
    for piece in harmless(text).split(";"):
        assert not piece.lstrip(' "\u200c\u200d').startswith(tuple("=+-@\uff1d\uff0b\uff0d\uff20"))


@pytest.mark.parametrize(
    ("url", "is_link"),
    [
        ("https://example.lv/a?b=1", True),
        ("http://[::1]/", True),
        ("javascript:alert(1)", False),
        ("https://exa\u202emple.lv/", False),
        ("https://[broken/", False),
        ("", False),
    ],
)
def test_only_pages_of_the_web_are_links(url: str, is_link: bool) -> None:
    assert is_web_address(url) is is_link


@given(st.text(), st.integers(1, 40))
def test_a_shortened_text_is_one_line_of_at_most_so_many_characters(text: str, most: int) -> None:
    short = shortened(text, most)
    assert len(short) <= most
    assert short.splitlines() in ([], [short])
