from __future__ import annotations

import pytest

from checks.check import JudgementSettings
from checks.contacts.messengers import messenger
from checks.contacts.online_consultation import judge
from checks.finding import Answer, Outcome
from crawler.evidence import Control, Frame, Page, Place, Resource
from tests.checks.build import link, page, site


def answer(*pages: Page) -> Answer:
    (given,) = judge(site(*pages), JudgementSettings()).answers
    return given


def control(name: str) -> Control:
    return Control(name=name, tag="button", selector="button")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://m.me/iestade", "Messenger"),
        ("https://www.messenger.com/t/iestade", "Messenger"),
        ("https://www.facebook.com/messages/t/iestade", "Messenger"),
        ("https://wa.me/37120000000", "WhatsApp"),
        ("https://api.whatsapp.com/send?phone=+371%2020000000", "WhatsApp"),
        ("viber://chat?number=%2B37120000000", "Viber"),
        ("viber://pa?chatURI=iestade", "Viber"),
        ("skype:iestade.konsultacijas?chat", "Skype"),
        ("https://t.me/iestade_bot", "Telegram"),
        ("tg://resolve?domain=iestadeBot", "Telegram"),
    ],
)
def test_addresses_that_open_a_conversation(url: str, expected: str) -> None:
    found = messenger(url)
    assert found is not None
    assert found.name == expected


@pytest.mark.parametrize(
    "url",
    [
        "https://wa.me/?text=https%3A%2F%2Fiestade.example",
        "https://api.whatsapp.com/send?text=hello",
        "whatsapp://send?text=hello",
        "viber://forward?text=hello",
        "https://t.me/share/url?url=x",
        "https://t.me/iestade",
        "tg://msg?text=x",
        "https://www.facebook.com/iestade",
        "https://m.me/",
        "skype:?chat",
        "mailto:skype@iestade.example",
        "http://[",
        "",
    ],
)
def test_sharing_and_channels_are_no_conversation(url: str) -> None:
    assert messenger(url) is None


def test_a_vendors_request_and_a_script_that_waits_for_consent_both_count() -> None:
    loaded = page(resources=(Resource(url="https://client.crisp.chat/l.js", type="script"),))
    waiting = page(html='<script type="text/plain" data-src="//code.tidio.co/x.js"></script>')
    assert answer(loaded).confidence >= 0.9
    assert "Tidio" in answer(waiting).reason


@pytest.mark.parametrize(
    "html",
    [
        "<!-- <script src='https://embed.tawk.to/x'></script> -->",
        "<p>https://embed.tawk.to/x</p>",
        "<script>var site = 'https://notcrisp.chat/';</script>",
    ],
)
def test_a_vendor_in_a_comment_or_in_the_text_does_not_count(html: str) -> None:
    assert answer(page(html=html)).value == 2


def test_a_frame_by_title_and_an_element_by_name_count() -> None:
    frame = Frame(url="https://iestade.example/c", title="Tiešsaistes konsultācija", selector="iframe")
    assert answer(page(frames=(frame,))).value == 1
    assert answer(page(html="<support-chat></support-chat>")).value == 1
    assert answer(page(html="<date-picker></date-picker>")).value == 2


def test_people_outweigh_a_bot_and_a_bot_alone_is_said_to_be_one() -> None:
    bot, people = control("Virtuālais asistents"), control("Chat with us")
    assert answer(page(controls=(bot,))).confidence == 0.6
    assert "bot" in answer(page(controls=(bot,))).reason
    assert answer(page(controls=(bot, people))).confidence > 0.8


@pytest.mark.parametrize("text", ["Snapchat", "Jauniešu čats", "Chat room rules and terms of use"])
def test_words_that_mean_something_else(text: str) -> None:
    assert answer(page(links=(link(text, "/x"),))).value == 2


def test_a_headline_about_a_chat_is_no_chat() -> None:
    headline = link("Iestāde trešdien rīkos semināru par to, kā darbojas čats", "/zinas/1", Place.MAIN)
    assert (
        answer(page(links=(headline,), text="semināru par to, kā darbojas čats")).outcome is Outcome.CANT_TELL
    )


def test_a_tag_manager_makes_none_less_sure() -> None:
    managed = page(html='<script src="https://www.googletagmanager.com/gtm.js?id=1"></script>')
    assert answer(managed).value == 2
    assert answer(managed).confidence < answer(page()).confidence


def test_a_skype_account_in_the_text_counts() -> None:
    given = answer(page(text="Konsultācijas sniedz speciālists, Skype: iestade.konsultacijas."))
    assert given.value == 1
    assert given.evidence[0].snippet.startswith("Skype")
