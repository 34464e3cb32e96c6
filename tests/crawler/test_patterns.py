from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.evidence import SkipReason
from crawler.logout import is_logout
from crawler.patterns import Patterns, compiled

HOST = "https://www.example.lv"
PATHS = st.text(string.ascii_letters + string.digits + "-_/", max_size=30).map(lambda text: f"/{text}")


@pytest.mark.parametrize(
    ("pattern", "path", "matches"),
    [
        ("/lv/*", "/lv/zinas/1", True),
        ("/lv/*", "/en/lv/1", False),
        ("/lv", "/lv/", False),
        ("*.php?id=*", "/a/index.php?id=7", True),
        ("/ziņas/*", "/zi%C5%86as/1", True),
        ("/zi%C5%86as/*", "/ziņas/1", True),
        ("/Lv/*", "/lv/1", False),
        (r"re:/\d{4}/", "/lv/2026/05", True),
        (r"re:^/\d{4}/", "/lv/2026/05", False),
    ],
)
def test_a_pattern_is_held_against_the_whole_of_path_and_query(
    pattern: str, path: str, matches: bool
) -> None:
    assert (Patterns(exclude=[pattern]).leaves_out(HOST + path) is SkipReason.EXCLUDED) is matches
    assert (Patterns(include=[pattern]).leaves_out(HOST + path) is SkipReason.NOT_INCLUDED) is not matches


@given(PATHS, PATHS)
def test_what_is_excluded_stays_out_whatever_includes_it(path: str, other: str) -> None:
    assert Patterns(include=["*"], exclude=[path]).leaves_out(HOST + path) is SkipReason.EXCLUDED
    assert Patterns().leaves_out(HOST + path) is None
    both = Patterns(include=[path, other])
    assert both.leaves_out(HOST + path) is None
    assert both.leaves_out(HOST + other) is None


@pytest.mark.parametrize("pattern", ["", "  ", "re:", "re:("])
def test_what_is_no_pattern_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match=r"pattern|expression"):
        compiled(pattern)


@pytest.mark.parametrize(
    ("path", "ends"),
    [
        ("/logout", True),
        ("/wp-login.php?action=logout", True),
        ("/lv/iziet", True),
        ("/user/log-out/", True),
        ("/%D0%B2%D1%8B%D1%85%D0%BE%D0%B4", True),
        ("/zinas/ka-iziet-no-krizes", False),
        ("/logouts-un-citi", False),
        ("/blogouter", False),
    ],
)
def test_addresses_that_end_a_session_are_known(path: str, ends: bool) -> None:
    assert is_logout(HOST + path) is ends
