from __future__ import annotations

import string
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.finding import Instance
from results.content_key import content_key, fingerprint, lasting_name, lasting_selector, lasting_text


def at(snippet: str, selector: str = "", message: str = "") -> Instance:
    return Instance(url="https://a.example/", selector=selector, snippet=snippet, message=message)


WORDS = st.sampled_from(["card", "menu-item", "nav__link", "wp-block-image", "btn primary", "lauks"])
GENERATED = st.one_of(
    st.uuids().map(str),
    st.integers(0, 10**13).map(str),
    st.integers(0, 10**6).map("ember{}".format),
    st.integers(0, 10**6).map("ui-id-{}".format),
    st.integers(0, 10**6).map("gform_7_{}".format),
    st.text("0123456789abcdef", min_size=8, max_size=40),
    st.text("0123456789abcdefghijklmnopqrstuv", min_size=1, max_size=3).map(":r{}:".format),
)
FORMS = {
    "uuid": st.uuids().map(str),
    "counter": st.integers(0, 10**9).map("ember{}".format),
    "jquery": st.integers(0, 10**9).map("ui-id-{}".format),
    "yui": st.lists(st.integers(0, 10**9), min_size=1, max_size=5).map(
        lambda numbers: "yui_" + "_".join(map(str, numbers))
    ),
    "hash": st.text("0123456789abcdef", min_size=8, max_size=40),
    "react": st.text(string.digits + "abcdefghijklmnopqrstuv", min_size=1, max_size=3).map(":r{}:".format),
    "emotion": st.text(string.ascii_lowercase + string.digits, min_size=5, max_size=8).map("css-{}".format),
    "styled": st.text(string.ascii_letters, min_size=5, max_size=8).map("sc-{}".format),
    "angular": st.integers(0, 10**6).map("mat-input-{}".format),
}


@pytest.mark.parametrize("maker", FORMS)
@given(st.data(), WORDS)
def test_names_made_up_anew_give_one_key(maker: str, data: st.DataObject, word: str) -> None:
    one, other = data.draw(FORMS[maker]), data.draw(FORMS[maker])
    assert content_key(at(f'<a id="{one}" class="{word} {one}" href="/a">')) == content_key(
        at(f'<a id="{other}" class="{other} {word}" href="/b">')
    )


@given(WORDS, GENERATED, GENERATED, st.integers(1, 400), st.integers(1, 400), st.dates(), st.dates())
def test_neither_place_nor_text_nor_framework_counts(
    word: str, one: str, other: str, place: int, now: int, then: object, today: object
) -> None:
    """Siblings reordered, elements put in, dates and links changed."""
    before = at(
        f'<a class="{word}" data-v-7ba5bd90="" href="/n/{one}">{then}</a>',
        f"#{one} > li:nth-child({place}) > a",
        f"seen {then}",
    )
    after = at(
        f'<a href="/n/{other}" class="{word}" style="top:{now}px">{today}</a>',
        f"main > ul > li:nth-child({now}) > a",
        f"seen {today}",
    )
    assert content_key(before) == content_key(after)


@given(st.dates(), st.dates())
def test_messages_alone_are_known_by_their_words(one: object, other: object) -> None:
    assert content_key(at("", "", f"The newest news is of {one}")) == content_key(
        at("", "", f"The newest  news is of {other}")
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ('<a class="nav" href="/">', '<a class="footer" href="/">'),
        ('<a class="nav">', '<span class="nav">'),
        ('<img src="a.png">', '<img src="a.png" alt="">'),
        ('<input name="email">', '<input name="phone">'),
        ("<button>", '<button type="submit">'),
        ('<div class="facade">', '<div class="cafe">'),
    ],
)
def test_other_elements_have_other_keys(one: str, other: str) -> None:
    assert content_key(at(one)) != content_key(at(other))


def test_keys_are_readable() -> None:
    assert content_key(at('<A HREF="/x" class="more  btn btn-17 active">vairāk</A>')) == (
        "a[class=btn btn-* more][href]"
    )
    assert content_key(at("", "#post-12 > h2.a1b2c:nth-child(2)")) == "h2.*"
    assert lasting_selector("#post-12 > h2.a1b2c > a:first-child") == "#post-* > h2.* > a"
    assert lasting_name("Nav_link__3xYzA") == "nav_link__*"
    assert lasting_text("2,5 of 7 on 2026-11-21 12:30") == "# of # on #-#-# #"


@given(st.text(max_size=400), st.text(max_size=100), st.text(max_size=400))
def test_nothing_that_a_site_writes_breaks_it(snippet: str, selector: str, message: str) -> None:
    key = content_key(at(snippet, selector, message))
    assert len(key) <= 200
    assert len(fingerprint("image-alt", "https://a.example/", key)) == 32


def test_long_forms_stay_apart() -> None:
    long = "x-" * 300
    assert content_key(at(f'<a class="{long}a">')) != content_key(at(f'<a class="{long}b">'))


def test_the_uuid_of_nobody_is_no_word() -> None:
    assert lasting_name(str(UUID(int=0))) == "*"
