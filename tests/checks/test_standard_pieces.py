"""What the checks of `checks/standard` read a page with: its pieces of text, addresses, people, hours."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html as lxml_html

from checks import terms
from checks.addresses import SEARCH_RESULTS, evaluable_pages
from checks.check import all_checks
from checks.finding import Answer
from checks.judge import DEFAULTS
from checks.questionnaire import is_own
from checks.standard import branches, official_email
from checks.standard.appointment_booking import is_booking_service
from checks.standard.blocks import MOST_TEXT, blocks
from checks.standard.emails import Email, Mailbox, addresses_in, emails, mailbox
from checks.standard.people import names_in, people, phones_in
from checks.standard.postal import has_street, postal_addresses
from checks.standard.told_hours import told_hours
from checks.standard.wordings import sentence, stand_together
from crawler.evidence import Page
from tests.checks.build import link, page, site

OWN_DOMAIN = frozenset({"iestade.example"})


def holding(body: str, **more: object) -> Page:
    return page(html=f"<html><head><title>t</title></head><body>{body}</body></html>", **more)


def test_text_is_cut_where_a_reader_sees_a_piece_end_and_knows_its_heading() -> None:
    body = """<nav><a>Izvēlne</a></nav><h1>Kontakti</h1><p>Viens <b>divi</b></p><!-- nav --> trīs
    <h2>Darba laiks</h2><dl><dt>Pirmdiena</dt><dd>9<br>17</dd></dl>
    <table><tr><td>Anna</td><td><p>67 00</p></td></tr></table><script>x</script>"""
    found = [(one.heading, one.text, one.level) for one in blocks(holding(body))]
    assert found == [
        ("", "Kontakti", 1),
        ("Kontakti", "Viens divi", 0),
        ("Kontakti", "trīs", 0),
        ("Kontakti", "Darba laiks", 2),
        ("Darba laiks", "Pirmdiena", 0),
        ("Pirmdiena", "9\n17", 0),
        ("Pirmdiena", "Anna | 67 00", 0),
    ]


def test_a_selector_opens_the_piece_it_stands_for() -> None:
    body = '<div><p>a</p><p>b</p></div><div id="x"><ul><li>c</li><li>d <i>e</i></li></ul></div>'
    one = holding(body)
    tree = lxml_html.document_fromstring(one.html)
    for block in blocks(one):
        (element,) = tree.xpath(as_xpath(block.selector))
        assert " ".join(element.text_content().split()) == block.text


def as_xpath(selector: str) -> str:
    steps = (re.sub(r":nth-of-type\((\d+)\)", r"[\1]", step) for step in selector.split(" > "))
    path = "/".join(f"*[@id='{step[1:]}']" if step.startswith("#") else step for step in steps)
    return f"//{path}" if selector.startswith("#") else f"/{path}"


@given(
    st.lists(
        st.sampled_from(["<p>a", "</p>", "<tr>", "<td>", "<br>", "b ", "<div>", "</div>", "<!--", "-->"])
    )
)
def test_any_markup_gives_pieces_that_hold_nothing_but_the_pages_words(parts: list[str]) -> None:
    found = blocks(holding("".join(parts)))
    assert all(set(one.text) <= set("ab |\n-<>!") for one in found)
    assert all(one.text == one.text.strip() and one.text for one in found)


def test_no_more_is_read_of_a_page_than_the_cap() -> None:
    body = "".join(f"<p>{'vārds ' * 100}</p>" for _ in range(1000))
    assert sum(len(one.text) for one in blocks(holding(body))) <= MOST_TEXT + 1200


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Rakstiet: pasts@iestade.example.", ["pasts@iestade.example"]),
        ("pasts [at] iestade [dot] example", ["pasts@iestade.example"]),
        ("pasts(at)iestade.example", ["pasts@iestade.example"]),
        (
            "Info.Riga@Iestade.Example un dome@novads.example",
            ["info.riga@iestade.example", "dome@novads.example"],
        ),
        ("_DEFAULT@40900000000", []),
        ("ikona@2x.png", []),
        ("sapulce (at) 10.00", []),
    ],
)
def test_addresses_are_read_also_where_they_are_written_for_people(text: str, expected: list[str]) -> None:
    assert list(addresses_in(text)) == expected


@given(st.from_regex(r"[a-z]{3,8}@[a-z]{3,8}\.example", fullmatch=True), st.integers(1, 255))
def test_an_address_that_cloudflare_hides_is_read(address: str, key: int) -> None:
    code = bytes([key, *(byte ^ key for byte in address.encode())]).hex()
    found = emails(holding(f'<a href="/cdn-cgi/l/email-protection#{code}">[email protected]</a>'))
    assert [one.address for one in found] == [address]


@pytest.mark.parametrize(
    ("address", "context", "expected"),
    [
        ("pasts@iestade.example", "", Mailbox.OFFICIAL),
        ("lacis@iestade.example", "Iestādes pasts", Mailbox.OFFICIAL),
        ("anna.ozola@iestade.example", "", Mailbox.PERSONAL),
        ("aozola@iestade.example", "Anna Ozola, direktore", Mailbox.PERSONAL),
        ("klientu.centrs@iestade.example", "", Mailbox.OFFICIAL),
        ("pasts@ministrija.gov.lv", "", Mailbox.OFFICIAL),
        ("info@cits.example", "", Mailbox.GENERAL),
        ("jautajumi@cits.example", "", Mailbox.STRANGE),
        ("info@gmail.com", "", Mailbox.FREE),
        ("prese@iestade.example", "", Mailbox.SPECIAL),
    ],
)
def test_a_mailbox_is_the_institutions_or_somebody_elses(
    address: str, context: str, expected: Mailbox
) -> None:
    (one,) = emails(holding(f"<p>{context}</p><p>{address}</p>"))
    assert mailbox(one, OWN_DOMAIN) is expected
    assert isinstance(one, Email)


def test_a_link_to_write_gives_its_address_without_what_comes_with_it() -> None:
    mail = link("Raksti", "https://x.example/")
    mail = type(mail)(href="mailto:Pasts%40iestade.example?subject=x", text="Raksti", selector="a")
    assert [one.address for one in emails(page(links=(mail,)))] == ["pasts@iestade.example"]


@pytest.mark.parametrize(
    ("body", "quote"),
    [
        ("<p>Adrese: Brīvības iela 1, Rīga, LV-1010</p>", "Brīvības iela 1, Rīga, LV-1010"),
        ("<p>Republikas laukumā 2, Rīgā,<br>LV 1010</p>", "Republikas laukumā 2, Rīgā, LV 1010"),
        (
            "<address><p>Ezera iela 3</p><p>Jelgava</p><p>LV-3001</p></address>",
            "Ezera iela 3, Jelgava, LV-3001",
        ),
        ("<p>Gedimino pr. 11, LT-01103 Vilnius</p>", "Gedimino pr. 11, LT-01103"),
        ("<p>Pikk 7, EE-10123 Tallinn</p>", "Pikk 7, EE-10123"),
        ("<p>10 Hill Street, London SW1A 2AA</p>", "10 Hill Street, London SW1A 2AA"),
        ("<p>Lindenstraße 14, 10969 Berlin</p>", "Lindenstraße 14, 10969 Berlin"),
        ("<p>Storgatan 5, 111 22 Stockholm</p>", "Storgatan 5, 111 22 Stockholm"),
        ("<p>ul. Długa 5, 00-238 Warszawa</p>", "ul. Długa 5, 00-238 Warszawa"),
        ("<p>Via Roma 123 - 00100 Roma</p>", "Via Roma 123 - 00100 Roma"),
    ],
)
def test_a_postal_address_is_quoted_from_its_street_to_its_code(body: str, quote: str) -> None:
    (found,) = postal_addresses(holding(body))
    assert found.quote == quote


@pytest.mark.parametrize(
    "body",
    [
        "<p>2024. gadā 12345 Apmeklētāji</p>",
        "<p>Reģistrācijas Nr. 90000012345, konts LV80BANK0000435195001</p>",
        "<p>Tālrunis 67 00 00 00, kabinets 614</p>",
        "<p>Prioritāte CA 2024, plāns 12</p>",
        "<p>Meža iela atvērta</p>",
    ],
)
def test_numbers_are_no_postal_address(body: str) -> None:
    assert postal_addresses(holding(body)) == ()


def test_an_address_declared_to_machines_counts_where_none_is_shown() -> None:
    data = '{"@type":"PostalAddress","streetAddress":"Meža iela 9","postalCode":"LV-3101"}'
    (found,) = postal_addresses(holding(f'<script type="application/ld+json">{data}</script>'))
    assert (found.quote, found.confidence) == ("Meža iela 9, LV-3101", 0.6)


def test_a_street_needs_its_number() -> None:
    assert has_street("Aiviekstes ielā 7")
    assert not has_street("ielas un laukumi")


def test_people_are_read_from_rows_and_from_cards() -> None:
    body = """<table><tr><td>Ozola Anna</td><td>direktore</td><td>67000001</td></tr></table>
    <div><h3>Jānis Bērziņš-Kalns</h3><p>Inspektors</p><p>Tālr. +371 6700 0002</p></div>
    <div><p>Preses dienests</p><p>67000003</p></div>"""
    found = [(one.name, bool(one.post), one.phone) for one in people(holding(body))]
    assert found == [("Ozola Anna", True, "67000001"), ("Jānis Bērziņš-Kalns", True, "+37167000002")]


def test_one_number_is_one_persons() -> None:
    assert [one.name for one in people(holding("<p>Anna Ozola, Līga Liepa: 67000001</p>"))] == ["Anna Ozola"]


@pytest.mark.parametrize(
    "text", ["Customer Service", "Pine Street House", "Brīvības Iela", "DIREKTORE", "meža dienests"]
)
def test_units_and_streets_are_no_people(text: str) -> None:
    assert names_in(text) == ()


@pytest.mark.parametrize("text", ["12.03.2025", "2025-03-12", "1997-2010", "8.30 – 17.00", "12345"])
def test_dates_years_and_hours_are_no_phone_numbers(text: str) -> None:
    assert phones_in(text) == ()


def test_what_hours_are_of_is_read_beside_them_and_over_them() -> None:
    body = """<h2>Apmeklētāju pieņemšana</h2><p>Pirmdienās 13.00–18.00</p>
    <h2>Konsultācijas</h2><p>Zvaniet darba dienās no plkst. 9.00 līdz 12.00</p>
    <h2>Semināri</h2><p>Lielā zāle, 10.00–12.00</p>"""
    told = list(told_hours(site(holding(body, lang="lv"))))
    assert [(one.is_reception, one.is_phone) for one in told] == [(True, False), (False, True)]


def test_words_of_a_term_stand_together_or_mean_another_thing() -> None:
    for text, expected in (
        ("Rakstiet uz e-adresi", True),
        ("eAdrese ir aktīva", True),
        ("e-pasta adrese", False),
    ):
        match = terms.match_long("e_address", text)
        assert (match is not None and stand_together(match, text)) is expected, text


def test_the_sentence_that_holds_the_term_is_quoted() -> None:
    text = "Pirmais teikums. Lēmumu var apstrīdēt mēneša laikā. Trešais teikums."
    assert sentence("dispute", text) == "Lēmumu var apstrīdēt mēneša laikā."


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://calendly.com/iestade", True),
        ("https://iestade.simplybook.me/v2/", True),
        ("https://outlook.office365.com/owa/calendar/x@y/bookings/", True),
        ("https://outlook.office365.com/mail/", False),
        ("https://notcalendly.com/", False),
    ],
)
def test_booking_services_are_told_by_their_hosts(url: str, expected: bool) -> None:
    assert is_booking_service(url) is expected


def test_our_own_codes_say_in_both_languages_what_they_ask() -> None:
    for check in all_checks():
        assert set(check.labels) <= {code for code in check.codes if is_own(code)}
    codes = {code for check in all_checks() for code in check.codes if code.startswith("standard.")}
    labels = {code: label for check in all_checks() for code, label in check.labels.items()}
    assert len(codes) == 16
    assert all(labels[code].lv and labels[code].en for code in codes)


def test_the_footers_address_is_no_branch() -> None:
    footer = "<footer><p>Ozolu iela 14, Rīga, LV-1011</p></footer>"
    branch = "<h2>Liepājas nodaļa</h2><p>Lielā iela 5, Liepāja, LV-3401</p>"
    other = "<h2>Daugavpils nodaļa</h2><p>Rīgas iela 20, Daugavpils, LV-5401</p>"

    def answer(main: str) -> Answer:
        home = page(html=f"<html><body>{footer}</body></html>", links=(link("Filiāles", "/filiales"),))
        html = f"<html><body><h1>Filiāles</h1>{main}{footer}</body></html>"
        listed = page("/filiales", html=html, title="Filiāles", text=" ".join((branch, other)))
        return branches.judge(site(home, listed), DEFAULTS).answers[0]

    assert answer(branch).value != 1
    assert "lists 2 of them" in answer(branch + other).reason


def test_what_a_reason_names_is_its_first_evidence() -> None:
    def contact(url: str, *addresses: str) -> Page:
        said = "".join(f"<p>{one}@iestade.example</p>" for one in addresses)
        return page(url, html=f"<html><body>{said}</body></html>", roles=("contacts",) if url != "/" else ())

    observed = site(page(), contact("/kontakti", "pasts", "atlaujas"), contact("/par", "info", "pasts"))
    given = official_email.judge(observed, DEFAULTS).answers[0]
    assert given.reason.startswith("pasts@")
    assert given.evidence[0].snippet == "pasts@iestade.example"


def test_the_answer_to_our_own_query_is_no_page_of_the_site() -> None:
    answered = page("/search?q=x", roles=(SEARCH_RESULTS,))
    drawn = page("/search?q=y", roles=(SEARCH_RESULTS, "random"))
    assert evaluable_pages(site(page(), answered, drawn)) == (page(), drawn)
