"""Lists of what to audit."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schedules.errors import InputError
from schedules.sources import complete_url, from_urls, read_institutions, read_lines


def written(tmp_path: Path, text: str, encoding: str = "utf-8") -> Path:
    path = tmp_path / "list.csv"
    path.write_bytes(text.encode(encoding))
    return path


def test_a_bare_host_gets_https() -> None:
    assert complete_url("www.vm.gov.lv/lv") == "https://www.vm.gov.lv/lv"


@pytest.mark.parametrize("url", ["http://a.lv", "https://a.lv/x", "not a url", "ftp://a.lv", "localhost"])
def test_everything_else_stays_as_given(url: str) -> None:
    assert complete_url(url) == url


def test_urls_are_audited_once_in_their_order() -> None:
    source = from_urls(["https://b.lv", "https://a.lv"], ["# list", "", "https://b.lv", "\ufeffhttps://c.lv"])

    assert [one.url for one in source.institutions] == ["https://b.lv", "https://a.lv", "https://c.lv"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_columns_are_read_whatever_separates_them(tmp_path: Path, delimiter: str) -> None:
    text = (
        delimiter.join(["name", "url", "kind", "Region"])
        + "\n"
        + delimiter.join(["A", "https://a.lv", "ministry", "Rīga"])
    )
    (institution,) = read_institutions(written(tmp_path, text, "utf-8-sig")).institutions

    assert institution.name == "A"
    assert institution.url == "https://a.lv"
    assert institution.kind == "ministry"
    assert institution.attributes == {"region": "Rīga"}


def test_quoted_cells_may_hold_delimiters_and_line_ends(tmp_path: Path) -> None:
    source = read_institutions(written(tmp_path, 'url,name\nhttps://a.lv,"A, B\nC"\nhttps://b.lv,B\n'))

    assert [one.name for one in source.institutions] == ["A, B\nC", "B"]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('url,name\nhttps://a.lv,"A\nhttps://b.lv,B\n', "2:2"),
        ('url,name\r\nhttps://a.lv,"A\r\nC"\r\nhttps://b.lv,x,"B" c\r\n', "4:3"),
        ('url,name\n"https://a.lv"x,A\n', "2:1"),
        ('"url', "1:1"),
    ],
)
def test_a_stray_quote_is_told_by_line_and_column(tmp_path: Path, text: str, place: str) -> None:
    path = written(tmp_path, text)
    with pytest.raises(InputError, match=f":{place}: not valid CSV"):
        read_institutions(path)


def test_allowed_hosts_are_a_list(tmp_path: Path) -> None:
    (institution,) = read_institutions(written(tmp_path, "url;allowed_hosts\na.lv;b.lv, C.lv\n")).institutions

    assert institution.allowed_hosts == ("b.lv", "c.lv")


def test_a_row_without_address_names_line_and_column_and_the_others_stay(tmp_path: Path) -> None:
    path = written(tmp_path, "name,url\nA,https://a.lv\nB,\nC,https://c.lv\n")
    source = read_institutions(path)

    assert [one.name for one in source.institutions] == ["A", "C"]
    assert [problem.where for problem in source.problems] == [f"{path}:3:2"]


def test_a_row_with_too_many_cells_is_named(tmp_path: Path) -> None:
    path = written(tmp_path, "url\nhttps://a.lv\nhttps://b.lv,x\n")

    assert [str(problem) for problem in read_institutions(path).problems] == [
        f"{path}:3:2: 2 cells, the header has 1; quote a cell that holds the separator"
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name\nA\n", ":1:1: the header has no column 'url'"),
        ("", ":1:1: the header has no column 'url'"),
        ("url,url\na,b\n", ":1:2: the column 'url' stands twice"),
        ('url,name\nhttps://a.lv,"open\n', "not valid CSV"),
        ("url\n\n", "holds no institution"),
    ],
)
def test_an_unusable_file_is_refused_with_its_place(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(InputError, match=r".+") as caught:
        read_institutions(written(tmp_path, text))

    assert said in str(caught.value)


def test_another_encoding_is_named_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r":2: not UTF-8"):
        read_institutions(_latin(tmp_path))


def _latin(tmp_path: Path) -> Path:
    path = tmp_path / "latin.csv"
    path.write_bytes("url,name\nhttps://a.lv,R\xeega\n".encode("latin-1"))
    return path


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="check the path"):
        list(read_lines(tmp_path / "missing"))


@given(st.lists(st.from_regex(r"https://[a-z]{1,3}\\.lv", fullmatch=True), max_size=8))
def test_a_list_gives_each_address_once(urls: list[str]) -> None:
    listed = from_urls([], [f"  {url} " for url in urls]).institutions

    assert [one.url for one in listed] == list(dict.fromkeys(urls))
