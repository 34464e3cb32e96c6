from __future__ import annotations

import pytest

from checks.check import JudgementSettings
from checks.finding import Answer, Outcome
from checks.presence.services_links import is_service_portal, judge, plan
from crawler.evidence import Failure, FailureReason, Link, Place, Site, VisitPage
from tests.checks.build import HOME_URL, crawled, link, page, site


def answer(observed: Site) -> Answer:
    (given,) = judge(observed, JudgementSettings()).answers
    return given


@pytest.mark.parametrize(
    "text", ["Pakalpojumi", "E-pakalpojumi", "Services", "Online services", "Услуги", "Teenused", "Paslaugos"]
)
def test_a_menu_entry_that_names_services_counts_in_every_language(text: str) -> None:
    given = answer(site(page(links=(link(text, "/s"),))))
    assert (given.value, given.outcome) == (1, Outcome.PASSED)
    assert given.evidence[0].snippet == f"{text} → {HOME_URL}s"


def test_a_target_that_repeats_the_concept_makes_it_sure() -> None:
    links = (link("Pakalpojumi", "/pakalpojumi"),)
    sure = answer(site(page(links=links), urls=(crawled("/pakalpojumi", "Pakalpojumu katalogs"),)))
    unsure = answer(site(page(links=links), urls=(crawled("/pakalpojumi", "Aktualitātes"),)))
    assert sure.confidence >= 0.95 > unsure.confidence


def test_without_any_the_answer_is_no_with_what_was_considered() -> None:
    rejected = link("Iepirkums par tulkošanas pakalpojumiem", "/iepirkums")
    given = answer(site(page(links=(rejected, link("Kontakti", "/kontakti")))))
    assert (given.value, given.outcome) == (2, Outcome.FAILED)
    assert "rejected" in given.evidence[0].message
    assert given.evidence[-1].message == "2 links of the front page were read"


def test_a_dead_anchor_named_services_is_no_link() -> None:
    assert answer(site(page(links=(link("Pakalpojumi", HOME_URL + "#"),)))).value == 2


def test_links_whose_target_is_gone_leave_it_open() -> None:
    gone = crawled("/s", failure=Failure(FailureReason.HTTP_404))
    given = answer(site(page(links=(link("Pakalpojumi", "/s"),)), urls=(gone,)))
    assert given.outcome is Outcome.CANT_TELL
    assert given.value is None


def test_a_target_that_only_took_too_long_is_not_gone() -> None:
    slow = crawled("/s", failure=Failure(FailureReason.TIMEOUT))
    assert answer(site(page(links=(link("Pakalpojumi", "/s"),)), urls=(slow,))).value == 1


def test_a_heading_all_of_whose_links_are_gone_is_not_counted() -> None:
    below = '<h2>Populārākie pakalpojumi</h2><a href="/a">Atļauja</a><a href="/b">Izziņa</a>'
    home = page(html=f"<html><body>{below}</body></html>")
    gone = tuple(crawled(url, failure=Failure(FailureReason.HTTP_404)) for url in ("/a", "/b"))
    assert answer(site(home)).value == 1
    assert answer(site(home, urls=gone[:1])).value == 1
    assert answer(site(home, urls=gone)).value != 1


def test_a_visited_target_with_status_404_is_gone() -> None:
    home = page(links=(link("Pakalpojumi", "/s"),))
    assert answer(site(home, page("/s", status=404, title="Pakalpojumi"))).outcome is Outcome.CANT_TELL


def test_a_service_on_the_states_portal_counts_and_another_firms_does_not() -> None:
    portal = link("Pieteikt adresi", "https://latvija.lv/pakalpojumi/adrese")
    assert answer(site(page(links=(portal,)))).value == 1
    foreign = link("Our services", "https://webagency.example/services")
    assert answer(site(page(links=(foreign,)))).value == 2


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://latvija.lv/p", True),
        ("https://www.latvija.gov.lv/p", True),
        ("https://epakalpojumi.iestade.example/", True),
        ("https://notlatvija.lv/", False),
        ("mailto:a@latvija.lv", False),
    ],
)
def test_service_portals_are_told_by_host(url: str, expected: bool) -> None:
    assert is_service_portal(url) is expected


