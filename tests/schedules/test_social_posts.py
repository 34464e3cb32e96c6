"""What persons saw in social networks, read from a CSV file and given to the institutions."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from crawler.evidence import Institution, SeenPost
from schedules.errors import InputError
from schedules.social_posts import with_social_posts
from schedules.sources import Source

TODAY = date(2026, 11, 21)
ONE = Institution(url="https://www.iestade.lv/", name="Iestāde", registration_number="40001")
OTHER = Institution(url="https://cita.lv/", name="Cita")
SECOND_SITE = Institution(url="https://otra.lv/", registration_number="40001", website_of=ONE.url)
SOURCE = Source(institutions=(ONE, OTHER, SECOND_SITE))
HEADER = "url,registration_number,name,network,profile,date,source,seen"
PROFILE = "https://www.facebook.com/iestade"


def read(tmp_path: Path, *rows: str, header: str = HEADER) -> Source:
    file = tmp_path / "posts.csv"
    file.write_text("\n".join((header, *rows)), encoding="utf-8")
    return with_social_posts(SOURCE, file, TODAY)


@pytest.mark.parametrize("keys", ["iestade.lv,,", "http://www.iestade.lv/,,", ",40001,", ",,IESTĀDE"])
def test_a_row_goes_to_the_institution_that_it_names(tmp_path: Path, keys: str) -> None:
    given = read(tmp_path, f"{keys},Facebook,{PROFILE},2026-11-18,A. Bērziņa,2026-11-20")
    assert given.problems == ()
    expected = SeenPost(
        network="facebook", profile=PROFILE, day="2026-11-18", source="A. Bērziņa", seen="2026-11-20"
    )
    assert [one.social_posts for one in given.institutions] == [(expected,), (), ()]


def test_twitter_is_x_and_several_rows_are_kept(tmp_path: Path) -> None:
    rows = ("cita.lv,,,twitter,https://twitter.com/cita,2026-11-01,B,", "cita.lv,,,linkedin,,2026-11-02,B,")
    given = read(tmp_path, *rows)
    assert [(one.network, one.profile) for one in given.institutions[1].social_posts] == [
        ("x", "https://twitter.com/cita"),
        ("linkedin", ""),
    ]


@pytest.mark.parametrize(
    ("row", "column", "said"),
    [
        (f",,,facebook,{PROFILE},2026-11-18,A,", 1, "names no institution"),
        (f"nav.lv,,,facebook,{PROFILE},2026-11-18,A,", 1, "no institution of this run has url 'nav.lv'"),
        (f"cita.lv,,,myspace,{PROFILE},2026-11-18,A,", 4, "'myspace' is no network"),
        ("cita.lv,,,facebook,https://x.com/cita,2026-11-18,A,", 5, "is no account in facebook"),
        (f"cita.lv,,,facebook,{PROFILE},18.11.2026,A,", 6, "write it as 2026-11-21"),
        (f"cita.lv,,,facebook,{PROFILE},2026-11-22,A,", 6, "lies in the future"),
        (f"cita.lv,,,facebook,{PROFILE},2026-11-18,,", 7, "no source"),
        (f"cita.lv,,,facebook,{PROFILE},2026-11-18,A,2026-11-17", 8, "before the post"),
        ("cita.lv", 4, "is no network"),
    ],
)
def test_what_can_t_be_used_is_named_with_line_column_and_remedy(
    tmp_path: Path, row: str, column: int, said: str
) -> None:
    good = f"iestade.lv,,,facebook,{PROFILE},2026-11-18,A,"
    given = read(tmp_path, row, good)
    (problem,) = given.problems
    assert problem.where == f"{tmp_path / 'posts.csv'}:2:{column}"
    assert said in problem.message
    assert len(given.institutions[0].social_posts) == 1


@pytest.mark.parametrize(
    ("header", "said"),
    [("url,network,date,source", "lacks profile"), ("network,profile,date,source", "lacks one of url")],
)
def test_a_file_without_its_columns_is_refused(tmp_path: Path, header: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        read(tmp_path, header=header)


def test_without_a_file_nothing_changes() -> None:
    assert with_social_posts(SOURCE, None, TODAY) is SOURCE
