"""Entries of the front page that stand side by side, and what a ministry is known by."""

from __future__ import annotations

import pytest

from checks.finding import Outcome
from checks.judge import DEFAULTS
from checks.presence import activity_fields
from checks.presence.entries import rows
from crawler.evidence import Institution
from tests.checks.build import HOME_URL, page, site


def found(body: str) -> list[tuple[list[str], bool]]:
    home = page(html=f"<html><body>{body}</body></html>")
    return [([entry.text for entry in row.entries], row.is_submenu) for row in rows(home, "audience")]


@pytest.mark.parametrize(
    "body",
    [
        "<ul><li><a href='/1'>Iedzīvotājiem</a><li><a href='/2'>Uzņēmējiem</a></ul>",
        "<div><a href='/1'>Iedzīvotājiem</a><a href='/2'>Uzņēmējiem</a></div>",
        """<div><div><h3><a href='/1'>Iedzīvotājiem</a></h3><p>x</p></div>
        <div><h3>Uzņēmējiem</h3><a href='/3'>Visi</a></div></div>""",
    ],
)
def test_entries_of_one_block_stand_side_by_side(body: str) -> None:
    assert (["Iedzīvotājiem", "Uzņēmējiem"], False) in found(body)


@pytest.mark.parametrize(
    "body",
    [
        "<ul><li><a href='/1'>Iedzīvotājiem</a></ul>",
        "<footer><a href='/1'>Iedzīvotājiem</a><a href='/2'>Uzņēmējiem</a></footer>",
        """<ul><li><a href='/a'>Par mums</a><ul><li><a href='/1'>Medijiem</a></ul>
        <li><a href='/b'>Darbs</a><ul><li><a href='/2'>Uzņēmējiem</a></ul></ul>""",
        """<p><a href='/1'>Jauns pabalsts būs pieejams visiem iedzīvotājiem</a></p>
        <p><a href='/2'>Ministre sola atbalstu uzņēmējiem un ģimenēm reģionos</a></p>""",
    ],
)
def test_what_stands_alone_in_a_footer_or_in_headlines_is_no_row(body: str) -> None:
    assert found(body) == []


def test_a_submenu_is_told_with_its_name() -> None:
    inner = "<ul><li><a href='/1'>Iedzīvotājiem</a><li><a href='/2'>Uzņēmējiem</a></ul>"
    body = f"<li><a href='/a'>Kam</a>{inner}</li>"
    assert found(body) == [(["Iedzīvotājiem", "Uzņēmējiem"], True)]


@pytest.mark.parametrize(
    ("institution", "title", "is_ministry"),
    [
        ({"kind": "ministry"}, "", True),
        ({"kind": "ministrija"}, "", True),
        ({"kind": "institution", "name": "Zemkopības ministrija"}, "", False),
        ({"name": "Zemkopības ministrija"}, "", True),
        ({"name": "Ministry of Finance"}, "", True),
        ({"name": "Veselības ministrijas padotības iestāde"}, "", False),
        ({"name": "ZM"}, "Sākums | Zemkopības ministrija", True),
        ({}, "Keskkonnaministeerium", False),
        ({}, "Kliimaministeerium Eesti", False),
        ({}, "Sotsiaal ministeerium", True),
        ({}, "", None),
    ],
)
def test_a_ministry_is_known_by_the_list_else_by_its_name(
    institution: dict[str, str], title: str, is_ministry: bool | None
) -> None:
    observed = site(page(title=title), institution=Institution(url=HOME_URL, **institution))
    assert activity_fields.known_as(observed)[0] is is_ministry


def test_what_cannot_be_known_for_a_ministry_is_not_answered() -> None:
    answer = activity_fields.judge(site(page()), DEFAULTS).answers[0]
    assert answer.outcome is Outcome.CANT_TELL
    assert "neither the list of institutions nor the page" in answer.reason
