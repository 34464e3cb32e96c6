from __future__ import annotations

import pytest

from checks.check import JudgementSettings
from checks.finding import Answer, Outcome
from checks.services.service_descriptions import CODES, judge, plan
from checks.services.service_elements import ELEMENTS, elements
from checks.services.service_pages import candidates
from crawler.evidence import Page, Place, VisitPage
from tests.checks.build import HOME_URL, crawled, link, page, site

HOME = page(links=(link("Pakalpojumi", "/pakalpojumi"), link("Par mums", "/par")))


def section(*links: tuple[str, str]) -> Page:
    inside = tuple(link(text, href, Place.MAIN) for text, href in links)
    return page("/pakalpojumi", roles=("services",), title="Pakalpojumi", links=(*HOME.links, *inside))


def service(number: int, main: str) -> Page:
    html = f"<html><body><main>{main}</main></body></html>"
    return page(f"/pakalpojumi/{number}", roles=("service",), html=html)


def answers(*pages: Page) -> dict[str, Answer]:
    given = judge(site(HOME, *pages), JudgementSettings()).answers
    return {answer.code.removeprefix("service."): answer for answer in given}


def found(main: str, home: Page | None = None) -> set[str]:
    return {one.name for one in elements(service(1, main), home) if one.is_there}


def test_ten_service_pages_at_most_are_visited_those_below_the_section_first() -> None:
    listed = [(f"Atzinums {'x' * n}", f"/pakalpojumi/{n}") for n in range(1, 14)]
    planned = plan(site(HOME, section(("Par biroju plašāk", "/birojs"), *listed)))
    assert len(planned) == 10
    assert planned[0] == VisitPage(url=f"{HOME_URL}pakalpojumi/1", role="service")
    assert all("/pakalpojumi/" in plan.url for plan in planned if isinstance(plan, VisitPage))


def test_menus_news_documents_paging_and_other_hosts_are_no_service_pages() -> None:
    observed = section(
        ("Par mums", "/par"),
        ("Jaunumi", "/jaunumi"),
        ("Cenrādis", "/pakalpojumi/cenas.pdf"),
        ("2", "/pakalpojumi/2"),
        ("Nākamā", "/pakalpojumi?page=2"),
        ("Adreses deklarēšana", "https://latvija.lv/pakalpojumi/adrese"),
    )
    assert candidates(site(HOME, observed)) == ()


def test_the_price_list_and_the_standard_below_the_section_are_no_services() -> None:
    observed = section(
        ("Maksas pakalpojumu cenrādis", "/pakalpojumi/cenradis"),
        ("Izziņa par valsts nodevas samaksu", "/pakalpojumi/izzina"),
    )
    urls = (
        crawled("/pakalpojumi/cenradis", title="Cenrādis"),
        crawled("/pakalpojumi/fees", title="Price list"),
    )
    assert candidates(site(HOME, observed, urls=urls)) == (f"{HOME_URL}pakalpojumi/izzina",)


def test_a_service_that_the_front_page_links_to_keeps_its_own_heading() -> None:
    main = "<h1>Paraugu pārbaude</h1><p>Birojs pārbauda paraugu un par to izsniedz protokolu.</p>"
    home = page(html="<html><body><ul><li>Paraugu pārbaude</li></ul></body></html>")
    assert found(main, home) == {"name_description"}


def test_beside_links_named_services_others_of_the_text_lead_elsewhere() -> None:
    other = ("Par biroju", "/birojs")
    named = section(("Izziņa", "/lv/pakalpojums/izzina"), other)
    assert candidates(site(HOME, named)) == (f"{HOME_URL}lv/pakalpojums/izzina",)
    assert candidates(site(HOME, section(("Izziņa", "/izzina"), other))) == (
        f"{HOME_URL}izzina",
        f"{HOME_URL}birojs",
    )


def test_pages_that_only_the_crawl_found_below_the_section_count() -> None:
    assert candidates(site(HOME, section(), urls=(crawled("/pakalpojumi/izzina"), crawled("/zinas/1")))) == (
        f"{HOME_URL}pakalpojumi/izzina",
    )


def test_nothing_is_planned_before_the_section_was_seen_or_after_a_visit() -> None:
    assert plan(site(HOME)) == ()
    listed = section(("Izziņa", "/pakalpojumi/1"))
    assert plan(site(HOME, listed, service(1, "<h1>Izziņa</h1>"))) == ()


def test_half_of_the_pages_is_enough_and_less_is_not() -> None:
    has, lacks = "<h2>Nepieciešamie dokumenti</h2><p>Pase</p>", "<p>Cits</p>"
    assert answers(service(1, has), service(2, lacks))["documents_forms"].value == 1
    three = answers(service(1, has), service(2, lacks), service(3, lacks))["documents_forms"]
    assert (three.value, three.outcome) == (0, Outcome.FAILED)
    assert three.reason.startswith("1 of 3")


@pytest.mark.parametrize(
    ("main", "element"),
    [
        ("<h1>Licence</h1><p>" + "Licence dod tiesības tirgot degvielu. " * 3 + "</p>", "name_description"),
        ("<dl><dt>Atbildīgā nodaļa</dt><dd>Licenču nodaļa</dd></dl>", "provider_contacts"),
        ("<p>Zvaniet: tālr. 67021604</p>", "provider_contacts"),
        ("<h3>Documents needed</h3><p>A passport</p>", "documents_forms"),
        ("<p>You must submit a copy of your passport.</p>", "documents_forms"),
        ("<p><b>Nepieciešamie dokumenti:</b> pase vai personas apliecība</p>", "documents_forms"),
        ("<ol><li>1. solis. Nosūtiet iesniegumu e-adresē.</li></ol>", "steps_conditions"),
        ("<h2>How to apply</h2><p>Write to us.</p>", "steps_conditions"),
        ("<table><tr><td>Порядок получения:</td></tr><tr><td>почтой</td></tr></table>", "steps_conditions"),
        ("<h2>Legal basis</h2><p>Law</p><h2>Appeals</h2><p>To the court.</p>", "legal_basis_dispute"),
        ("<h3>Õiguslik alus</h3><p>Seadus</p><h3>Vaide esitamine</h3><p>30 päeva</p>", "legal_basis_dispute"),
        ("<h3>Teisės aktai</h3><p>Įstatymas</p><h3>Apskundimas</h3><p>Teismui</p>", "legal_basis_dispute"),
    ],
)
def test_an_element_is_found_and_quoted(main: str, element: str) -> None:
    (one,) = [one for one in elements(service(1, main), None) if one.name == element]
    assert one.is_there
    assert one.instance.snippet


@pytest.mark.parametrize(
    "main",
    [
        "<h1>Licence</h1><p>Īsi.</p>",
        "<h2>Nepieciešamie dokumenti</h2><h2>Cits</h2><p>teksts</p>",
        "<h2>Legal basis</h2><p>Law on trade</p>",
        "<p>Vēstures muzejs gaida.</p>",
    ],
)
def test_a_bare_name_an_empty_heading_or_half_of_the_fifth_is_not_enough(main: str) -> None:
    assert found(main) == set()


def test_what_the_front_page_holds_too_is_the_sites_frame() -> None:
    footer = "<footer><p>Tālr. 67021604</p></footer>"
    home = page(html=f"<html><body>{footer}</body></html>")
    assert "provider_contacts" in found(footer)
    assert "provider_contacts" not in found(footer, home)


def test_every_element_has_a_code_and_a_label_in_both_languages() -> None:
    assert set(CODES) == set(ELEMENTS)
    assert set(answers()) == set(ELEMENTS)
