from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.finding import Finding, Instance, Outcome
from results.defects import defects, shape


def at(snippet: str, selector: str = "", message: str = "") -> Instance:
    return Instance(url="https://a.example/", selector=selector, snippet=snippet, message=message)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            '<a id="menu-item-17" class="nav" href="/a">A</a>',
            '<a id="menu-item-9" class="nav" href="/b">B</a>',
        ),
        ('<div class="css-1x9ab2 card">', '<div class="css-77q1zz card">'),
        ('<li class="item active">Jaunumi</li>', '<li class="item">Kontakti</li>'),
        ("<input type='text' name='q' class='b a'>", '<input name="q" class="a b" type="text">'),
        ('<html data-page="12">', "<html data-page='7'>"),
        ('<a class="more" title="cut in the mid', '<a class="more" title="cut elsewhere'),
    ],
)
def test_what_a_template_makes_has_one_shape(one: str, other: str) -> None:
    assert shape(at(one, "#a > li:nth-child(3)")) == shape(at(other, "#b > li:nth-child(4)"))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ('<a class="nav" href="/">', '<a class="footer" href="/">'),
        ('<a class="nav">', '<span class="nav">'),
        ('<img src="a.png">', '<img src="a.png" alt="">'),
        ('<input name="email">', '<input name="phone">'),
        ("<button>", '<button type="submit">'),
    ],
)
def test_other_elements_have_other_shapes(one: str, other: str) -> None:
    assert shape(at(one)) != shape(at(other))


def test_elements_without_names_are_told_apart_by_where_they_stand() -> None:
    links = [at("<a href='/x'>x</a>", f'.menu > li:nth-child({n}) > a[href$="x{n}.html"]') for n in (1, 2)]
    assert shape(links[0]) == shape(links[1])
    assert shape(links[0]) != shape(at("<a href='/x'>x</a>", "main > p:nth-child(1) > a"))


def test_one_defect_on_thirty_pages_is_one_item_and_the_first() -> None:
    everywhere = [
        Finding(
            rule="color-contrast",
            outcome=Outcome.FAILED,
            page_url=f"https://a.example/{page}",
            instances=(at(f'<a class="skip" id="s{page}">'), at(f'<a class="skip" id="s{page}">')),
        )
        for page in range(30)
    ]
    alone = Finding(
        rule="color-contrast",
        outcome=Outcome.FAILED,
        page_url="https://a.example/1",
        instances=(at("<p>"),) * 99,
    )
    first, second = defects([alone, *everywhere])
    assert (len(first.pages), len(first.instances), len(first.places)) == (30, 60, 30)
    assert (second.pages, len(second.places)) == (("https://a.example/1",), 1)


@given(st.text(max_size=300), st.text(max_size=100), st.text(max_size=50))
def test_nothing_that_a_site_writes_is_lost_or_breaks_it(snippet: str, selector: str, message: str) -> None:
    one = at(snippet, selector, message)
    (found,) = defects([Finding(rule="r", outcome=Outcome.FAILED, instances=(one,))])
    assert found.instances == (one,)
    assert shape(one) == shape(at(snippet, selector, message))
