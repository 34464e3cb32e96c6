"""The language of a text, and where a site promises a version in another one."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.finding import Outcome
from checks.judge import DEFAULTS
from checks.language import FEWEST_WORDS, language_of
from checks.presence.language_links import language_links, named_language
from checks.presence.languages import judge, plan
from checks.presence.machine_translation import notice, widget
from crawler.evidence import Control, Page, Place
from tests.checks.build import crawled, link, page, site

TEXTS = {
    "lv": "Ministrija aicina visus piedalīties apspriešanā par to, kā kopt ezerus un to krastus šogad",
    "en": "The ministry invites all residents to take part in the consultation on how the lakes are looked",
    "ru": "Министерство приглашает жителей принять участие в обсуждении того, как ухаживать за озерами и",
    "uk": "Міністерство запрошує мешканців взяти участь в обговоренні того, як доглядати за озерами та їх",
    "et": "Ministeerium kutsub kõiki elanikke osalema arutelus selle üle, kuidas järvede ja nende kallaste",
    "lt": "Ministerija kviečia visus gyventojus dalyvauti konsultacijoje dėl to, kaip prižiūrėti ežerus ir",
    "de": "Das Ministerium lädt alle ein, an der Beratung darüber teilzunehmen, wie die Seen und ihre Ufer",
    "pl": "Ministerstwo zaprasza wszystkich mieszkańców do udziału w konsultacjach na temat jezior i ich",
    "fi": "Ministeriö kutsuu kaikki mukaan keskusteluun siitä, miten järviä ja niiden rantoja on hoidettu",
    "sv": "Ministeriet bjuder in alla invånare att delta i samrådet om hur sjöarna och deras stränder ska",
    "it": "Il ministero invita tutti i cittadini a partecipare alla consultazione su come curare i laghi e",
}
ENGLISH = TEXTS["en"] + " " + "and it looks after their shores for all who swim or work there. " * 8
LATVIAN = TEXTS["lv"] + " " + "un tā kopj krastus visiem, kas tur peldas vai strādā katru gadu. " * 8


@pytest.mark.parametrize("code", TEXTS)
def test_a_sentence_is_enough_to_tell_its_language(code: str) -> None:
    assert language_of(TEXTS[code]).code == code


@pytest.mark.parametrize(
    "text",
    [
        "",
        "LV EN RU",
        "2025 12 11 " * 20,
        "Lorem ipsum dolor sit amet consectetur adipiscing elit sed eiusmod " * 3,
    ],
)
def test_what_is_no_text_of_a_known_language_is_not_guessed(text: str) -> None:
    assert language_of(text).code == ""


def test_a_language_without_a_table_is_not_taken_for_one_that_has() -> None:
    czech = (
        "Ministerstvo zve všechny občany, aby se zúčastnili veřejné diskuse o péči o jezera a jejich břehy"
    )
    hungarian = (
        "A minisztérium minden lakost meghív, hogy vegyen részt a tavak és partjaik gondozásáról szóló vitán"
    )
    assert language_of(hungarian).code == ""
    assert language_of(czech).code in {"", "cs"}


def test_half_of_each_is_a_mixture() -> None:
    found = language_of(f"{TEXTS['lv']} {TEXTS['en']}")
    assert found.is_mixed or found.margin < 3


@given(st.text(max_size=300))
def test_any_text_has_one_language_or_none(text: str) -> None:
    found = language_of(text)
    assert found.code == "" or found.words >= FEWEST_WORDS


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("https://x.example/en/news", "en"),
        ("https://x.example/lv", "lv"),
        ("https://en.iestade.example/", "en"),
        ("https://x.example/?lang=ru", "ru"),
        ("https://x.example/index_en.html", "en"),
        ("https://x.example/index-en.html", "en"),
        ("https://x.example/zinas/english-heritage", ""),
        ("https://[", ""),
    ],
)
def test_an_address_names_a_language_in_a_segment_of_its_own(address: str, code: str) -> None:
    assert named_language(address) == code


def offered(home: Page, **more: Any) -> set[tuple[str, str]]:
    return {(one.code, one.url) for one in language_links(site(home, **more))}


def test_a_switch_is_read_from_links_head_lists_and_buttons() -> None:
    source = (
        '<html><head><link rel="alternate" hreflang="de-DE" href="/de">'
        '<link rel="alternate" hreflang="x-default" href="/"></head><body>'
        '<select><option value="/lt">Lietuvių</option><option value="3">Eesti</option></select></body></html>'
    )
    button = Control(name="Polski", tag="button")
    home = page(html=source, links=(link("English", "/en", Place.HEADER),), controls=(button,))
    base = "https://iestade.example/"
    assert offered(home) == {
        ("en", base + "en"), ("de", base + "de"), ("lt", base + "lt"), ("et", ""), ("pl", "")
    }  # fmt: skip


def test_an_abbreviation_that_is_a_word_needs_company() -> None:
    assert offered(page(links=(link("IT", "/nodala"),))) == set()
    assert offered(page(links=(link("IT", "/it"),))) == {("it", "https://iestade.example/it")}
    assert {code for code, _ in offered(page(links=(link("IT", "/1"), link("EN", "/2"))))} == {"it", "en"}


def test_a_crawled_page_counts_where_address_and_language_agree() -> None:
    urls = (crawled("/en/about", lang="en-GB"), crawled("/fi/finances", lang="en"), crawled("/en", lang="en"))
    assert offered(page(), urls=()) == set()
    found = language_links(site(page(), urls=urls))
    assert [(one.code, one.url) for one in found] == [("en", "https://iestade.example/en")]


@pytest.mark.parametrize(
    "html",
    [
        '<div id="google_translate_element"></div>',
        '<script src="https://cdn.gtranslate.net/widgets/latest/float.js"></script>',
        '<script src="https://hugo.lv/widget.js"></script>',
    ],
)
def test_a_translation_widget_is_told_with_its_evidence(html: str) -> None:
    found = widget(page(html=f"<html><body>{html}</body></html>"))
    assert found is not None
    assert "machine translation" in found.message
    assert found.snippet
    assert widget(page(html="<html><body>Translators of the ministry</body></html>")) is None


def test_a_page_that_says_a_machine_translated_it_is_quoted() -> None:
    found = notice(page(text="About us. This page was translated by machine translator. The lakes."))
    assert found is not None
    assert "machine translator" in found.snippet


def versions_site(english: str, **more: Any) -> Any:
    links = (link("English", "/en", Place.HEADER),)
    home = page(text=LATVIAN, text_length=len(LATVIAN), links=links)
    inner = tuple(link(f"Page {n}", f"/en/{n}") for n in range(4))
    other = page("/en", text=english, text_length=len(english), links=inner, roles=("language_en",))
    return site(home, other, **more)


@pytest.mark.parametrize(
    ("english", "value", "why"),
    [
        (ENGLISH, 1, "languages read: lv, en"),
        (LATVIAN, 0, "the same text as the front page"),
        (TEXTS["et"] * 4, 0, "is written in another language (et"),
        (ENGLISH[:150], 0, "characters beside the menus"),
        (ENGLISH + " This site is translated automatically.", 0, "is a machine translation"),
    ],
)
def test_a_version_is_read_and_not_believed(english: str, value: int, why: str) -> None:
    answer = judge(versions_site(english), DEFAULTS).answers[0]
    assert answer.value == value
    assert why in answer.reason


def test_a_site_in_two_other_languages_is_told_with_less_certainty() -> None:
    german = TEXTS["de"] * 4
    links = (link("English", "/en", Place.HEADER),)
    home = page(text=german, text_length=len(german), links=links)
    other = page("/en", text=ENGLISH, text_length=len(ENGLISH), roles=("language_en",))
    answer = judge(site(home, other), DEFAULTS).answers[0]
    assert answer.outcome is Outcome.FAILED
    assert answer.confidence < 0.8
    assert "Latvian: nothing leads to it; languages read: de, en" in answer.reason


def test_the_front_page_of_each_promised_version_is_planned_once_it_is_not_known() -> None:
    home = page(
        text=LATVIAN, links=(link("English", "/en", Place.HEADER), link("По-русски", "/ru", Place.HEADER))
    )
    assert [one.role for one in plan(site(home))] == ["language_en", "language_ru"]  # type: ignore[union-attr]
    assert plan(versions_site(ENGLISH)) == ()


def test_news_about_machine_translation_are_no_notice() -> None:
    assert (
        notice(page(text="The ministry presents a machine translation project for small languages.")) is None
    )


def test_a_front_page_in_an_unknown_language_leaves_the_answer_open() -> None:
    hungarian = (
        "A minisztérium minden lakost meghív, hogy vegyen részt a tavak gondozásáról szóló vitán. " * 6
    )
    links = (link("English", "/en", Place.HEADER),)
    home = page(text=hungarian, text_length=len(hungarian), links=links)
    other = page("/en", text=ENGLISH, text_length=len(ENGLISH), roles=("language_en",))
    answer = judge(site(home, other), DEFAULTS).answers[0]
    assert answer.outcome is Outcome.CANT_TELL
    assert "own language can't be told; languages read: en" in answer.reason
