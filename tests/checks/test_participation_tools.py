from __future__ import annotations

from typing import Any

import pytest

from checks.check import Check, JudgementSettings
from checks.finding import Answer, Outcome
from checks.participation import (
    councils,
    forum,
    news_by_mail,
    open_questions,
    polls,
    site_feedback,
    suggestion_form,
)
from crawler.evidence import Control, Frame, Page, Place, Resource, Site
from tests.checks.build import crawled, field, form, link, page, site

MODULES = (open_questions, polls, forum, councils, suggestion_form, news_by_mail, site_feedback)
CHECKS = [module.CHECK for module in MODULES]


def answers(check: Check, observed: Site) -> dict[str, Answer]:
    return {one.code: one for one in check.judge(observed, JudgementSettings()).answers}


def with_text(text: str, url: str = "/", **more: Any) -> Page:
    html = f"<html><body><main><h1>Iestāde</h1><p>{text}</p></main></body></html>"
    return page("https://iestade.example/" if url == "/" else url, html=html, text=f"Iestāde {text}", **more)


@pytest.mark.parametrize("check", CHECKS, ids=lambda one: one.id)
def test_a_site_without_anything_gets_reasons_evidence_and_little_certainty(check: Check) -> None:
    for one in answers(check, site(page())).values():
        assert one.reason
        if one.outcome is not Outcome.INAPPLICABLE:
            assert one.value == 0
            assert one.evidence
            assert one.confidence <= 0.6


@pytest.mark.parametrize("check", CHECKS, ids=lambda one: one.id)
def test_a_site_that_was_not_looked_at_gets_no_value(check: Check) -> None:
    assert {one.outcome for one in answers(check, site()).values()} == {Outcome.UNTESTED}


def test_all_checks_together_open_at_most_six_pages() -> None:
    names = (
        *("Publiskā apspriešana", "Tiesību aktu projekti", "Likumprojekti", "Noteikumu projekti"),
        *(
            "Aptauja",
            "Klientu aptauja",
            "Forums",
            "Diskusiju forums",
            "Darba grupas",
            "Konsultatīvās padomes",
        ),
        *("Protokoli", "Uzdot jautājumu", "Raksti mums", "Atsauksmes", "Pieteikties jaunumiem", "Anketas"),
    )
    home = page(links=tuple(link(name, f"/{at}") for at, name in enumerate(names)))
    observed = site(home, page("/0", roles=("participation",)))
    wanted = [plan for check in CHECKS if check.plan for plan in check.plan(observed)]
    assert len(set(wanted)) == 6


def test_cookies_that_improve_the_site_ask_for_no_rating() -> None:
    asked = answers(site_feedback.CHECK, site(with_text("Help us improve this website.")))
    assert asked["M08_2"].value == 1
    cookies = answers(site_feedback.CHECK, site(with_text("Cookies help us improve this website.")))
    assert cookies["M08_2"].value == 0


def test_a_feedback_vendor_and_a_button_count_and_mere_analytics_do_not() -> None:
    def feedback(**more: Any) -> Answer:
        return answers(site_feedback.CHECK, site(page(**more)))["M08_8"]

    vendor = feedback(resources=(Resource(url="https://w.usabilla.com/abc.js", type="script", status=200),))
    assert (vendor.value, vendor.evidence[0].message) == (1, "built in: Usabilla")
    assert feedback(controls=(Control(name="Atstāt atsauksmi", tag="button"),)).value == 1
    hotjar = Resource(url="https://static.hotjar.com/c/hotjar-1.js", type="script", status=200)
    assert feedback(resources=(hotjar,)).value == 0


def test_a_survey_vendor_s_frame_is_a_form_on_the_site_and_a_form_vendor_s_only_with_words() -> None:
    def given(**more: Any) -> tuple[object, object]:
        observed = site(page(**more))
        return answers(site_feedback.CHECK, observed)["M08_1"].value, answers(polls.CHECK, observed)[
            "M07_2"
        ].value

    assert given(frames=(Frame(url="https://www.surveymonkey.com/r/ABC"),)) == (1, 1)
    assert given(frames=(Frame(url="https://docs.google.com/forms/d/e/1/viewform"),)) == (0, 0)
    assert given(links=(link("Klientu aptauja", "https://forms.gle/x", Place.MAIN),)) == (1, 1)
    assert given(links=(link("Pieteikums kursiem", "https://forms.gle/x", Place.MAIN),)) == (0, 0)


def test_a_forum_is_told_by_addresses_that_the_crawl_met() -> None:
    threads = tuple(
        crawled(f"/forums/viewtopic.php?t={n}", found_on="https://iestade.example/") for n in range(3)
    )
    assert answers(forum.CHECK, site(page(), urls=threads))["M07_3"].value == 1
    assert answers(forum.CHECK, site(page(), urls=threads[:2]))["M07_3"].value == 0


def test_members_and_minutes_of_one_meeting_on_its_own_page() -> None:
    body = "<h1>Padomes sēdes protokols Nr. 6</h1><p>Sēdes dalībnieki:</p><ul><li>Anna Ozola</li></ul>"
    minutes = page("/sede", html=f"<html><body><main>{body}</main></body></html>", title="Padomes sēde")
    given = answers(councils.CHECK, site(page(), minutes))["M07_5"]
    assert given.value == 1
    assert {"heading names “sēdes protokols”", "heading names “sēdes dalībnieki”"} <= {
        one.message for one in given.evidence
    }


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("Aicinām pieteikties dalībai darba grupā: raksti@iestade.example", Outcome.PASSED),
        ("Biedrības var pieteikties dalībai darba grupā.", Outcome.CANT_TELL),
        ("Darba grupa tiekas katru mēnesi.", Outcome.FAILED),
    ],
)
def test_applying_needs_a_way_to_apply(text: str, outcome: Outcome) -> None:
    groups = with_text(text, "/grupas", roles=("working_groups",))
    assert answers(councils.CHECK, site(page(), groups, page("/a"), page("/b")))["M07_4"].outcome is outcome


def test_a_long_application_is_no_form_for_questions() -> None:
    def given(count: int) -> object:
        fields = (*(field(f"f{n}") for n in range(count)), field("zina", "text"))
        words = type(fields[0])(tag="textarea", name="zina", label="Ziņojums", selector="textarea")
        return answers(suggestion_form.CHECK, site(page(forms=(form(*fields, words),))))["M07_6"].value

    assert given(3) == 1
    assert given(15) is None


def test_an_address_alone_is_a_less_certain_subscription() -> None:
    def confidence(name: str) -> float:
        one = form(field("epasts", "email"), name=name)
        return answers(news_by_mail.CHECK, site(page(forms=(one,))))["M07_99"].confidence

    assert confidence("Jaunumi e-pastā") > confidence("Kontakti")


def test_a_poll_of_one_question_is_a_survey_form_with_little_certainty() -> None:
    options = [field("a", "radio", label=f"Atbilde {number}") for number in range(3)]
    more = [field("b", "radio", label=f"Otra atbilde {number}") for number in range(3)]
    poll = site(page(forms=(form(*options, name="Aptauja"),)))
    survey = site(page(forms=(form(*options, *more, name="Aptauja"),)))
    said = [answers(site_feedback.CHECK, one)["M08_1"] for one in (poll, survey)]
    assert [one.value for one in said] == [1, 1]
    assert said[0].confidence < 0.8 <= said[1].confidence
