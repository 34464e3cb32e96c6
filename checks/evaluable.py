"""Whether a captured page is the site's page at all, so that measuring it says something."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from checks import challenge
from crawler.evidence import AxeResult, Confirmation, Failure, FailureReason, Page, Site, http_failure

MINIMUM_TEXT = 200
"""Visible characters; a page with less is a splash, an error or has not rendered."""

_HTML_TYPES = frozenset({"text/html", "application/xhtml+xml"})

_LOGIN_ADDRESS = re.compile(
    r"(?:^|[/._?&=-])(?:log-?in|sign-?in|logon|sso|saml2?|oauth2?|openid(?:-connect)?|adfs|wsfed|auth"
    r"|authorize|autentifikacija|autorizacija|pieslegties|ieiet)(?:$|[/._?&=-])",
    re.IGNORECASE,
)


def page_failure(page: Page, site: Site | None = None) -> Failure | None:
    """Why a page cannot be evaluated, or None where it can.

    It counts if its main response is 2xx HTML or XHTML of the site itself, no bot challenge and no login
    on another host, axe finished, and at least 200 characters are visible. `site` gives the scope; without
    it the scope is not looked at. Our own failures keep their reason.
    """
    return (
        page.failure
        or _challenge(page)
        or _response(page)
        or (page.final_url and _address(page, site))
        or _content(page)
        or None
    )


def second_failure(page: Page, seen: Confirmation) -> Failure | None:
    """Why a second capture does not show the same page again, or None where it can be compared."""
    failure = seen.failure or response_failure(seen.status, seen.content_type)
    if failure:
        return failure
    if page.final_url and place(seen.final_url) != place(page.final_url):
        return Failure(FailureReason.UNSTABLE, f"it led to {seen.final_url}")
    return _measured(seen.axe, seen.text_length)


def place(url: str) -> tuple[str, str]:
    """An address without what sites change from visit to visit."""
    parts = urlsplit(url)
    return parts.netloc.lower(), parts.path.rstrip("/")


def media_type(content_type: str) -> str:
    """The type alone, in lower case: `text/html; charset=utf-8` is `text/html`."""
    return content_type.partition(";")[0].strip().lower()


def response_failure(status: int | None, content_type: str) -> Failure | None:
    """Why a response is no HTML page, or None where it is. A missing type is the browser's to sniff."""
    if status is None:
        return Failure(FailureReason.INTERNAL_ERROR, "no response was recorded")
    if not 200 <= status < 300:
        return http_failure(status) or Failure(FailureReason.HTTP_4XX, f"HTTP {status}")
    found = media_type(content_type)
    if found and found not in _HTML_TYPES:
        return Failure(FailureReason.NOT_HTML, found)
    return None


def _challenge(page: Page) -> Failure | None:
    vendor = challenge.vendor_of(page)
    return Failure(FailureReason.CHALLENGE_PAGE, vendor) if vendor else None


def _response(page: Page) -> Failure | None:
    return response_failure(page.status, page.content_type)


def _address(page: Page, site: Site | None) -> Failure | None:
    """A login on another host, or another site."""
    asked, final = urlsplit(page.url), urlsplit(page.final_url)
    if asked.hostname != final.hostname and _is_login(page):
        return Failure(FailureReason.LOGIN_REDIRECT, page.final_url)
    if site is not None and not _in_scope(final.hostname or "", final.netloc, site):
        return Failure(FailureReason.OUT_OF_SCOPE, page.final_url)
    return None


def _is_login(page: Page) -> bool:
    final = urlsplit(page.final_url)
    if any(field.type == "password" and field.visible for form in page.forms for field in form.fields):
        return True
    return bool(_LOGIN_ADDRESS.search(f"{final.hostname}{final.path}?{final.query}"))


def _in_scope(host: str, netloc: str, site: Site) -> bool:
    """Whether a host is the site's; the crawl worked out which site that is."""
    if site.crawl is None:
        return True
    allowed = {site.crawl.site.lower(), *(host.lower() for host in site.institution.allowed_hosts)}
    return netloc.lower() in allowed or any(host == one or host.endswith(f".{one}") for one in allowed)


def _content(page: Page) -> Failure | None:
    return _measured(page.axe, page.text_length)


def _measured(axe: AxeResult | None, text_length: int) -> Failure | None:
    if axe is None or not (axe.rules or axe.inapplicable):
        return Failure(FailureReason.AXE_FAILED, "axe-core gave no result")
    if text_length < MINIMUM_TEXT:
        return Failure(FailureReason.EMPTY_PAGE, f"{text_length} visible characters")
    return None
