from __future__ import annotations

import pytest

from checks.check import JudgementSettings
from checks.finding import Answer, Outcome
from checks.presence.participation import judge, plan
from crawler.evidence import Failure, FailureReason, Place, Site, VisitPage
from tests.checks.build import HOME_URL, crawled, link, page, site


def answer(observed: Site) -> Answer:
    (given,) = judge(observed, JudgementSettings()).answers
    return given


@pytest.mark.parametrize(
    "text",
    [
        "Sabiedrības līdzdalība",
        "Iesaisties",
        "Publiskās apspriedes",
        "Public participation",
        "Have your say",
        "Общественное обсуждение",
        "Kaasamine",
        "Konsultavimasis su visuomene",
    ],
)
def test_a_section_under_any_of_its_names_counts(text: str) -> None:
    given = answer(site(page(links=(link(text, "/x"),))))
    assert (given.value, given.outcome) == (1, Outcome.PASSED)


@pytest.mark.parametrize(
    "text",
    [
        "Feedback",
        "Kontakti",
        "Ziņot par kļūdu",
        "Meeting agendas",
        "Newsletter",
        "Saņemt jaunumus",
        "Aptauja",
    ],
)
def test_contact_faults_agendas_and_newsletters_are_not_participation(text: str) -> None:
    given = answer(site(page(links=(link(text, "/x"),))))
    assert (given.value, given.outcome) == (0, Outcome.FAILED)
    assert given.evidence[-1].message == "1 links of the front page were read"


def test_a_headline_that_mentions_it_is_no_pointer_and_is_shown() -> None:
    text = "Ministre tikās ar nozari, lai pārrunātu arī sabiedrības līdzdalību un nodokļu jauno kārtību"
    given = answer(site(page(links=(link(text, "/zina", Place.MAIN),))))
    assert given.value == 0
    assert text in given.evidence[0].snippet


def test_a_pointer_on_an_inner_page_only_is_not_on_the_front_page() -> None:
    inner = page("/a", links=(link("Sabiedrības līdzdalība", "/x"),))
    assert answer(site(page(), inner)).value == 0


def test_the_footer_is_worth_less_than_the_menu_and_a_confirmed_target_more() -> None:
    def confidence(place: Place, title: str) -> float:
        observed = page(links=(link("Sabiedrības līdzdalība", "/x", place),))
        return answer(site(observed, urls=(crawled("/x", title),))).confidence

    assert confidence(Place.NAV, "Līdzdalība") > confidence(Place.FOOTER, "Līdzdalība")
    assert confidence(Place.NAV, "Līdzdalība") > confidence(Place.NAV, "Jaunumi")


def test_a_pointer_whose_target_is_gone_leaves_it_open() -> None:
    gone = crawled("/x", failure=Failure(FailureReason.HTTP_404))
    given = answer(site(page(links=(link("Līdzdalība", "/x"),)), urls=(gone,)))
    assert given.outcome is Outcome.CANT_TELL


def test_an_icon_without_words_is_told_by_its_name_or_address() -> None:
    assert answer(site(page(links=(link("", "/x", name="Sabiedrības līdzdalība"),)))).value == 1
    assert answer(site(page(links=(link("", "/sabiedribas-lidzdaliba"),)))).value == 1


def test_the_sections_page_is_visited() -> None:
    home = page(links=(link("Līdzdalība", "/lidzdaliba"), link("Publiskā apspriešana", "/x", Place.FOOTER)))
    assert plan(site(home)) == (VisitPage(url=HOME_URL + "lidzdaliba", role="participation"),)
