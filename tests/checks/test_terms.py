from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks import terms
from checks.words import fold, words

LANGUAGES = {"lv", "en", "ru", "et", "lt"}


@pytest.mark.parametrize(
    ("concept", "text"),
    [
        ("participation", "Sabiedrības līdzdalība"),
        ("participation", "SABIEDRĪBAS LĪDZDALĪBA"),
        ("participation", "Sabiedrības līdzdalības iespējas"),
        ("participation", "sabiedribas lidzdaliba"),
        ("participation", "Sabiedrības un NVO līdzdalība"),
        ("participation", "Have your say"),
        ("participation", "Участие общественности"),
        ("participation", "Kaasamine ja osalemine"),
        ("participation", "Konsultavimasis su visuomene"),
        ("participation", "Konsultacje społeczne"),
        ("services", "Pakalpojumi"),
        ("services", "Mūsu pakalpojumiem"),
        ("services", "E-pakalpojumi"),
        ("services", "Online services"),
        ("services", "Электронные услуги"),
        ("services", "E-teenused"),
        ("services", "Paslaugos gyventojams"),
        ("search", "Meklēt"),
        ("search", "Meklēšana vietnē"),
        ("search", "Поиск по сайту"),
        ("search", "Otsing"),
        ("search", "Paieška"),
        ("contacts", "Sazinieties ar mums"),
        ("news", "Aktualitātes"),
        ("accessibility_statement", "Piekļūstamības paziņojums"),
        ("no_results", "Diemžēl nekas netika atrasts"),
        ("login", "Pieslēgties"),
        ("share", "Dalīties Facebook"),
        ("social", "Seko mums"),
    ],
)
def test_a_concept_is_met_in_every_form_of_its_name(concept: str, text: str) -> None:
    assert terms.match(concept, text) is not None


@pytest.mark.parametrize(
    ("concept", "text"),
    [
        ("participation", "Līdzdalība kapitālsabiedrībās"),
        ("participation", "Meeting agendas"),
        ("participation", "Feedback"),
        ("participation", "Contact us"),
        ("participation", "Report a fault"),
        ("participation", "Participate in our newsletter"),
        ("participation", "Sabiedrības A un B un C un D līdzdalība"),
        ("services", "Terms of service"),
        ("services", "Iepirkumi pakalpojumiem"),
        ("search", "Research"),
        ("search", "Darba meklētājiem"),
        ("news", "Newsletter"),
        ("search", ""),
    ],
)
def test_words_that_only_look_like_a_concept_do_not_match(concept: str, text: str) -> None:
    assert terms.match(concept, text) is None


def test_soft_hyphens_zero_width_characters_and_decomposed_letters_are_seen_through() -> None:
    assert terms.match("participation", "Sabied\u00adrības l\u200bi\u0304dzdalība") is not None
    assert fold("Mek\u00adlēt\u2060\u00a0 vietnē") == "meklēt vietnē"


def test_coverage_tells_a_menu_entry_from_a_headline() -> None:
    menu = terms.match("services", "Pakalpojumi")
    headline = terms.match("services", "Ministrija no janvāra maina divu pakalpojumu kārtību reģionos")
    assert menu is not None
    assert headline is not None
    assert menu.coverage == 1.0
    assert headline.coverage < 0.2


@pytest.mark.parametrize(
    ("concept", "url", "expected"),
    [
        ("participation", "https://x.example/lv/sabiedribas-lidzdaliba", True),
        ("participation", "https://x.example/lv/sabiedr%C4%ABbas-l%C4%ABdzdal%C4%ABba/index.html", True),
        ("services", "https://x.example/EServices.aspx", True),
        ("services", "https://x.example/pakalpojumi/zinas/2020", False),
        ("services", "https://x.example/", False),
        ("services", "https://[broken", False),
    ],
)
def test_a_slug_counts_where_it_is_the_last_named_segment(concept: str, url: str, expected: bool) -> None:
    assert (terms.match_slug(concept, url) is not None) is expected


def test_pieces_of_attributes_are_found_where_words_run_together() -> None:
    assert terms.match_part("search", "headersearchbox") == "search"
    assert terms.match_part("search", "lapasMeklēšana") == "mekl"
    assert terms.match_part("search", "research-list") == ""


@pytest.mark.parametrize("concept", terms.concepts())
def test_every_concept_has_terms_in_the_languages_of_the_region(concept: str) -> None:
    tables = terms.tables(concept)
    assert tables.keys() >= LANGUAGES
    for table in tables.values():
        assert table.stems or table.phrases or table.whole


@pytest.mark.parametrize("concept", terms.concepts())
def test_every_term_is_met_in_itself_and_is_not_voided_by_its_own_table(concept: str) -> None:
    for table in terms.tables(concept).values():
        for term in (*table.stems, *table.phrases, *table.whole):
            assert terms.match(concept, term) is not None, term


@pytest.mark.parametrize("concept", terms.concepts())
def test_slugs_are_plain_ascii_and_sources_name_terms_that_are_there(concept: str) -> None:
    for table in terms.tables(concept).values():
        assert all(re.fullmatch(r"[a-z0-9-]+", slug) for slug in table.slugs)
        assert set(table.seen) <= {*table.stems, *table.phrases, *table.whole}


def test_the_hash_is_a_sha256_of_the_files() -> None:
    assert re.fullmatch(r"[0-9a-f]{64}", terms.hash())


@given(st.text(max_size=80))
def test_any_text_can_be_matched_and_coverage_is_a_share(text: str) -> None:
    found = terms.match("search", text)
    assert found is None or 0.0 < found.coverage <= 1.0


@given(st.text(max_size=80))
def test_folding_twice_changes_nothing_for_words(text: str) -> None:
    once = " ".join(word.plain for word in words(text))
    assert [word.plain for word in words(once)] == [word.plain for word in words(text)]


def test_three_thousand_links_are_matched_in_well_under_a_second() -> None:
    texts = [f"Ministrija paziņo par jaunu kārtību numur {number} un citām lietām" for number in range(3000)]
    started = time.process_time()
    assert not any(terms.match("participation", text) for text in texts)
    assert time.process_time() - started < 0.5
