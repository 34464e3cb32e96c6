from __future__ import annotations

import pytest

from crawler.barriers import is_challenge, looks_like_login
from crawler.response import FetchedResponse


@pytest.mark.parametrize(
    "url",
    [
        "https://login.ex.lv/x",
        "https://sso2.ex.lv/",
        "https://ex.lv/login",
        "https://ex.lv/lv/Login.aspx?r=/",
        "https://ex.lv/adfs/ls/",
        "https://ex.lv/wp-login.php",
        "https://ex.lv/oauth2/authorize",
    ],
)
def test_logins_are_seen(url: str) -> None:
    assert looks_like_login(url)


@pytest.mark.parametrize(
    "url",
    [
        "https://ex.lv/",
        "https://authority.lv/",
        "https://ex.lv/logins",
        "https://ex.lv/casino",
        "https://ex.lv/a?login=1",
    ],
)
def test_other_addresses_are_no_logins(url: str) -> None:
    assert not looks_like_login(url)


def answer(body: str, **headers: str) -> FetchedResponse:
    return FetchedResponse(
        url="https://ex.lv/",
        status=200,
        headers=tuple(headers.items()),
        content_type="text/html",
        body=body.encode(),
    )


@pytest.mark.parametrize(
    ("body", "title"),
    [
        ("<script>window._cf_chl_opt={}</script>", "Just a moment..."),
        ("<p>wait", "DDoS-Guard"),
        ("<script src='/_Incapsula_Resource?x'></script>", ""),
    ],
)
def test_challenges_are_seen_whatever_their_status(body: str, title: str) -> None:
    assert is_challenge(answer(body), title)


def test_the_documented_header_is_enough() -> None:
    assert is_challenge(answer("", **{"cf-mitigated": "challenge"}), "")


@pytest.mark.parametrize(
    ("body", "title"),
    [
        ("<h1>One moment, please</h1><p>An article", "Just a moment in history"),
        ("<a href=/>home</a><script src='/_Incapsula_Resource?x'></script>", "Ministry"),
        ("<p>text", "Ministry"),
    ],
)
def test_pages_with_content_are_no_challenges(body: str, title: str) -> None:
    assert not is_challenge(answer(body), title)
