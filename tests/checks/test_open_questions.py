from __future__ import annotations

from datetime import date

import pytest

from checks.check import JudgementSettings
from checks.finding import Answer, Outcome
from checks.participation.current import State, day_of_run, questions
from checks.participation.open_questions import judge, plan
from crawler.evidence import Failure, FailureReason, Page, Place, Site, VisitPage
from tests.checks.build import HOME_URL, link, page, site

ROLE = ("participation",)


def section(body: str, title: str = "Sabiedrības līdzdalība", **more: object) -> Page:
    html = f"<html><head><title>{title}</title></head><body><main><h1>{title}</h1>{body}</main></body></html>"
    return page("/lidzdaliba", html=html, title=title, roles=ROLE, **more)


def seen(body: str, at: str = "2026-03-10T10:00:00+00:00", **more: object) -> Site:
    home = page(links=(link("Sabiedrības līdzdalība", "/lidzdaliba"),))
    return site(home, section(body, **more), captured_at=at)


def answers(observed: Site) -> dict[str, Answer]:
    return {one.code: one for one in judge(observed, JudgementSettings()).answers}


def test_the_last_day_counts_whole_in_the_run_s_time_zone() -> None:
    body = "<p>Priekšlikumus var iesniegt līdz 2026. gada 10. martam.</p>"
    on_the_day = seen(body, "2026-03-10T21:59:00+00:00")
    after = seen(body, "2026-03-10T22:00:00+00:00")
    assert (day_of_run(on_the_day), day_of_run(after)) == (date(2026, 3, 10), date(2026, 3, 11))
    assert answers(on_the_day)["M06_2"].value == 1
    assert answers(after)["M06_2"].value == 0


@pytest.mark.parametrize(("published", "value"), [("10.01.2026.", 1), ("09.01.2026.", 0)])
def test_a_publication_younger_than_60_days_counts(published: str, value: int) -> None:
    body = f"<h2>Plāns</h2><p>{published}</p><p>Publiskā apspriešana: gaidām priekšlikumus.</p>"
    assert answers(seen(body, "2026-03-10T10:00:00+00:00"))["M06_2"].value == value


def test_a_date_without_a_form_of_taking_part_is_left_open() -> None:
    given = answers(seen("<p>Darbi notiek no 01.03.2026. līdz 20.03.2026.</p>"))["M06_2"]
    assert given.outcome is Outcome.CANT_TELL
    assert "01.03.2026. līdz 20.03.2026." in given.evidence[0].snippet


def test_what_has_not_begun_is_not_open() -> None:
    body = "<p>Publiskā apspriešana no 01.04.2026. līdz 20.04.2026.</p>"
    observed = seen(body)
    assert [one.state for one in questions(observed)] == [State.LATER]
    assert answers(observed)["M06_2"].value == 0


def test_the_year_of_a_day_without_one_is_that_of_the_publication() -> None:
    body = "<p>Publicēts: 02.03.2026.</p><p>Priekšlikumus var iesniegt līdz 15. martam.</p>"
    assert questions(seen(body))[0].day == date(2026, 3, 15)


def test_dates_of_news_on_the_front_page_are_no_questions() -> None:
    html = "<html><body><h1>Iestāde</h1><p>09.03.2026. Aptauja par ledu noslēgusies.</p></body></html>"
    observed = site(page(html=html, text="09.03.2026."), captured_at="2026-03-10T10:00:00+00:00")
    assert questions(observed) == ()


def test_all_that_is_missing_is_named() -> None:
    given = answers(seen("<p>Lūdzam iesniegt priekšlikumus.</p>"))["M06_3"]
    assert given.value == 0
    assert given.reason == "Not there: documents or links to them, where and how to submit."


def test_each_element_is_quoted() -> None:
    body = (
        "<p>Priekšlikumus lūdzam sūtīt uz plans@iestade.example līdz 2026. gada 20. martam.</p>"
        '<p><a href="/plans.pdf">Plāna projekts</a></p>'
    )
    links = (link("Plāna projekts", "/plans.pdf", Place.MAIN),)
    given = answers(seen(body, links=links))["M06_3"]
    assert given.value == 1
    said = [one.message for one in given.evidence]
    assert [message.split(":")[0].split(" (")[0] for message in said] == [
        "what to do",
        "a document",
        "where",
        "open",
    ]
    assert "plans@iestade.example" in said[2]


