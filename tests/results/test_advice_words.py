"""The names that webmasters are advised to use are names that our own checks know."""

from __future__ import annotations

import re

import pytest

from checks import terms
from checks.hours import opening_hours
from checks.standard.people import phones_in
from results.advice import advice_for_code
from results.language import Language

NAMED = {
    "M05": "services",
    "M06_1": "participation",
    "M07_1": "current_question",
    "M07_3": "forum",
    "M07_6": "suggestions",
    "M08_1": "survey",
    "M08_2": "site_rating",
    "M08_3": "audience",
    "M08_4": "fields",
    "M08_8": "feedback page_rating",
    "M09": "e_service_help consultation advice services",
    "M11": "consultation advice",
    "M13_1": "demonstration",
    "M13_3": "how_to",
    "service.documents_forms": "service_documents",
    "service.steps_conditions": "service_steps",
    "standard.accessibility_statement": "accessibility_statement",
    "standard.appointment_booking": "appointment",
    "standard.branches": "branches",
    "standard.complaints_place": "complaints",
    "standard.disruption_notices": "disruption",
    "standard.price_list": "price_list",
    "standard.reception_hours": "reception_hours",
    "standard.service_list": "services",
}
"""Concepts of `checks/terms` of which a quoted name has to hold one, by the code that the advice is for."""


@pytest.mark.parametrize("code", sorted(NAMED))
@pytest.mark.parametrize("lang", Language)
def test_every_quoted_name_is_one_that_the_check_knows(code: str, lang: Language) -> None:
    advice = advice_for_code(code, lang)
    assert advice is not None
    quoted = re.findall("“([^”]+)”", advice.mend.split("Vārds “")[0].split("The word “")[0])
    assert quoted
    for name in quoted:
        assert any(terms.match(concept, name) for concept in NAMED[code].split()), name


def test_the_sentence_on_contesting_holds_what_the_check_asks() -> None:
    for lang in Language:
        advice = advice_for_code("standard.dispute", lang)
        assert advice is not None
        (sentence,) = re.findall("“([^”]+)”", advice.mend)
        for concept in ("dispute", "decision", "remedy"):
            assert terms.match_long(concept, sentence), (lang, concept)


@pytest.mark.parametrize("lang", Language)
def test_the_hours_in_the_advice_are_hours_that_we_read_beside_a_phone(lang: Language) -> None:
    advice = advice_for_code("standard.phone_hours", lang)
    assert advice is not None
    (told,) = re.findall("“([^”]+)”", advice.mend)
    assert opening_hours(told, lang.value)
    assert phones_in(told)
