from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.markup import Refresh, parse_markup
from crawler.urls import normalise

PAGE = "https://ex.lv/dir/page"


def test_reads_title_heading_and_language() -> None:
    markup = parse_markup(
        "<html lang='lv'><svg><title>no</title></svg><title> A\n  b </title><h1>One <b>two</b></h1><h1>x",
        PAGE,
    )
    assert (markup.title, markup.heading, markup.lang) == ("A b", "One two", "lv")


def test_links_come_from_everything_that_leads_on_in_order() -> None:
    markup = parse_markup(
        """<link rel=stylesheet href=s.css><link rel="shortcut icon" href=i.png><link rel=canonical href=/c>
        <link rel=next href=?page=2><a href=a#x>a</a><a name=n>n</a>
        <map><area href=/area></map>
        <iframe src=frame></iframe><img src=i.jpg><a href="mailto:a@b.lv">m</a><a rel=nofollow href=/nf>n</a>
        <a href=a>again</a><a href="//other.lv">o</a>""",
        PAGE,
    )
    assert markup.links == (
        "https://ex.lv/c",
        f"{PAGE}?page=2",
        "https://ex.lv/dir/a",
        "https://ex.lv/area",
        "https://ex.lv/dir/frame",
        "https://ex.lv/nf",
        "https://other.lv/",
    )


def test_a_base_is_respected() -> None:
    assert parse_markup("<base target=_top><base href=/b/><a href=x>x", PAGE).links == ("https://ex.lv/b/x",)
    assert parse_markup("<base href='mailto:x'><a href=x>x", PAGE).links == ("https://ex.lv/dir/x",)


def test_feeds_are_apart() -> None:
    markup = parse_markup(
        "<link rel=alternate type=application/rss+xml href=/feed><link rel=alternate hreflang=en href=/en>"
        "<a type='application/atom+xml' href=/atom>",
        PAGE,
    )
    assert markup.feeds == ("https://ex.lv/feed", "https://ex.lv/atom")
    assert markup.links == ("https://ex.lv/en",)


@pytest.mark.parametrize(
    ("content", "refresh"),
    [
        ("0; url=/x", Refresh(0, "https://ex.lv/x")),
        ("5;URL='y'", Refresh(5, "https://ex.lv/dir/y")),
        ('1.5 , url = "/z"', Refresh(1.5, "https://ex.lv/z")),
        ("0;/x", Refresh(0, "https://ex.lv/x")),
        ("30", None),
        ("", None),
        ("0; url=javascript:x", None),
        ("; url=/x", Refresh(0, "https://ex.lv/x")),
    ],
)
def test_a_meta_refresh_is_noted_and_is_a_link(content: str, refresh: Refresh | None) -> None:
    markup = parse_markup(
        f"<meta http-equiv=Refresh content='{content}'>"
        if "'" not in content
        else f'<meta http-equiv=Refresh content="{content}">',
        PAGE,
    )
    assert markup.refresh == refresh
    assert markup.links == ((refresh.url,) if refresh else ())


def test_links_that_are_no_url_are_told() -> None:
    assert parse_markup("<a href='http://a b/'><a href='javascript:x'>", PAGE).refused_links == (
        "http://a b/",
    )


@pytest.mark.parametrize(
    "text", ["", " ", "plain", "<!-- x -->", "\x01\x02", "<", "<a href=x", "<?xml version='1.0'?>"]
)
def test_what_is_hardly_html_gives_nothing(text: str) -> None:
    assert parse_markup(text, PAGE).links == ()


def test_an_xml_declaration_with_a_wrong_encoding_does_no_harm() -> None:
    markup = parse_markup("<?xml version='1.0' encoding='utf-16'?><html><title>Rīga</title><a href=x>", PAGE)
    assert (markup.title, markup.links) == ("Rīga", ("https://ex.lv/dir/x",))


def test_links_far_down_in_nesting_are_found() -> None:
    assert parse_markup("<div>" * 2000 + "<a href=deep>", PAGE).links == ("https://ex.lv/dir/deep",)


def test_a_page_of_sixty_thousand_links_is_cut() -> None:
    assert len(parse_markup("".join(f"<a href={n}>" for n in range(60_000)), PAGE).links) == 5000


@given(st.text(alphabet="<>/=\"' abhrefimt\x00&;#\ud800ā", max_size=200))
def test_any_text_gives_clean_links_and_never_raises(text: str) -> None:
    assert all(normalise(link) == link for link in parse_markup(text, PAGE).links)
