"""M13, F32 and F13M: what explains e-services, and who takes the money."""

from __future__ import annotations

import pytest

from checks.check import JudgementSettings
from checks.finding import Answer, Outcome
from checks.services import electronic_services, payment_module
from crawler.evidence import Frame, Page, Place, Skipped, SkipReason
from tests.checks.build import HOME_URL, form, link, page, site

SETTINGS = JudgementSettings()


def services(*pages: Page) -> dict[str, Answer]:
    return {answer.code: answer for answer in electronic_services.judge(site(*pages), SETTINGS).answers}


def f13m(home: Page) -> Answer:
    return payment_module.judge(site(home), SETTINGS).answers[0]


def section(**more: object) -> Page:
    return page("/pakalpojumi", roles=("services",), title="Pakalpojumi", **more)


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("M13_1", "E-pakalpojuma demonstrācija"),
        ("M13_1", "Demo of the online service"),
        ("M13_2", "Videopamācība par e-pakalpojumu"),
        ("M13_2", "Видео: электронные услуги"),
        ("M13_3", "E-pakalpojuma lietošanas instrukcija"),
        ("M13_3", "E-teenuste kasutusjuhend"),
        ("M13_3", "E. paslaugų naudojimo instrukcija"),
    ],
)
def test_material_that_names_an_e_service_counts_wherever_it_is_linked(code: str, text: str) -> None:
    given = services(page(links=(link(text, "/m", Place.MAIN),)))[code]
    assert given.value == 1
    assert text in given.evidence[0].snippet


def test_on_a_page_of_services_it_counts_for_less_and_elsewhere_not() -> None:
    film = Frame(url="https://www.youtube.com/embed/x", title="", selector="iframe")
    on_services = services(page(), section(frames=(film,)))["M13_2"]
    assert (on_services.value, on_services.confidence) == (1, 0.7)
    elsewhere = services(page(frames=(film,)), section())["M13_2"]
    assert elsewhere.value == 0
    assert "rejected" in elsewhere.evidence[0].message


def test_the_menu_of_a_service_page_is_not_about_services() -> None:
    menu = link("Video", "/video", Place.NAV)
    assert services(page(), section(links=(menu,)))["M13_2"].value == 0


def test_a_video_element_beside_a_heading_on_e_services_counts() -> None:
    html = "<h2>Video par e-pakalpojumiem</h2><video src='/v.mp4'></video>"
    assert services(page(html=html))["M13_2"].value == 1
    assert services(page(html="<h2>Svētki</h2><video src='/v.mp4'></video>"))["M13_2"].value == 0
    assert services(page(html="<!-- <video src='/v.mp4'></video> -->"))["M13_2"].value == 0


def test_a_document_that_only_the_crawl_saw_counts_by_its_name() -> None:
    file = Skipped(f"{HOME_URL}e-pakalpojumu-lietosanas-instrukcija.pdf", SkipReason.DOCUMENT, HOME_URL)
    observed = site(page())
    assert observed.crawl is not None
    crawl = type(observed.crawl)(
        start_url=HOME_URL, site="iestade.example", robots=observed.crawl.robots, skipped=(file,)
    )
    given = {one.code: one for one in electronic_services.judge(site(page(), crawl=crawl), SETTINGS).answers}
    assert given["M13_3"].value == 1


def test_links_to_the_material_are_given_once() -> None:
    films = tuple(
        link("Video par e-pakalpojumu", "https://youtu.be/x", Place.MAIN, name=str(n)) for n in range(3)
    )
    given = services(page(links=films))
    assert given["F32"].value == "https://youtu.be/x"


def test_without_demonstration_and_film_there_are_no_links_to_ask_for() -> None:
    assert services(page(), section())["F32"].outcome is Outcome.INAPPLICABLE


def test_services_that_were_not_looked_at_leave_it_open() -> None:
    menu = page(links=(link("Pakalpojumi", "/pakalpojumi"),))
    assert services(menu)["M13_3"].outcome is Outcome.CANT_TELL


def test_a_form_to_the_portal_for_paying_counts() -> None:
    paying = form(action="https://latvija.lv/rekini", text="Apmaksāt rēķinu")
    assert f13m(page(forms=(paying,))).value == 1


@pytest.mark.parametrize(
    "home",
    [
        page(links=(link("Apmaksāt", "https://banka.example/x"),)),
        page(links=(link("Adreses deklarēšana", "https://latvija.lv/pakalpojumi/x"),)),
        page(text="latvija.lv", html="<p>Nodokļu apmaksa. Citi pakalpojumi portālā latvija.lv.</p>"),
        page(),
    ],
)
def test_no_payment_module_is_never_told(home: Page) -> None:
    given = f13m(home)
    assert given.outcome is Outcome.CANT_TELL
    assert given.evidence
