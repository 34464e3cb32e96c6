"""What stands between the public and a page: logins and bot challenges, told by how they look."""

from __future__ import annotations

import re

from crawler.response import FetchedResponse
from crawler.urls import parse

_LOGIN_HOST = re.compile(r"(login|logon|signin|auth|oauth|sso|idp|adfs|accounts|openid|keycloak)\d*")
_LOGIN_PATH = re.compile(
    r"/(log-?in|log-?on|sign-?in|auth|oauth2?|authorize|sso|saml2?|adfs|cas|idp|openid-connect|wp-login\.php|"
    r"ieiet|ielogoties|autorizacija|pieslegties|prisijungti)([/.;_-]|$)",
    re.IGNORECASE,
)
_CHALLENGE_TITLE = re.compile(
    r"just a moment|attention required! \| cloudflare|ddos-guard|checking your browser|"
    r"verify(ing)? (that )?you are (a )?human|one moment, please|security check(point)?$|are you a robot",
    re.IGNORECASE,
)
_CHALLENGE_MARKS = (
    "/cdn-cgi/challenge-platform/h/", "window._cf_chl_opt", "_Incapsula_Resource", "sucuri_cloudproxy_js",
    "awsWafCookieDomainList", "ddos-guard/js-challenge",
)  # fmt: skip
_MOST_CHALLENGE = 60_000


def looks_like_login(url: str) -> bool:
    """Whether a normalised URL is a login page's by its host's first label or a segment of its path."""
    address = parse(url)
    return bool(_LOGIN_HOST.fullmatch(address.host.partition(".")[0]) or _LOGIN_PATH.search(address.path))


def is_challenge(answer: FetchedResponse, title: str) -> bool:
    """Whether a bot challenge stands in for the page, whatever its status.

    By Cloudflare's documented `cf-mitigated` header, by the titles that challenges carry, or, on a page
    too small to be one with content, by the scripts that only challenges load.
    """
    if answer.header("cf-mitigated").lower() == "challenge":
        return True
    if len(answer.body) > _MOST_CHALLENGE:
        return False
    text = answer.text
    marked = any(mark in text for mark in _CHALLENGE_MARKS)
    named = _CHALLENGE_TITLE.search(title.strip()) is not None
    return (named and (marked or "<h1" not in text.lower())) or (
        marked and not re.search(r"<a\s", text, re.IGNORECASE)
    )
