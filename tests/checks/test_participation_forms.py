from __future__ import annotations

import msgspec
import pytest

from checks.participation.forms import FormKind, known_forms, site_forms
from crawler.evidence import Field, Form
from tests.checks.build import field, form, page, site


def kind(one: Form) -> FormKind:
    (known,) = known_forms(page(forms=(one,)))
    return known.kind


def words(name: str = "teksts", **more: object) -> Field:
    return Field(tag="textarea", name=name, selector="textarea", **more)


def options(count: int, name: str = "q") -> tuple[Field, ...]:
    return tuple(field(name, "radio", label=f"Atbilde {number}") for number in range(count))


def test_a_field_for_words_makes_a_message() -> None:
    assert (
        kind(form(field("vards"), field("epasts", "email"), words(label="Jūsu jautājums")))
        is FormKind.MESSAGE
    )


def test_a_captcha_s_hidden_field_for_words_makes_none() -> None:
    captcha = words("g-recaptcha-response", visible=False)
    assert kind(form(field("epasts", "email"), captcha, name="Piesakies jaunumiem")) is FormKind.NEWSLETTER


@pytest.mark.parametrize("name", ["Piesakies jaunumiem", "Newsletter", "Uudiskiri", "Naujienlaiškis"])
def test_an_address_under_a_heading_of_news_is_a_subscription(name: str) -> None:
    assert kind(form(field("vards"), field("epasts", "email"), name=name)) is FormKind.NEWSLETTER


def test_an_address_alone_is_a_subscription_but_not_beside_a_forgotten_password() -> None:
    assert kind(form(field("epasts", "email"))) is FormKind.NEWSLETTER
    assert kind(form(field("epasts", "email"), name="Aizmirsi paroli?")) is FormKind.OTHER
    assert kind(form(field("epasts", "email"), field("tema", "password"))) is FormKind.LOGIN


def test_options_are_a_survey_only_where_words_say_so() -> None:
    assert kind(form(*options(3), name="Aptauja")) is FormKind.SURVEY
    assert kind(form(*options(3), attributes="poll-form")) is FormKind.SURVEY
    assert kind(form(*options(3), name="Krāsu izvēle")) is FormKind.OTHER
    assert kind(form(*options(3), name="Aptauja", attributes="cookie-consent")) is FormKind.CONSENT


def test_a_question_about_the_page_is_a_rating_with_or_without_words() -> None:
    asked = "Vai šī lapa bija noderīga?"
    assert kind(form(*options(2), name=asked)) is FormKind.RATING
    assert kind(form(words(label="Kā mēs varam uzlabot šo lapu?"), name=asked)) is FormKind.RATING
    assert kind(form(*options(5, "rating"))) is FormKind.RATING


def test_comments_under_an_article_are_no_message() -> None:
    assert kind(form(words(), attributes="commentform")) is FormKind.COMMENT


def test_a_search_stays_a_search_and_the_same_form_on_two_pages_comes_once() -> None:
    search = form(field("q", "search"), action="/search")
    news = form(field("e", "email"), name="Newsletter")
    pages = [page(url, forms=(search, news)) for url in ("/", "/a")]
    pages[0] = msgspec.structs.replace(pages[0], url="https://iestade.example/", roles=("home",))
    found = site_forms(site(*pages))
    assert [one.kind for one in found] == [FormKind.SEARCH, FormKind.NEWSLETTER]
    assert found[1].instance().message.startswith("a form for: newsletter")