def test_a_closed_menu_counts_and_a_hidden_link_in_the_text_does_not() -> None:
    closed = link("Pakalpojumi", "/s", Place.NAV, visible=False)
    hidden = link("Pakalpojumi", "/s", Place.MAIN, visible=False)
    assert answer(site(page(links=(closed,)))).value == 1
    assert answer(site(page(links=(hidden,)))).value is None


def test_a_menu_without_landmarks_shows_itself_by_repeating() -> None:
    menu = (link("Pakalpojumi", "/s", Place.BODY, visible=False),)
    pages = [page(links=menu), *(page(f"/{n}", links=menu) for n in range(3))]
    assert answer(site(*pages)).value == 1


def test_up_to_two_pages_are_visited_best_first_and_no_documents() -> None:
    links: tuple[Link, ...] = (
        link("Pakalpojumi", "/pakalpojumi"),
        link("E-pakalpojumi", "/e-pakalpojumi", Place.FOOTER),
        link("Pakalpojumu saraksts", "/saraksts.pdf"),
        link("Visi pakalpojumi", "https://latvija.lv/x"),
    )
    planned = plan(site(page(links=links)))
    assert planned == (
        VisitPage(url=HOME_URL + "pakalpojumi", role="services"),
        VisitPage(url=HOME_URL + "e-pakalpojumi", role="services"),
    )


def test_the_crawl_finds_a_section_that_no_menu_names() -> None:
    urls = (crawled("/x", "Par mums"), crawled("/pakalpojumi", "Pakalpojumi", heading="Pakalpojumi"))
    assert plan(site(page(), urls=urls)) == (VisitPage(url=HOME_URL + "pakalpojumi", role="services"),)


def test_nothing_more_is_planned_once_the_section_was_visited() -> None:
    home = page(links=(link("Pakalpojumi", "/pakalpojumi"),))
    assert plan(site(home, page("/pakalpojumi", roles=("services",)))) == ()


def test_a_front_page_that_failed_cannot_tell() -> None:
    failed = page(failure=Failure(FailureReason.TIMEOUT), html="")
    assert answer(site(failed)).outcome is Outcome.CANT_TELL
    assert plan(site(failed)) == ()


def nav_page(inside: str, *links: Link) -> Site:
    return site(page(links=links, html=f"<html><body><nav>{inside}</nav></body></html>"))


def test_a_menu_that_a_script_opens_counts_by_the_links_below_it() -> None:
    opener = link("Pakalpojumi", "javascript:;")
    inside = (
        '<ul><li><a href="javascript:;">Pakalpojumi</a><ul><li><a href="/a">Atzinums</a></li></ul></li></ul>'
    )
    given = answer(nav_page(inside, opener))
    assert (given.value, given.confidence) == (1, 0.85)
    assert f"Atzinums → {HOME_URL}a" in given.evidence[0].snippet


def test_links_of_the_next_menu_are_not_those_of_services() -> None:
    opener = link("Pakalpojumi", "javascript:;")
    inside = '<ul><li><a href="javascript:;">Pakalpojumi</a></li><li><a href="/a">Par mums</a></li></ul>'
    assert answer(nav_page(inside, opener)).value is None


@pytest.mark.parametrize("href", ["javascript:void(0)", "file:///C:/pakalpojumi.html"])
def test_a_name_without_an_address_is_kept_as_a_candidate(href: str) -> None:
    opener = Link(href=href, text="Pakalpojumi", place=Place.NAV, selector="a")
    given = answer(site(page(links=(opener,))))
    assert given.outcome is Outcome.CANT_TELL
    assert href in given.evidence[0].snippet


def test_a_dead_anchor_makes_no_less_sure_and_stands_as_rejected() -> None:
    given = answer(site(page(links=(link("Pakalpojumi", HOME_URL + "#"),))))
    assert (given.value, given.confidence) == (2, 0.5)
    assert "rejected" in given.evidence[0].message


def test_a_heading_counts_with_two_links_below_it_up_to_the_next_heading() -> None:
    two = "<h2>E-pakalpojumi</h2><p><a href='/a'>A</a> <a href='/b'>B</a></p>"
    one = "<h2>E-pakalpojumi</h2><p><a href='/a'>A</a></p><h2>Ziņas</h2><p><a href='/b'>B</a></p>"
    assert answer(nav_page(two)).value == 1
    assert answer(nav_page(one)).value == 2
    elsewhere = two.replace("/a", "https://x.example/a").replace("/b", "https://y.example/b")
    assert answer(nav_page(elsewhere)).value == 2