def test_pages_below_the_section_are_visited_first_and_at_most_three() -> None:
    links = [
        link(f"Publiskā apspriešana {number}", f"/lidzdaliba/{number}", Place.MAIN) for number in range(5)
    ]
    elsewhere = link("Tiesību aktu projekti", "/projekti", Place.MAIN)
    document = link("Publiskā apspriešana", "/plans.pdf", Place.MAIN)
    wanted = plan(seen("", links=(elsewhere, document, *links)))
    assert wanted == tuple(VisitPage(url=f"{HOME_URL}lidzdaliba/{n}", role="consultation") for n in range(3))


def test_what_the_sections_text_links_to_below_it_is_visited_last() -> None:
    home = page(links=(link("Sabiedrības līdzdalība", "/lidzdaliba"),))
    inside = (
        link("Kopsavilkums par marķēšanu", "/lidzdaliba/markesana", Place.MAIN),
        link("Publiskā apspriešana", "/lidzdaliba/apspriesana", Place.MAIN),
        link("Par mums", "/lidzdaliba/mes", Place.HEADER),
        link("Par biroju", "/birojs", Place.MAIN),
    )
    planned = plan(site(home, section("<p>x</p>", links=inside)))
    assert [one.url for one in planned if isinstance(one, VisitPage)] == [
        f"{HOME_URL}lidzdaliba/apspriesana",
        f"{HOME_URL}lidzdaliba/markesana",
    ]


def test_the_section_itself_is_waited_for() -> None:
    home = page(links=(link("Sabiedrības līdzdalība", "/lidzdaliba"), link("Likumprojekti", "/projekti")))
    assert plan(site(home)) == ()
    gone = page("/lidzdaliba", roles=ROLE, html="", failure=Failure(FailureReason.TIMEOUT))
    assert plan(site(home, gone)) == (VisitPage(url=f"{HOME_URL}projekti", role="consultation"),)


def test_a_section_that_could_not_be_read_leaves_both_open() -> None:
    home = page(links=(link("Sabiedrības līdzdalība", "/lidzdaliba"),))
    gone = page("/lidzdaliba", roles=ROLE, html="", failure=Failure(FailureReason.TIMEOUT))
    given = answers(site(home, gone))
    assert {one.outcome for one in given.values()} == {Outcome.CANT_TELL}


@pytest.mark.parametrize(
    "text",
    [
        "Sabiedrības līdzdalību nosaka 2009. gada 25. augusta noteikumi Nr. 970; priekšlikumus gaidām.",
        "Lapa atjaunota: 01.03.2026. Priekšlikumus gaidām.",
    ],
)
def test_the_day_of_an_act_or_of_the_last_change_is_no_publication(text: str) -> None:
    given = answers(seen(f"<p>{text}</p>"))["M06_2"]
    assert given.outcome is Outcome.CANT_TELL
    assert "no dates" in given.reason


def test_an_old_publication_is_quoted_in_the_no() -> None:
    given = answers(seen("<p>03.03.2024. Publiskā apspriešana: iesūtiet priekšlikumus.</p>"))["M06_2"]
    assert (given.value, given.evidence[0].message.split(" (")[0]) == (0, "published 60 days ago or earlier")


def test_a_meeting_to_come_is_open_and_tells_the_year_of_the_days_beside_it() -> None:
    body = (
        "<h2>Plāna sabiedriskās apspriešanas sanāksme</h2><p>LAIKS: 01.04.2026. plkst. 16.00</p>"
        "<p>Līdz 5. aprīlim ikviens var sniegt rakstiskus priekšlikumus.</p>"
    )
    found = questions(seen(body))
    assert [(one.state, one.day) for one in found] == [
        (State.OPEN, date(2026, 4, 5)),
        (State.AHEAD, date(2026, 4, 1)),
    ]
    assert answers(seen(body))["M06_2"].value == 1
