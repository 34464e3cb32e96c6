"""Which codes are answered at all: the study's, but for those that only a person can ask, and our own."""

from __future__ import annotations

from checks import questionnaire
from checks.check import all_checks, own_labels
from checks.questionnaire import By, is_own

ONLY_A_PERSON = {"K11M_FB_4", "K11M_FB_5"}
STANDARD = (
    "latvija_lv_link service_list price_list reception_hours phone_hours official_email e_address "
    "postal_address staff_phones branches appointment_booking disruption_notices complaints_place dispute "
    "standard_published accessibility_statement"
)
SERVICE = "name_description provider_contacts documents_forms steps_conditions legal_basis_dispute"
OWN = {
    *(f"standard.{name}" for name in STANDARD.split()),
    *(f"service.{name}" for name in SERVICE.split()),
    "social.latest_posts",
    "social.other_networks",
}


def owned() -> list[str]:
    return [code for check in all_checks() for code in check.codes]


def test_every_code_of_the_study_has_a_check_but_those_that_only_a_person_asks() -> None:
    human = {code for code, entry in questionnaire.entries().items() if entry.by is By.HUMAN}
    assert human == ONLY_A_PERSON
    assert {code for code in owned() if not is_own(code)} == set(questionnaire.CODES) - ONLY_A_PERSON


def test_every_code_of_the_clients_service_standards_has_a_check() -> None:
    assert {code for code in owned() if is_own(code)} == OWN


def test_every_own_code_says_in_latvian_and_english_what_it_asks() -> None:
    labels = own_labels()
    assert labels.keys() == OWN
    assert all(label.lv.strip() and label.en.strip() and label.lv != label.en for label in labels.values())
    assert len({label.en for label in labels.values()}) == len(OWN)
