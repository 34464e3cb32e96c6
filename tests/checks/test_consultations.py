"""M11 and M09: phones and addresses in their place, and what they are for."""

from __future__ import annotations

import pytest

from checks.check import JudgementSettings
from checks.contacts import consultation_contacts, phone_consultations
from checks.contacts.channels import Means, channels
from checks.finding import Answer, Outcome
from crawler.evidence import Page
from tests.checks.build import link, page, site

SETTINGS = JudgementSettings()


def contacts(main: str, **more: object) -> Page:
    return page(
        "/kontakti", html=f"<html><body><main>{main}</main></body></html>", roles=("contacts",), **more
    )


def m11(*pages: Page) -> Answer:
    return consultation_contacts.judge(site(page(), *pages), SETTINGS).answers[0]


def m09(*pages: Page) -> Answer:
    return phone_consultations.judge(site(page(), *pages), SETTINGS).answers[0]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Tālr. 67 021 604", "67 021 604"),
        ("Tālruņa nr.: 67021604", "67021604"),
        ("+371 67021604", "+371 67021604"),
        ("Zvaniet 1234567", "1234567"),
        ("Phone: (020) 7946 0018", "020) 7946 0018"),
        ("67021604", "67021604"),
        ("Тел.: 67021604", "67021604"),
        ("tel. 8 5 219 0000", "8 5 219 0000"),
    ],
)
def test_a_phone_is_told_by_its_word_its_country_or_its_form(text: str, value: str) -> None:
    (found,) = channels(contacts(f"<p>{text}</p>"))
    assert found.means is Means.PHONE
    assert value in found.value


@pytest.mark.parametrize(
    "text",
    [
        "Reģ. Nr. 90000048028",
        "Konta numurs 12345678",
        "LV42TREL2360081019000",
        "no 12.05.2024. līdz 15.06.2024.",
        "Fakss 67021604",
        "MK noteikumi Nr. 445",
        "2023 2024 2025",
        "LV-1048",
        "Publicēts: 2019-10-28",
        "Darbības programma 2014-2020",
    ],
)
def test_registers_accounts_and_dates_are_no_phones(text: str) -> None:
    assert channels(contacts(f"<p>{text}</p>")) == ()


@pytest.mark.parametrize("text", ["a.b@iestade.example", "birojs[at]iestade.lv", "pasts (at) iestade.gov.lv"])
def test_addresses_are_read_as_people_hide_them(text: str) -> None:
    (found,) = channels(contacts(f"<p>{text}</p>"))
    assert found.means is Means.EMAIL


def test_a_link_counts_once_whether_or_not_the_text_says_the_same() -> None:
    same = link("67021604", "tel:67021604")
    assert len(channels(contacts("<p>Tālr. 67021604</p>", links=(same,)))) == 1
    protected = link("[email protected]", "https://iestade.example/cdn-cgi/l/email-protection#12")
    assert [one.means for one in channels(contacts("", links=(protected,)))] == [Means.EMAIL]


def test_a_heading_far_above_does_not_speak_for_a_number() -> None:
    between = "".join(f"<p>Rindkopa numur {'x' * n}</p>" for n in range(12))
    near = contacts("<h2>Klientu apkalpošana</h2><p>Tālr. 67021604</p>")
    far = contacts(f"<h2>Klientu apkalpošana</h2>{between}<p>Tālr. 67021604</p>")
    assert m11(near).confidence > 0.9 > m11(far).confidence


def test_a_phone_for_the_press_or_of_a_public_consultation_is_not_for_clients() -> None:
    assert m11(contacts("<h2>Questions of the media</h2><p>Phone 67021604</p>")).confidence < 0.8
    assert m11(contacts("<h2>Public consultation</h2><p>Phone 67021604</p>")).confidence < 0.8


def test_hours_at_which_an_e_service_is_there_are_not_those_of_the_phone() -> None:
    given = m09(
        contacts("<p>E-pakalpojumi pieejami visu diennakti, palīdz pa tālruni 67021604 darba laikā.</p>")
    )
    assert given.value == 2
    assert "darba laikā" in given.reason


def test_of_two_numbers_the_one_in_the_sentence_on_e_services_is_meant() -> None:
    text = (
        "Information: +371 67000000 (Mon–Fri 8:30–17:00). For the e-service portal call +371 67000001 24/7."
    )
    given = m09(contacts(f"<p>{text}</p>"))
    assert given.value == 1
    assert "67000001" in given.reason


def test_hours_a_few_lines_below_the_number_belong_to_it_and_those_of_the_next_number_do_not() -> None:
    below = "<h2>E-pakalpojumu atbalsts</h2><p>Tālr. 67021604</p><p>a@b.lv</p><p>P.–Pk. 8.30–17.00</p>"
    assert m09(contacts(below)).confidence == 0.9
    next_one = "<h2>E-pakalpojumu atbalsts</h2><p>Tālr. 67021604</p><p>Sargs: tālr. 67021605, 24/7</p>"
    said = {one.message for one in m09(contacts(next_one)).evidence}
    assert said == {"67021605: 24/7"}


def test_without_hours_beside_it_those_of_the_page_count_for_less() -> None:
    line = "<p>E-pakalpojumu atbalsts, tālr. 67021604</p>"
    hours = "Darba laiks: P.–Pk. 8.30–17.00"
    beside = m09(contacts("<p>E-pakalpojumu atbalsts, tālr. 67021604, P.–Pk. 8.30–17.00</p>"))
    of_page = m09(contacts(line, text=hours))
    assert (beside.value, of_page.value) == (2, 2)
    assert of_page.confidence < beside.confidence
    assert m09(contacts(line)).outcome is Outcome.CANT_TELL


def test_no_phone_is_none_only_where_the_contact_page_was_seen() -> None:
    assert m09(contacts("<p>Krasta iela 4</p>")).value == 3
    assert m09().outcome is Outcome.CANT_TELL


def test_a_front_page_that_failed_cannot_tell() -> None:
    broken = site(page(status=503))
    for check in (consultation_contacts, phone_consultations):
        assert check.judge(broken, SETTINGS).answers[0].outcome is Outcome.CANT_TELL


def test_the_number_of_the_sentence_on_advice_is_named_before_the_others_of_its_piece() -> None:
    text = "Rakstiet: a@iestade.example. Konsultācijas pa tālruni 67021604."
    given = m11(contacts(f"<p>{text}</p>"))
    assert "67021604" in given.reason
    assert "67021604" in given.evidence[0].message
