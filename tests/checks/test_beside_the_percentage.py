"""Our own findings beside the percentage: the language that a page names, and text cut off at 200 %."""

from __future__ import annotations

import pytest

from checks.accessibility import page_language, zoomed_text
from checks.check import JudgementSettings
from checks.finding import Finding, Outcome
from crawler.evidence import CutText, Page
from tests.checks.build import page, site
from tests.checks.build_measures import met

LATVIAN = (
    "Pašvaldība aicina iedzīvotājus piedalīties sabiedriskajā apspriešanā par jauno attīstības plānu, kas "
    "tiks izskatīts domes sēdē nākamajā mēnesī. Savus priekšlikumus var iesniegt gan elektroniski, "
    "gan klātienē, kā arī sūtot tos pa pastu līdz noteiktajam datumam. Pēc tam tie tiks apkopoti, "
    "un par tiem lems dome. "
)
ENGLISH = (
    "The council invites all residents to take part in the public consultation on the new development plan, "
    "which will be discussed at the meeting of the council in the next month. You can send us your proposals "
    "by post or by email, and you may also hand them in at the office before the end of the month. "
)


def written(text: str, lang: str, body: str = "") -> Page:
    return page(
        axe=met(4), lang=lang, text=text, html=f"<html lang='{lang}'><body>{body or text}</body></html>"
    )


def language(looked_at: Page) -> tuple[Finding, ...]:
    return page_language.judge(site(looked_at), JudgementSettings()).findings


@pytest.mark.parametrize(
    ("text", "lang", "said"), [(LATVIAN, "en", "'lv'"), (ENGLISH, "lv-LV", "'en'"), (ENGLISH, "mt", "'en'")]
)
def test_a_page_that_names_another_language_than_it_is_written_in_fails(
    text: str, lang: str, said: str
) -> None:
    (one,) = language(written(text, lang))
    assert (one.rule, one.outcome, one.criteria) == ("page-language", Outcome.FAILED, ("3.1.1",))
    assert said in one.message
    assert text[:40] in one.instances[0].message
    assert one.instances[0].snippet == f'lang="{lang}"'


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        (LATVIAN, "lv"),
        (ENGLISH, "EN-gb"),
        (ENGLISH, ""),
        (LATVIAN[:60], "en"),
        (LATVIAN + ENGLISH, "ru"),
        (LATVIAN, "ltg"),
    ],
    ids=[
        "agrees",
        "agrees whatever its case",
        "axe's matter",
        "too short",
        "a mixture",
        "a language unknown to us",
    ],
)
def test_where_it_agrees_or_cannot_be_told_nothing_is_said(text: str, lang: str) -> None:
    assert language(written(text, lang)) == ()


def test_text_that_is_marked_as_another_language_is_right() -> None:
    marked = f'<p>Pašvaldība</p><div lang="en">{ENGLISH}</div>'
    assert language(written(ENGLISH, "lv", marked)) == ()
    menu = f'<a lang="en" href="/en">English</a><div>{ENGLISH}</div>'
    assert len(language(written(ENGLISH, "lv", menu))) == 1


def test_cut_text_is_told_with_its_place_and_why() -> None:
    text = CutText(selector="#a", snippet="<p id=a>", text="Pūt, vējiņi", how="height")
    cut = page(axe=met(4), cut_text=(text,))
    (one,) = zoomed_text.judge(site(cut), JudgementSettings()).findings
    assert (one.rule, one.criteria) == ("text-cut-at-200-percent", ("1.4.4",))
    assert one.instances[0].selector == "#a"
    assert "too low at 200 % zoom: Pūt, vējiņi" in one.instances[0].message


@pytest.mark.parametrize("cut", [None, ()])
def test_no_cut_text_is_no_finding(cut: tuple[CutText, ...] | None) -> None:
    assert zoomed_text.judge(site(page(axe=met(4), cut_text=cut)), JudgementSettings()).findings == ()
