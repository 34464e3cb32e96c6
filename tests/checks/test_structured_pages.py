from __future__ import annotations

from checks.check import JudgementSettings
from checks.presence.structured_pages import CHECK, judge, plan
from crawler.evidence import Field, Place, VisitPage
from tests.checks.build import HOME_URL, field, form, link, page, site


def test_one_page_for_each_role_is_planned_from_menus() -> None:
    home = page(
        links=(
            link("Kontakti", "/kontakti"),
            link("Jaunumi", "/jaunumi"),
            link("Preses relīzes", "/preses-relizes", Place.FOOTER),
            link("Piekļūstamības paziņojums", "/pieklustamiba", Place.FOOTER),
            link("Uzdot jautājumu", "/jautajums"),
        )
    )
    assert plan(site(home)) == (
        VisitPage(url=HOME_URL + "kontakti", role="contacts"),
        VisitPage(url=HOME_URL + "jaunumi", role="news"),
        VisitPage(url=HOME_URL + "pieklustamiba", role="accessibility_statement"),
        VisitPage(url=HOME_URL + "jautajums", role="form"),
    )


def test_a_captured_page_with_a_form_to_fill_in_is_taken_before_a_promising_link() -> None:
    filled = form(
        field("name"), field("mail", "email"), Field(tag="textarea", type="textarea"), method="post"
    )
    search = form(field("q", "search"), field("x"), action="/search", role="search")
    pages = (page(), page("/a", forms=(search,)), page("/b", forms=(filled,)))
    assert plan(site(*pages)) == (VisitPage(url=HOME_URL + "b", role="form"),)


def test_a_site_without_sections_gets_no_plans_and_no_answers() -> None:
    assert plan(site(page())) == ()
    assert judge(site(page()), JudgementSettings()).answers == ()
    assert CHECK.codes == ()
