from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from results.terminal import plain, quoted


@pytest.mark.parametrize(
    ("hostile", "shown"),
    [
        ("[red]Padome[/red]", "[red]Padome[/red]"),
        ("a\x1b]0;owned\x07b", "ab"),
        ("a\x1b]8;;https://evil.example\x1b\\b\x1b]8;;\x1b\\", "ab"),
        ("\x1b[2J\x1b[1;31mred\x1b[0m", "red"),
        ("\x9b31mred", "red"),
        ("\x9d0;owned\x9cb", "b"),
        ("\x1bPq\x1b\\x\x1bcy", "xy"),
        ("never ended \x1b]0;title", "never ended 0;title"),
        ("moc.\u202egro\u2066.exe\u200f", "moc.gro.exe"),
        ("two\r\nlines\tand\u2028more\x85", "two lines and more"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("\ud800", "\N{REPLACEMENT CHARACTER}"),
        ("\ufffe\U0001ffff", "\N{REPLACEMENT CHARACTER}" * 2),
        ("Ķekavas novads – Āčē", "Ķekavas novads – Āčē"),
    ],
)
def test_hostile_text_is_shown_as_harmless_text(hostile: str, shown: str) -> None:
    assert plain(hostile) == shown
    assert quoted(hostile).plain == shown


@given(st.text(st.one_of(st.characters(codec=None), st.sampled_from("\x1b[]P;0m\x07\\\x9b\x9d\x9c"))))
def test_no_text_keeps_a_control_or_reordering_character(text: str) -> None:
    shown = plain(text)
    assert not {unicodedata.category(character) for character in shown} & {"Cc", "Cs"}
    assert not set(shown) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")
    assert plain(shown) == shown
